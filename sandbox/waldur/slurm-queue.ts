import type { ClusterSeed } from './seed.ts';
import type { Step } from './slurm-plan.ts';
import { formatTasks } from './slurm-units.ts';

/** A job, or one task of an array, as the cluster keeps it. */
export interface Entry {
  /** Job id without the task. */
  number: number;
  /** Task of an array; null for a plain job. */
  task: number | null;
  account: string;
  name: string;
  /** Slurm's word, as accounting has it. */
  state: string;
  /** What comes next. */
  steps: Step[];
  /** How many tasks of its array run together. */
  limit: number;
}

/** A line of `squeue`. */
export interface QueueRow {
  id: string;
  name: string;
  state: string;
}

/** States of jobs that `squeue` shows; with any other a job has ended. */
const IN_QUEUE = new Set([
  'PENDING',
  'RUNNING',
  'SUSPENDED',
  'STOPPED',
  'COMPLETING',
  'CONFIGURING',
  'SPECIAL_EXIT',
  'REQUEUE_HOLD',
  'REQUEUED',
  'RESIZING',
  'SIGNALING',
  'STAGE_OUT',
]);

export function isInQueue(state: string): boolean {
  return IN_QUEUE.has(state);
}

/** `319`, or `319_2` for a task. */
export function idOf(job: Entry): string {
  return job.task === null ? String(job.number) : `${job.number}_${job.task}`;
}

/** Lines of `squeue`: waiting tasks of an array are one line, `319_[3-6%2]`. */
export function queueOf(jobs: Entry[], order: ClusterSeed['queueOrder']): QueueRow[] {
  const queued = jobs.filter((job) => isInQueue(job.state));
  const sign = order === 'newest first' ? -1 : 1;
  const rank = (job: Entry) => (job.state === 'PENDING' ? 0 : 1);
  const sorted = queued.toSorted(
    (a, b) => rank(a) - rank(b) || sign * (a.number - b.number) || (a.task ?? 0) - (b.task ?? 0),
  );
  const rows = new Map<string, QueueRow>();
  for (const job of sorted) {
    const waits = job.task !== null && job.state === 'PENDING';
    const id = waits ? bracket(job, sorted) : idOf(job);
    rows.set(id, { id, name: job.name, state: job.state });
  }
  return [...rows.values()];
}

function bracket(job: Entry, queued: Entry[]): string {
  const tasks = queued.flatMap((other) =>
    other.number === job.number && other.state === 'PENDING' ? [other.task ?? 0] : [],
  );
  const limit = Number.isFinite(job.limit) ? `%${job.limit}` : '';
  return `${job.number}_[${formatTasks(tasks)}${limit}]`;
}
