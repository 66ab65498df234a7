import { createHash } from 'node:crypto';
import {
  addMilliseconds,
  compareAsc,
  differenceInMilliseconds,
  max,
  millisecondsInDay,
  millisecondsInHour,
  millisecondsInMinute,
  subMilliseconds,
} from '../dates.ts';
import type { Job } from './job.ts';
import { baseOf } from './slurm-id.ts';

/*
 * How the bot tells that a job has left Slurm's queue when Waldur does not report ends.
 *
 * Once an hour Waldur reads, for one person after the other, the first 25 jobs of that person's queue, and writes them
 * into that person's first project. This can fail for one person while it works for the others (docs/waldur.md). The
 * row of a job that has ended is simply not written any more, and says RUNNING for ever.
 *
 * So the bot concludes that a job has left only if it is proven that its owner's page was written into a project
 * - more than RUN after the job's own row was last written,
 * - without this job,
 * - with fewer than 25 rows, so that nothing was left out,
 * - and more than SETTLED ago, so that the run is over.
 *
 * A page is proven to have been written by a row of that project which only the task can have written
 * (`writtenByTask`), and only from this person's page: the row is theirs, or it has no user and nobody else has rows
 * there. Anything that is not proven counts against the conclusion: rows that may be theirs make a page fuller, and so
 * do rows that were written again or unlinked since, and those that could not be read.
 */

/** What is known of one of Waldur's rows that has a Slurm id. */
export interface QueueRow {
  uuid: string;
  slurmId: string;
  /** Null if the row had gone before its project was read: it may have been in any. */
  project: string | null;
  /** Who submitted it; null in rows that the hourly task made. */
  userUuid: string | null;
  /** Empty until the cluster was heard of. */
  runtimeState: string;
  modified: Date;
  /** When Waldur last wrote it without changing anything else, as far as is known. */
  beat: Date | null;
  /** When the task made it; null for rows that people made. */
  made: Date | null;
  /** True if Waldur no longer shows it: somebody unlinked it. */
  gone: boolean;
}

/** All known rows of one cluster (service settings), and the other facts that decide. */
export interface Queue {
  rows: readonly QueueRow[];
  /** True if these are all the rows that the reader may see. Only then is it known who has rows in a project. */
  complete: boolean;
  /** How many rows there are besides that could not be read, or were not: each may be of this person's page. */
  unread: number;
  /** True if this Waldur also writes rows when a person asks it to: then only new rows are certainly the task's. */
  onRequest: boolean;
  /** By Waldur's clock. */
  now: Date;
}

/** Rows of one person's page are written within seconds (recorded); runs are an hour apart. */
const RUN_MS = 5 * millisecondsInMinute;
/** After this time a run is over, even for the last person. */
const SETTLED_MS = 15 * millisecondsInMinute;
/** Waldur reads this many jobs of each person, never more (recorded). */
const FULL = 25;
/** After this many runs that wrote others' rows but not a job's, its thread is told. */
export const SILENT_RUNS = 3;
/** Rows written further apart than this are from different runs. */
const APART_MS = 45 * millisecondsInMinute;
/** How long a job is looked for among the rows without a user after its submission. The task runs every hour. */
export const FOUND_WITHIN_MS = 6 * millisecondsInHour;

/** A row as it was last seen. */
export interface Sight {
  modified: Date;
  runtimeState: string;
  /** What people can change of it (`looksOf`). */
  looks: string;
  beat: Date | null;
}

/** A hash of what people can change of a row. */
export function looksOf({ name, description, errorMessage, slurmId }: Job): string {
  const all = JSON.stringify([name, description, errorMessage, slurmId]);
  return createHash('sha256').update(all).digest('base64url');
}

/**
 * When a row was last written without any other change, which is the heartbeat of the hourly task: a person who edits a
 * job changes something that can be seen.
 */
export function beatOf(before: Sight, job: Job): Date | null {
  if (job.modified <= before.modified) return before.beat;
  const isSame = job.runtimeState === before.runtimeState && looksOf(job) === before.looks;
  return isSame && job.state === 'ok' && job.runtimeState !== '' ? job.modified : before.beat;
}

/** The latest known time at which only the hourly task can have written this row; null if there is none. */
export function writtenByTask(
  { beat, made }: Pick<QueueRow, 'beat' | 'made'>,
  onRequest: boolean,
): Date | null {
  return (onRequest ? null : beat) ?? made;
}

/** True if a page written at that time can prove something about a row: it is later, and its run is over. */
export function isLaterPage(page: Date, written: Date, now: Date): boolean {
  return page > addMilliseconds(written, RUN_MS) && page <= subMilliseconds(now, SETTLED_MS);
}

/** True if the job of this row is proven to have left the queue since the row was written. */
export function hasLeft(row: QueueRow, queue: Queue): boolean {
  const { rows } = queue;
  const whose = ownersIn(rows);
  const owner = whose(row);
  if (owner === null) return false;
  const twins = rows.filter(({ slurmId }) => slurmId === row.slurmId);
  const written = max([row, ...twins].map(({ modified }) => modified));
  const strays = rows.filter(({ project }) => project === null);
  const byProject = Map.groupBy(rows, ({ project }) => project);
  return [...byProject].some(([project, inProject]) => {
    const theirs = inProject.filter((each) => whose(each) === owner);
    const maybe = inProject.filter((each) => whose(each) === null);
    const isAlone = queue.complete && theirs.length + maybe.length === inProject.length;
    const proof = isAlone ? [...theirs, ...maybe] : theirs;
    const page = lastPage(proof, written, queue);
    if (project === null || page === null) return false;
    const since = {
      page: subMilliseconds(page, RUN_MS),
      gone: subMilliseconds(written, millisecondsInDay),
    };
    const inPage = [...theirs, ...maybe, ...strays].filter((each) => mayBeIn(each, since));
    return inPage.length + queue.unread < FULL;
  });
}

/** True if a row may have been in a page, or may represent one that was. */
function mayBeIn(row: QueueRow, since: { page: Date; gone: Date }): boolean {
  if (row.gone) return row.modified >= since.gone;
  return row.runtimeState !== '' && row.modified >= since.page;
}

/** When the last page was written that these rows prove and that can prove something; null if there is none. */
function lastPage(
  proof: readonly QueueRow[],
  written: Date,
  { onRequest, now }: Queue,
): Date | null {
  const times = proof.flatMap((row) => {
    // A row that is no longer shown may be where the reader may not look; the job could be there, too.
    const time = row.gone ? null : writtenByTask(row, onRequest);
    return time !== null && isLaterPage(time, written, now) ? [time] : [];
  });
  return times.length === 0 ? null : max(times);
}

/** The owner of a row's job: the row's user, or that of another row of the same job; null if no row says. */
function ownersIn(rows: readonly QueueRow[]): (row: QueueRow) => string | null {
  const owners = new Map<string, string>();
  for (const { slurmId, userUuid } of rows) {
    if (userUuid !== null && slurmId !== '') owners.set(baseOf(slurmId), userUuid);
  }
  return ({ slurmId, userUuid }) => userUuid ?? owners.get(baseOf(slurmId)) ?? null;
}

/** How many consecutive runs wrote others' rows but not a job's, and the time of the last one. */
export interface Silence {
  runs: number;
  at: Date;
}

/**
 * Counts runs that wrote other rows but not this job's.
 * @param written when the job's own rows were last written
 * @param others when the hourly task wrote rows of the same cluster
 */
export function silence(before: Silence, written: Date, others: readonly Date[]): Silence {
  let { runs, at } = before.at < written ? { runs: 0, at: written } : before;
  for (const other of others.toSorted(compareAsc)) {
    if (differenceInMilliseconds(other, at) < APART_MS) continue;
    runs += 1;
    at = other;
  }
  return { runs, at };
}
