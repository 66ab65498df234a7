import PQueue from 'p-queue';
import { SCAN_LIMIT, scanRows } from '../api/scan.ts';
import type { Waldur } from '../api/waldur.ts';
import type { Job, JobDetails, ListedJob, Place } from '../jobs/job.ts';
import type { Phase } from '../jobs/phase.ts';
import { baseOf, belongsTo } from '../jobs/slurm-id.ts';
import { groupTwins, type JobGroup } from '../jobs/twins.ts';
import { findSeenRows, leftRows } from '../store/seen-rows.ts';
import { typedNames } from '../store/submissions.ts';
import type { Context } from './context.ts';

/** For at most this many rows of one Slurm id, Waldur is asked where they belong. */
const MOST = 30;
/** How many of them are read at a time: there are sixteen connections to Waldur for everybody (api/http.ts). */
const AT_ONCE = 4;

/** A job with all that Waldur's rows and earlier sweeps say about it. */
interface WholeJob {
  job: JobDetails;
  phase: Phase;
  tasks: string;
}

/**
 * A job with the news of its other rows. Waldur's hourly task writes the cluster's news into a separate row if a job
 * was submitted through another project, and for each task of an array (docs/waldur.md).
 */
export async function readWholeJob(
  context: Context,
  waldur: Waldur,
  job: JobDetails,
): Promise<WholeJob> {
  const group = await groupOf(context, waldur, job);
  const { runtimeState, modified, slurmId } = group.job;
  const whole = { ...job, slurmId, runtimeState, modified };
  return { job: whole, phase: group.phase, tasks: group.tasks };
}

/** The uuid of the row by which people know a job: a reference to any of its rows means this one. */
export async function knownRow(context: Context, waldur: Waldur, row: JobDetails): Promise<string> {
  // Only the hourly task makes rows without a user.
  if (row.userUuid !== null || row.slurmId === '') return row.uuid;
  return (await groupOf(context, waldur, row)).job.uuid;
}

async function groupOf(context: Context, waldur: Waldur, job: JobDetails): Promise<JobGroup> {
  const { rows, toEnd, isRead } = await rowsWithSlurmId(waldur, job);
  const { listed, all } = await withPlaces(context, waldur, rows);
  const left = await leftRows(context.db, [job, ...rows]);
  const groups = groupTwins([job, ...listed], { left, toEnd: toEnd && all, fromTop: all, isRead });
  const group = groups.find((each) => each.rows.some(({ uuid }) => uuid === job.uuid));
  if (group === undefined) throw new Error('a row is in no group');
  return group;
}

/**
 * The other rows with this Slurm id. They are newer than the one that was submitted. `isRead` is true if every row on
 * the way could be read.
 */
async function rowsWithSlurmId(
  waldur: Waldur,
  job: JobDetails,
): Promise<{ rows: Job[]; toEnd: boolean; isRead: boolean }> {
  const base = baseOf(job.slurmId);
  const rows: Job[] = [];
  let isRead = true;
  if (base === '') return { rows, toEnd: true, isRead };
  for await (const page of scanRows(waldur.listCheap, { limit: SCAN_LIMIT })) {
    const others = page.rows.filter(({ uuid }) => uuid !== job.uuid);
    rows.push(...others.filter(({ slurmId }) => belongsTo(slurmId, base)));
    isRead &&= page.misfits.length === 0;
    if (page.end) return { rows, toEnd: true, isRead };
    const bottom = page.rows.at(-1);
    if (job.userUuid !== null && bottom && bottom.created < job.created) break;
  }
  return { rows, toEnd: false, isRead };
}

/** Rows with the place where they belong, if it is known or can be asked for. Rows that have gone are left out. */
export async function withPlaces(
  { db }: Context,
  waldur: Waldur,
  rows: readonly Job[],
): Promise<{ listed: ListedJob[]; all: boolean }> {
  const uuids = rows.map(({ uuid }) => uuid);
  const places = new Map<string, Place>();
  for (const [uuid, { place }] of await findSeenRows(db, uuids)) {
    if (place !== null) places.set(uuid, place);
  }
  const unknown = uuids.filter((uuid) => !places.has(uuid)).slice(0, MOST);
  const queue = new PQueue({ concurrency: AT_ONCE });
  const read = await Promise.allSettled(
    unknown.map((uuid) => queue.add(() => waldur.getPlace(uuid))),
  );
  for (const [index, each] of read.entries()) {
    if (each.status === 'fulfilled') places.set(unknown[index] ?? '', each.value);
  }
  const listed = rows.flatMap((row) => {
    const place = places.get(row.uuid);
    return place === undefined ? [] : [{ ...row, ...place }];
  });
  return { listed, all: listed.length === rows.length };
}

/**
 * Rows with the names that people typed in the form, if the bot submitted them: Waldur's hourly task replaces these
 * names with Slurm's.
 */
export async function withSubmittedNames<Row extends Pick<Job, 'uuid' | 'name'>>(
  { db }: Context,
  team: string,
  rows: Row[],
): Promise<Row[]> {
  if (rows.length === 0) return rows;
  const names = await typedNames(
    db,
    team,
    rows.map(({ uuid }) => uuid),
  );
  return rows.map((row) => ({ ...row, name: names.get(row.uuid) ?? row.name }));
}
