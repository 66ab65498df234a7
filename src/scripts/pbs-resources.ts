import { wholeNumber } from './values.ts';

/** Options of sbatch and their values; a null for a name is refused. */
export type Pairs = [string | null, string][];

/** Resources whose value ends at a comma, and those (of PBS Pro's select) whose value ends at a colon. */
const known: [string, { end: ',' | ':'; means(value: string): Pairs }][] = [
  [
    'accelerator=',
    { end: ',', means: (value) => (/^true/i.test(value) ? [['gres', 'gpu:1']] : []) },
  ],
  ['cput=', { end: ',', means: (value) => [['time', value]] }],
  // The "b" of gb goes, and what is then no number of K, M, G or T is refused.
  ['mem=', { end: ',', means: (value) => [['mem', value.replace(/b$/i, '')]] }],
  ['mpiprocs=', { end: ':', means: (value) => whole('ntasks-per-node', value) }],
  ['naccelerators=', { end: ',', means: (value) => [['gres', `gpu:${value}`]] }],
  ['ncpus=', { end: ':', means: (value) => whole('mincpus', value) }],
  ['nodes=', { end: ',', means: nodes }],
  ['pcput=', { end: ',', means: (value) => [['time', value]] }],
  ['pmem=', { end: ',', means: () => [] }],
  ['pvmem=', { end: ',', means: () => [] }],
  ['select=', { end: ':', means: (value) => whole('nodes', value) }],
  ['vmem=', { end: ',', means: () => [] }],
  ['walltime=', { end: ',', means: (value) => [['time', value]] }],
  ...['arch=', 'host=', 'opsys=', 'other=', 'software='].map(
    (name): [string, { end: ','; means(): Pairs }] => [name, { end: ',', means: () => [] }],
  ),
];

/**
 * What Slurm makes of qsub's `-l walltime=1:00:00,nodes=2:ppn=4`: it looks for names it knows at any place (xlate.c:
 * _parse_pbs_resource_list). A null for a name is refused.
 */
export function pbsResources(list: string): Pairs {
  const found: Pairs = [];
  let at = 0;
  while (at < list.length) {
    const [name = '', resource] = known.find(([each]) => list.startsWith(each, at)) ?? [];
    if (resource === undefined) {
      at += 1;
      continue;
    }
    const start = at + name.length;
    const end = list.indexOf(resource.end, start);
    const value = list.slice(start, end === -1 ? undefined : end);
    found.push(...resource.means(value));
    at = end === -1 ? list.length : end + 1;
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
