import { takesValue } from './option-names.ts';
import {
  arrayIndexes,
  gpus,
  type Indexes,
  megabytes,
  nodeCount,
  timeLimit,
  wholeNumber,
} from './values.ts';

/**
 * What a job asks for, as Slurm will understand it. A field is null if the job does not ask, or if Slurm does not
 * accept the request.
 */
export interface Requested {
  partition: string | null;
  nodes: { least: number; most: number } | null;
  tasks: number | null;
  tasksPerNode: number | null;
  cpusPerTask: number | null;
  /** At least (`--mincpus`, PBS's ncpus). */
  cpusPerNode: number | null;
  gpus: { count: number; type: string; per: 'job' | 'node' | 'task' | 'socket' } | null;
  /** Other generic resources, as written: `shard:1`. */
  gres: string | null;
  /** In MB of 1024 KB; 'all' for `--mem=0`, which means all of a node's memory. */
  memory: { megabytes: number | 'all'; per: 'node' | 'cpu' | 'gpu' } | null;
  /** In minutes; 'none' means no limit. */
  minutes: number | 'none' | null;
  array: Indexes | null;
  /** As written: `afterok:123`. */
  dependency: string | null;
  begin: string | null;
  account: string | null;
  qos: string | null;
  /** Whatever else decides which nodes it gets, how much of them, and when: by the option's long name, as written. */
  others: Record<string, string>;
}

/** @param options by their long names, as written */
export function requestedBy(options: Record<string, string>): Requested {
  const text = (name: string) => options[name] || null;
  const number = (name: string) => wholeNumber(options[name] ?? '?', 1);
  const nodes = nodeCount(options.nodes ?? '?');
  return {
    partition: text('partition'),
    nodes: nodes === null || nodes.most === 0 ? null : { least: nodes.least, most: nodes.most },
    tasks: number('ntasks'),
    tasksPerNode: number('ntasks-per-node'),
    cpusPerTask: number('cpus-per-task'),
    cpusPerNode: number('mincpus'),
    gpus: gpuRequests(options)[0]?.gpus ?? null,
    gres: otherGres(options.gres ?? ''),
    memory: memoryOf(options),
    minutes: timeLimit(options.time ?? '?')?.minutes ?? null,
    array: options.array ? arrayIndexes(options.array) : null,
    dependency: text('dependency'),
    begin: text('begin'),
    account: text('account'),
    qos: text('qos'),
    others: othersOf(options),
  };
}

/** Those that the fields do not hold, the commonest first. */
const others = [
  ...['exclusive', 'nodelist', 'exclude', 'constraint', 'reservation', 'licenses', 'clusters'],
  ...['cpus-per-gpu', 'ntasks-per-gpu', 'ntasks-per-socket', 'ntasks-per-core', 'extra-node-info'],
  ...['sockets-per-node', 'cores-per-socket', 'threads-per-core', 'core-spec', 'thread-spec'],
  ...['hint', 'tmp', 'time-min', 'deadline', 'hold', 'nice', 'priority', 'oversubscribe'],
  ...['overcommit', 'contiguous', 'spread-job', 'use-min-nodes', 'switches', 'segment', 'prefer'],
  ...['cluster-constraint', 'batch', 'nodefile', 'bb', 'bbf', 'reboot'],
];

function othersOf(options: Record<string, string>): Record<string, string> {
  const [, ...unsaid] = gpuRequests(options).map(({ name }) => name);
  const asks = (name: string) =>
    options[name] || (name in options && takesValue(name) !== 'needed');
  return Object.fromEntries(
    [...unsaid, ...others].filter(asks).map((name) => [name, options[name] ?? '']),
  );
}

/** With what each counts for, and if GPUs are all that it asks for. */
const gpuOptions = [
  ['gpus', 'job', true],
  ['gpus-per-node', 'node', true],
  ['gpus-per-task', 'task', true],
  ['gpus-per-socket', 'socket', true],
  ['gres', 'node', false],
  ['tres-per-task', 'task', false],
] as const;

type Gpus = NonNullable<Requested['gpus']>;

/** All requests for GPUs. `--gpus=8 --gpus-per-node=4` is common. */
function gpuRequests(options: Record<string, string>): { name: string; gpus: Gpus }[] {
  return gpuOptions.flatMap(([name, per, only]) => {
    const found = gpus(options[name] ?? '', only);
    return found === null ? [] : [{ name, gpus: { ...found, per } }];
  });
}

function otherGres(text: string): string | null {
  const others = text.split(',').filter((item) => item !== '' && gpus(item, false) === null);
  return others.join(',') || null;
}

function memoryOf(options: Record<string, string>): Requested['memory'] {
  const of = [
    ['mem', 'node'],
    ['mem-per-cpu', 'cpu'],
    ['mem-per-gpu', 'gpu'],
  ] as const;
  for (const [name, per] of of) {
    const amount = megabytes(options[name] ?? '?');
    if (amount !== null) return { megabytes: amount || 'all', per };
  }
  return null;
}
