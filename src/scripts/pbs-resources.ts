import { wholeNumber } from './values.ts';

/** Options of sbatch and their values. Slurm refuses a name with null. */
export type Pairs = [string | null, string][];

/** Resources by name. */
const known: [string, (value: string) => Pairs][] = [
  ['accelerator=', (value) => (/^true/i.test(value) ? [['gres', 'gpu:1']] : [])],
  ['cput=', (value) => [['time', value]]],
  // The "b" of gb is dropped. Slurm then refuses anything but a number of K, M, G or T.
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
/** The resources of PBS Pro's select. Their values end only at a colon, those of all others at a comma. */
const selected: ReadonlySet<string> = new Set(['mpiprocs=', 'ncpus=', 'select=']);
/** Those that Slurm also knows in capitals. */
const anyCase = /^(?:n?accelerators?|mpiprocs|ncpus|select)=/i;

/**
 * Translates qsub's `-l walltime=1:00:00,nodes=2:ppn=4` as Slurm does: it looks for the names that it knows at any
 * place (xlate.c: _parse_pbs_resource_list). It refuses a name with null.
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

/** `2:ppn=4+3:ppn=8`, `1:gpus=2` (the last counts, and is for each node), or names of nodes. */
function nodes(value: string): Pairs {
  const parts = value.split(/[+:]/);
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
  const count = sum(parts.map((part) => Number(/^\d+/.exec(part)?.[0] ?? 0)));
  const perNode = sum(parts.map((part) => Number(/^ppn=(\d+)/.exec(part)?.[1] ?? 0)));
  const own = /^(?:ppn|gpus)=/;
  const hosts = parts.filter((part) => /^[a-z]/i.test(part) && !own.test(part));
  const gpus = parts.findLast((part) => part.startsWith('gpus='));
  return [
    ...(hosts.length > 0 ? ([['nodelist', hosts.join(',')]] satisfies Pairs) : []),
    ...(gpus === undefined ? [] : ([['gres', `gpu:${gpus.slice(5)}`]] satisfies Pairs)),
    ...(count > 0 ? ([['nodes', String(count)]] satisfies Pairs) : []),
    ...(perNode > 0 ? ([['ntasks', String(perNode * (count || 1))]] satisfies Pairs) : []),
  ];
}

function whole(name: string, value: string): Pairs {
  return [[wholeNumber(value, 1) === null ? null : name, value]];
}
