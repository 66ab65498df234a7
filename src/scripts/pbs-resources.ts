import { wholeNumber } from './values.ts';

/** Options of sbatch and their values; a null for a name is refused. */
export type Pairs = [string | null, string][];

/** Resources by name. */
const known: [string, (value: string) => Pairs][] = [
  ['accelerator=', (value) => (/^true/i.test(value) ? [['gres', 'gpu:1']] : [])],
  ['cput=', (value) => [['time', value]]],
  // The "b" of gb goes, and what is then no number of K, M, G or T is refused.
  ['mem=', (value) => [['mem', value.replace(/b$/i, '')]]],
  ['mpiprocs=', (value) => whole('ntasks-per-node', value)],
  ['naccelerators=', (value) => [[wholeNumber(value, 1) === null ? null : 'gres', `gpu:${value}`]]],
  ['ncpus=', (value) => whole('mincpus', value)],
  ['nodes=', nodes],
  ['pcput=', (value) => [['time', value]]],
  ['select=', (value) => whole('nodes', value)],
  ['walltime=', (value) => [['time', value]]],
  ['nice=', (value) => [['nice', value]]],
  ...['pmem=', 'pvmem=', 'vmem=', 'arch=', 'host=', 'opsys=', 'other=', 'software=', 'file='].map(
    (name): [string, () => Pairs] => [name, () => []],
  ),
];
/** What PBS Pro's select has: their values end at a colon, and at nothing else; all others end at a comma. */
const selected: ReadonlySet<string> = new Set(['mpiprocs=', 'ncpus=', 'select=']);
/** Those that Slurm knows in capitals, too. */
const anyCase = /^(?:n?accelerators?|mpiprocs|ncpus|select)=/i;

/**
 * What Slurm makes of qsub's `-l walltime=1:00:00,nodes=2:ppn=4`: it looks for names it knows at any place (xlate.c:
 * _parse_pbs_resource_list). A null for a name is refused.
 */
export function pbsResources(list: string): Pairs {
  const found: Pairs = [];
  let at = 0;
  while (at < list.length) {
    const rest = list.slice(at, at + longestName);
    const [lower] = anyCase.exec(rest) ?? [];
    const text = lower === undefined ? rest : lower.toLowerCase();
    const [name = '', means] = known.find(([each]) => text.startsWith(each)) ?? [];
    if (means === undefined) {
      at += 1;
      continue;
    }
    const start = at + name.length;
    const end = list.indexOf(selected.has(name) ? ':' : ',', start);
    const value = list.slice(start, end === -1 ? undefined : end);
    found.push(...means(value));
    at = start + value.length + 1;
  }
  return found;
}

const longestName = 'naccelerators='.length;

/** `2:ppn=4+3:ppn=8`, or names of nodes. */
function nodes(value: string): Pairs {
  const parts = value.split(/[+:]/);
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
  const count = sum(parts.map((part) => Number(/^\d+/.exec(part)?.[0] ?? 0)));
  const perNode = sum(parts.map((part) => Number(/^ppn=(\d+)/.exec(part)?.[1] ?? 0)));
  const hosts = parts.filter((part) => /^[a-z]/i.test(part) && !part.startsWith('ppn='));
  return [
    ...(hosts.length > 0 ? ([['nodelist', hosts.join(',')]] satisfies Pairs) : []),
    ...(count > 0 ? ([['nodes', String(count)]] satisfies Pairs) : []),
    ...(perNode > 0 ? ([['ntasks', String(perNode * (count || 1))]] satisfies Pairs) : []),
  ];
}

function whole(name: string, value: string): Pairs {
  return [[wholeNumber(value, 1) === null ? null : name, value]];
}
