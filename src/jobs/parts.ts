import type { Job } from './job.ts';
import { isEnd, type Phase, runtimeState } from './phase.ts';
import { parseSlurmId } from './slurm-id.ts';

/** What one of Waldur's rows says about a Slurm job or a part of it. */
export interface Saying extends Pick<Job, 'slurmId' | 'runtimeState' | 'modified'> {
  /** Whether it has left the queue since: what it says is the last that was seen. */
  left: boolean;
}

/** What all rows of a Slurm job say together. */
export interface Together {
  /** Slurm's state of the job, or of the part that decides. */
  runtimeState: string;
  modified: Date;
  phase: Phase;
  /** Counts of an array's tasks by state, "2 running · 4 queued"; empty for a plain job. */
  tasks: string;
}

/**
 * What the rows of one Slurm job say: for a plain job the freshest that has heard of the cluster; for an array the
 * tasks, each by the freshest row that stands for it. An array has ended when all of its tasks have.
 * Null when no row has heard of the cluster.
 */
export function together(rows: readonly Saying[]): Together | null {
  const heard = rows.filter(({ runtimeState: text }) => text.trim() !== '');
  const whole = heard.filter(({ slurmId }) => parseSlurmId(slurmId).parts === null);
  const tasks = latestByTask(heard);
  if (tasks.length > 0) return ofTasks(tasks);
  const [first, ...others] = whole;
  if (first === undefined) return null;
  const best = others.reduce((one, other) => (isFresher(other, one) ? other : one), first);
  return { ...said(best), tasks: '' };
}

function isFresher(row: Saying, best: Saying): boolean {
  return row.modified.getTime() > best.modified.getTime();
}

function said({ runtimeState: text, modified, left }: Saying): Omit<Together, 'tasks'> {
  const { phase } = runtimeState(text);
  return { runtimeState: text, modified, phase: left && !isEnd(phase) ? 'left the queue' : phase };
}

/** The bracket of waiting tasks shrinks as they start, so old brackets stay behind: the freshest row of a task counts. */
function latestByTask(rows: readonly Saying[]): Saying[] {
  const latest = new Map<string, Saying>();
  for (const row of rows) {
    for (const part of parseSlurmId(row.slurmId).parts ?? []) {
      const known = latest.get(part);
      if (known === undefined || isFresher(row, known)) latest.set(part, row);
    }
  }
  return [...latest.values()];
}

/** Which phase of a task is that of the array, where there are several: what still goes on, else the worst. */
const order: readonly Phase[] = [
  'running',
  'queued',
  'unknown',
  'failed',
  'left the queue',
  'cancelled',
  'completed',
];

function ofTasks(rows: Saying[]): Together {
  const tasks = rows.map(said);
  const counts = Map.groupBy(tasks, ({ phase }) => phase);
  const present = order.filter((phase) => counts.has(phase));
  const [first = 'unknown'] = present;
  // Between two tasks none may be running: an array that has begun is running until it has ended.
  const begun = !isEnd(first) && present.some((phase) => phase !== 'queued');
  const deciding = counts.get(first) ?? tasks;
  const freshest = new Date(Math.max(...tasks.map(({ modified }) => modified.getTime())));
  return {
    runtimeState: deciding[0]?.runtimeState ?? '',
    modified: freshest,
    phase: begun ? 'running' : first,
    tasks: present.map((phase) => `${counts.get(phase)?.length ?? 0} ${phase}`).join(' · '),
  };
}
