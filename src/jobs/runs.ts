import { millisecondsInHour, millisecondsInSecond } from 'date-fns/constants';
import type { Job } from './job.ts';

/**
 * When a row was last written without any other change: the heartbeat of Waldur's hourly task. A job that is being
 * updated on request is written several times, so that proves nothing.
 */
export function beatOf(
  before: { modified: Date; runtimeState: string; beat: Date | null },
  job: Pick<Job, 'modified' | 'runtimeState' | 'state'>,
): Date | null {
  if (job.modified.getTime() === before.modified.getTime()) return before.beat;
  return job.runtimeState === before.runtimeState && job.state === 'ok' ? job.modified : null;
}

/** When Waldur last wrote a row that has heard of the cluster, with what that says about how it was written. */
export interface Stamp {
  uuid: string;
  modified: Date;
  /**
   * Whether only Waldur's hourly task can have written it: nothing else changed (its heartbeat), or the row has no
   * user. Any change of a job moves `modified`, so the others prove nothing.
   */
  certain: boolean;
}

/** One run of the hourly task over one cluster and project. */
export interface Run {
  from: Date;
  to: Date;
  /** How many rows it wrote. */
  size: number;
}

/** Rows of one run are written within seconds of each other (recorded). */
const GAP_MS = 10 * millisecondsInSecond;
/** The task reads one page of the queue: a run that filled it may have left out what is still there (recorded). */
const FULL = 25;

/** The runs that can be told from the stamps of one cluster and project, oldest first. */
export function runsIn(stamps: readonly Stamp[]): Run[] {
  const sorted = stamps.toSorted((a, b) => a.modified.getTime() - b.modified.getTime());
  const groups: Stamp[][] = [];
  for (const stamp of sorted) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group && last && stamp.modified.getTime() - last.modified.getTime() <= GAP_MS) {
      group.push(stamp);
    } else groups.push([stamp]);
  }
  return groups.flatMap((group) => {
    const [first, last] = [group.at(0), group.at(-1)];
    if (!first || !last || !group.some(({ certain }) => certain)) return [];
    return [{ from: first.modified, to: last.modified, size: group.length }];
  });
}

/**
 * Whether a row that was in the queue has left it: a later run wrote other rows of its cluster and project, was not
 * full, and did not write this one. Where nothing was written at all nothing is concluded.
 */
export function hasLeft(modified: Date, runs: readonly Run[]): boolean {
  const after = modified.getTime() + GAP_MS;
  return runs.some(({ from, size }) => from.getTime() > after && size < FULL);
}

/** Whether a stamp may be of a run that left a row out. */
export function isLater(stamp: Pick<Stamp, 'modified'>, modified: Date): boolean {
  return stamp.modified.getTime() > modified.getTime() + GAP_MS;
}

/** How long after a submission its job is looked for among the rows without a user: the task runs every hour. */
export const FOUND_WITHIN_MS = 6 * millisecondsInHour;
