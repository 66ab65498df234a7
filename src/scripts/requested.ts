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
    gpus: gpusOf(options),
    gres: otherGres(options.gres ?? ''),
    memory: memoryOf(options),
    minutes: timeLimit(options.time ?? '?')?.minutes ?? null,
    array: options.array ? arrayIndexes(options.array) : null,
    dependency: text('dependency'),
    begin: text('begin'),
    account: text('account'),
    qos: text('qos'),
  };
}

const gpuOptions = [
  ['gpus', 'job'],
  ['gpus-per-node', 'node'],
  ['gpus-per-task', 'task'],
  ['gpus-per-socket', 'socket'],
] as const;

function gpusOf(options: Record<string, string>): Requested['gpus'] {
  for (const [name, per] of gpuOptions) {
    const found = gpus(options[name] ?? '', true);
    if (found !== null) return { ...found, per };
  }
  const perNode = gpus(options.gres ?? '', false);
  if (perNode !== null) return { ...perNode, per: 'node' };
  const perTask = gpus(options['tres-per-task'] ?? '', false);
  return perTask === null ? null : { ...perTask, per: 'task' };
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
