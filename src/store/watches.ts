import type { ExpressionBuilder } from 'kysely';
import type { Job } from '../jobs/job.ts';
import { isEnd } from '../jobs/phase.ts';
import type { Person } from './accounts.ts';
import type { Database } from './database.ts';
import type { Row, Tables } from './schema.ts';

/** A job followed in one Slack thread: where, for whom, and its last known state. */
export type Watch = Row<'watches'>;

/** The columns of a watch that may be written. */
export type WatchChange = Partial<
  Omit<Watch, 'id' | 'team' | 'user' | 'jobCreated' | 'submissionId'>
>;

/** A new watch for a job that has just been read. */
export interface NewWatch
  extends Pick<
    Watch,
    | 'team'
    | 'user'
    | 'channel'
    | 'threadTs'
    | 'submissionId'
    | 'name'
    | 'projectName'
    | 'serviceSettings'
    | 'ownerName'
    | 'phase'
    | 'seenAt'
  > {
  job: Job;
  /** Counts of an array's tasks by state, if they are already known. */
  tasks?: string;
}

/** Starts following a job. Its card is owed from then on. */
export async function insertWatch(db: Database, { job, ...watch }: NewWatch): Promise<void> {
  const { state, runtimeState, slurmId, errorMessage, modified } = job;
  const { seenAt } = watch;
  await db
    .insertInto('watches')
    .values({
      tasks: '',
      ...watch,
      cardSending: false,
      cardShown: '',
      cardDue: true,
      note: '',
      jobUuid: job.uuid,
      jobCreated: job.created,
      state,
      runtimeState,
      slurmId,
      errorMessage,
      modified,
      phaseAfter: job.created,
      phaseSince: seenAt,
      live: false,
      failures: 0,
      dueAt: seenAt,
      endedAt: isEnd(watch.phase) ? seenAt : null,
      newsAt: seenAt,
      judgedAt: new Date(0),
    })
    .execute();
}

/**
 * True if a job is followed and not paused. It is written exactly as in its index, because SQLite would not use that
 * otherwise.
 */
const isFollowed = (where: ExpressionBuilder<Tables, 'watches'>) =>
  where.and([where('closed', 'is', null), where.not(where.ref('paused'))]);

/** Watches to ask Waldur about now. */
export function dueWatches(db: Database, now: Date): Promise<Watch[]> {
  return db
    .selectFrom('watches')
    .selectAll()
    .where(isFollowed)
    .where('dueAt', '<=', now)
    .orderBy('dueAt')
    .execute();
}

/** When the next watch is due; null if nothing is followed. */
export async function nextDue(db: Database): Promise<Date | null> {
  const row = await db
    .selectFrom('watches')
    .select('dueAt')
    .where(isFollowed)
    .orderBy('dueAt')
    .limit(1)
    .executeTakeFirst();
  return row?.dueAt ?? null;
}

/** The watch as it is now. */
export function findWatch(db: Database, id: number): Promise<Watch> {
  return db.selectFrom('watches').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

/** The watch as it is now; null if it is not followed any more. */
export async function openWatch(db: Database, id: number): Promise<Watch | null> {
  const row = await db
    .selectFrom('watches')
    .selectAll()
    .where('id', '=', id)
    .where('closed', 'is', null)
    .executeTakeFirst();
  return row ?? null;
}

/** Watches of a thread, newest first. */
export function watchesOfThread(
  db: Database,
  { team, channel, ts }: { team: string; channel: string; ts: string },
): Promise<Watch[]> {
  return db
    .selectFrom('watches')
    .selectAll()
    .where('team', '=', team)
    .where((where) =>
      where.or([where.and({ channel, threadTs: ts }), where.and({ channel, cardTs: ts })]),
    )
    .orderBy('id', 'desc')
    .execute();
}

/** Watches of a job, wherever they are. */
export function watchesOfJob(db: Database, jobUuid: string): Promise<Watch[]> {
  return db
    .selectFrom('watches')
    .selectAll()
    .where('jobUuid', '=', jobUuid)
    .orderBy('id')
    .execute();
}

/** Open watches that use this person's account. */
export function watchesOfPerson(db: Database, { team, user }: Person): Promise<Watch[]> {
  return db
    .selectFrom('watches')
    .selectAll()
    .where('team', '=', team)
    .where('user', '=', user)
    .where('closed', 'is', null)
    .execute();
}

/**
 * Pauses this person's jobs until they connect again. The cards of those that have not ended say so.
 * @returns how many jobs that have not ended were paused by this
 */
export async function pauseWatches(db: Database, { team, user }: Person): Promise<number> {
  const paused = await db
    .updateTable('watches')
    .set((set) => ({
      paused: true,
      cardDue: set.case().when('endedAt', 'is', null).then(true).else(set.ref('cardDue')).end(),
    }))
    .where('team', '=', team)
    .where('user', '=', user)
    .where(isFollowed)
    .returning('endedAt')
    .execute();
  return paused.filter(({ endedAt }) => endedAt === null).length;
}

/** Resumes this person's jobs at once. */
export async function resumeWatches(
  db: Database,
  { team, user }: Person,
  now: Date,
): Promise<void> {
  await db
    .updateTable('watches')
    .set({ paused: false, failures: 0, cardDue: true, dueAt: now })
    .where('team', '=', team)
    .where('user', '=', user)
    .where('closed', 'is', null)
    .execute();
}

/** Makes the cards of all open watches due, because something that they all show may have changed. */
export async function renewCards(db: Database): Promise<void> {
  await db.updateTable('watches').set({ cardDue: true }).where('closed', 'is', null).execute();
}

/** Makes the cards of this person's open watches due. */
export async function renewCardsOf(db: Database, { team, user }: Person): Promise<void> {
  await db
    .updateTable('watches')
    .set({ cardDue: true })
    .where('team', '=', team)
    .where('user', '=', user)
    .where('closed', 'is', null)
    .execute();
}

/** Writes what changed about a watch. */
export async function updateWatch(db: Database, id: number, change: WatchChange): Promise<void> {
  await db.updateTable('watches').set(change).where('id', '=', id).execute();
}
