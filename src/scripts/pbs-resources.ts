import { wholeNumber } from './values.ts';

/** Options of sbatch and their values; a null for a name is refused. */
export type Pairs = [string | null, string][];

/** Resources by name; a value of PBS Pro's select ends at a colon, too. */
const known: [string, (value: string) => Pairs][] = [
  ['accelerator=', (value) => (/^true/i.test(value) ? [['gres', 'gpu:1']] : [])],
  ['cput=', (value) => [['time', value]]],
  // The "b" of gb goes, and what is then no number of K, M, G or T is refused.
  ['mem=', (value) => [['mem', value.replace(/b$/i, '')]]],
  ['mpiprocs=', (value) => whole('ntasks-per-node', value)],
  ['naccelerators=', (value) => [['gres', `gpu:${value}`]]],
  ['ncpus=', (value) => whole('mincpus', value)],
  ['nodes=', nodes],
  ['pcput=', (value) => [['time', value]]],
  ['select=', (value) => whole('nodes', value)],
  ['walltime=', (value) => [['time', value]]],
  ...['pmem=', 'pvmem=', 'vmem=', 'arch=', 'host=', 'opsys=', 'other=', 'software='].map(
    (name): [string, () => Pairs] => [name, () => []],
  ),
];
/** Values with colons in them. */
const withColons: ReadonlySet<string> = new Set(['cput=', 'nodes=', 'pcput=', 'walltime=']);

/**
 * What Slurm makes of qsub's `-l walltime=1:00:00,nodes=2:ppn=4`: it looks for names it knows at any place (xlate.c:
 * _parse_pbs_resource_list). A null for a name is refused.
 */
export function pbsResources(list: string): Pairs {
  const found: Pairs = [];
  let at = 0;
  while (at < list.length) {
    const [name = '', means] = known.find(([each]) => list.startsWith(each, at)) ?? [];
    if (means === undefined) {
      at += 1;
      continue;
    }
    const start = at + name.length;
    const value = list.slice(start).split(withColons.has(name) ? ',' : /[,:]/, 1)[0] ?? '';
    found.push(...means(value));
    at = start + value.length + 1;
  }
  return found;
}

/** `2:ppn=4+3:ppn=8`, or names of nodes. */
function nodes(value: string): Pairs {
  const parts = value.split(/[+:]/);
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
  const count = sum(parts.map((part) => Number(/^\d+/.exec(part)?.[0] ?? 0)));
  const perNode = sum(parts.map((part) => Number(/^ppn=(\d+)/.exec(part)?.[1] ?? 0)));
  return [
    ...(count > 0 ? ([['nodes', String(count)]] satisfies Pairs) : []),
    ...(perNode > 0 ? ([['ntasks', String(perNode * (count || 1))]] satisfies Pairs) : []),
  ];
}

function whole(name: string, value: string): Pairs {
  return [[wholeNumber(value, 1) === null ? null : name, value]];
}
