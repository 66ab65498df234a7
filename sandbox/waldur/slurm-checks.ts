import type { ClusterSeed } from './seed.ts';
import { SbatchError } from './slurm-options.ts';
import type { BatchScript } from './slurm-script.ts';
import { type ArraySpec, readArray, readMegabytes, readMinutes } from './slurm-units.ts';

/** What a job asks for, after sbatch and the controller have checked it. */
export interface Request {
  name: string;
  minutes: number;
  memoryMb: number | null;
  array: ArraySpec | null;
  /** True if it asks for more than there is, or is held. It then stays PENDING for ever (EnforcePartLimits is off). */
  neverStarts: boolean;
  /** Lines that sbatch writes although it accepts the job. */
  warnings: string[];
}

function refused(reason: string, ...before: string[]): SbatchError {
  return new SbatchError(...before, `sbatch: error: Batch job submission failed: ${reason}`);
}

/** Checks the options' values against the cluster; throws `SbatchError` with Slurm's words. */
export function checkRequest(script: BatchScript, filename: string, cluster: ClusterSeed): Request {
  const { options } = script;
  const minutes = options.time === undefined ? cluster.defaultMinutes : readMinutes(options.time);
  if (minutes === null) throw new SbatchError('sbatch: error: Invalid --time specification');
  const memoryMb = options.mem === undefined ? null : readMegabytes(options.mem);
  if (options.mem !== undefined && memoryMb === null)
    throw new SbatchError('sbatch: error: Invalid --mem specification');
  const partition = findPartition(options.partition, cluster);
  checkNames(options);
  if ((memoryMb ?? 0) > cluster.memoryPerNodeMb)
    throw refused('Requested node configuration is not available');
  const [nodes, tasks] = [count(options.nodes), count(options.ntasks)];
  return {
    name: options['job-name'] ?? filename,
    minutes,
    memoryMb,
    array: findArray(options.array, cluster),
    neverStarts:
      'hold' in options ||
      minutes === 0 ||
      (Number.isFinite(minutes) && minutes > partition.maxMinutes) ||
      isTooBig(options, cluster),
    warnings: nodeWarnings(nodes, tasks),
  };
}

function findPartition(name: string | undefined, cluster: ClusterSeed) {
  const [standard] = cluster.partitions;
  const found = name === undefined ? standard : cluster.partitions.find((p) => p.name === name);
  if (found) return found;
  throw refused(
    'Invalid partition name specified',
    `sbatch: error: invalid partition specified: ${name}`,
  );
}

/** Refuses accounts, QOS, features and gres whose name says that this cluster does not have them. */
function checkNames(options: Record<string, string>): void {
  const isMissing = (option: string) =>
    /^(no|unknown|bad|nowhere|missing)/i.test(options[option] ?? '');
  if (isMissing('account'))
    throw refused('Invalid account or account/partition combination specified');
  if (isMissing('qos')) throw refused('Invalid qos specification');
  if (isMissing('constraint')) throw refused('Invalid feature specification');
  if (isMissing('gres')) throw refused('Invalid generic resource (gres) specification');
  const dependency = options.dependency;
  if (dependency !== undefined && !/^(singleton|\w+(:\d+)+([,?]\w+(:\d+)+)*)$/.test(dependency))
    throw refused('Job dependency problem');
}

function findArray(text: string | undefined, cluster: ClusterSeed): ArraySpec | null {
  if (text === undefined) return null;
  const array = readArray(text, cluster.maxArraySize);
  if (!array) throw refused('Invalid job array specification');
  return array;
}

function isTooBig(options: Record<string, string>, cluster: ClusterSeed): boolean {
  const cpus = (count(options.ntasks) ?? 1) * (count(options['cpus-per-task']) ?? 1);
  return (count(options.nodes) ?? 1) > cluster.nodes || cpus > cluster.nodes * cluster.cpusPerNode;
}

function nodeWarnings(nodes: number | null, tasks: number | null): string[] {
  if (nodes === null || tasks === null || nodes <= tasks) return [];
  return [
    `sbatch: Warning: can't run ${tasks} processes on ${nodes} nodes, setting nnodes to ${tasks}`,
  ];
}

/** The first number of an option like `2` or `2-4`; null if there is none. */
function count(text: string | undefined): number | null {
  const match = /^\d+/.exec(text ?? '');
  return match ? Number(match[0]) : null;
}
