import type { Insertable } from 'kysely';
import type { Job } from '../jobs/job.ts';
import { isEnd, type Phase } from '../jobs/phase.ts';
import type { Database } from './database.ts';
import type { WatchTable } from './schema.ts';
import { toColumns, toWatch, type Watch, type WatchChange } from './watch-row.ts';

export type { Watch, WatchChange } from './watch-row.ts';

/** A new watch of a job that was just read. */
export interface NewWatch {
  team: string;
  user: string;
  channel: string;
  threadTs: string | null;
  job: Job;
  submissionId: string | null;
  name: string;
  projectName: string;
  serviceSettings: string;
  ownerName: string;
  phase: Phase;
  /** Counts of an array's tasks by state, where they are known already. */
  tasks?: string;
  seenAt: Date;
}

/** Starts following a job; its card is owed from then on. */
export async function insertWatch(db: Database, watch: NewWatch): Promise<void> {
  const { job } = watch;
  const seenAt = watch.seenAt.getTime();
  const row: Insertable<WatchTable> = {
    team: watch.team,
    user: watch.user,
    channel: watch.channel,
    thread_ts: watch.threadTs,
    card_ts: null,
    card_sending: 0,
    card_shown: '',
    card_due: 1,
    note: '',
    job_uuid: job.uuid,
    job_created: job.created.getTime(),
    submission_id: watch.submissionId,
    name: watch.name,
    project_name: watch.projectName,
    service_settings: watch.serviceSettings,
    owner_name: watch.ownerName,
    state: job.state,
    runtime_state: job.runtimeState,
    slurm_id: job.slurmId,
    error_message: job.errorMessage,
    modified: job.modified.getTime(),
    phase: watch.phase,
    phase_after: job.created.getTime(),
    phase_since: seenAt,
    live: 0,
    seen_at: seenAt,
    failures: 0,
    missing_since: null,
    due_at: seenAt,
    closed: null,
    deleted_by: null,
    tasks: watch.tasks ?? '',
    ended_at: isEnd(watch.phase) ? seenAt : null,
    news_at: seenAt,
    judged_at: 0,
    found: null,
  };
  await db.insertInto('watches').values(row).execute();
}

/** Watches to ask Waldur about now. */
export async function dueWatches(db: Database, now: Date): Promise<Watch[]> {
  const rows = await db
    .selectFrom('watches')
    .selectAll()
    .where('closed', 'is', null)
    .where('paused', '=', 0)
    .where('due_at', '<=', now.getTime())
    .orderBy('due_at')
    .execute();
  return rows.map(toWatch);
}

/** When the next watch is due; null when nothing is followed. */
export async function nextDue(db: Database): Promise<Date | null> {
  const row = await db
    .selectFrom('watches')
    .select((select) => select.fn.min('due_at').as('due'))
    .where('closed', 'is', null)
    .where('paused', '=', 0)
    .executeTakeFirst();
  return row?.due == null ? null : new Date(Number(row.due));
}

/** Watches with something owed to Slack: a card to post or edit, or a reply. */
export async function owingWatches(db: Database): Promise<Watch[]> {
  const rows = await db
    .selectFrom('watches')
    .selectAll()
    .where((where) =>
      where.or([
        where('card_due', '=', 1),
        where.exists(
          where
            .selectFrom('transitions')
            .select('id')
            .whereRef('watch_id', '=', 'watches.id')
            .where('reply', 'in', ['owed', 'sending']),
        ),
      ]),
    )
    .orderBy('id')
    .execute();
  return rows.map(toWatch);
}

/** The watch as it is now. */
export async function findWatch(db: Database, id: number): Promise<Watch> {
  const row = await db
    .selectFrom('watches')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return toWatch(row);
}

/** The watch as it is now; null when it is not followed any more. */
export async function openWatch(db: Database, id: number): Promise<Watch | null> {
  const row = await db
    .selectFrom('watches')
    .selectAll()
    .where('id', '=', id)
    .where('closed', 'is', null)
    .executeTakeFirst();
  return row === undefined ? null : toWatch(row);
}

/** Watches of a thread, newest first. */
export async function watchesOfThread(
  db: Database,
  thread: { team: string; channel: string; ts: string },
): Promise<Watch[]> {
  const rows = await db
    .selectFrom('watches')
    .selectAll()
    .where('team', '=', thread.team)
    .where('channel', '=', thread.channel)
    .where((where) =>
      where.or([where('thread_ts', '=', thread.ts), where('card_ts', '=', thread.ts)]),
    )
    .orderBy('id', 'desc')
    .execute();
  return rows.map(toWatch);
}

/** Watches of a job, wherever they are. */
export async function watchesOfJob(db: Database, jobUuid: string): Promise<Watch[]> {
  const rows = await db
    .selectFrom('watches')
    .selectAll()
    .where('job_uuid', '=', jobUuid)
    .orderBy('id')
    .execute();
  return rows.map(toWatch);
}

/** Open watches that read with this person's account. */
export async function watchesOfPerson(
  db: Database,
  person: { team: string; user: string },
): Promise<Watch[]> {
  const rows = await db
    .selectFrom('watches')
    .selectAll()
    .where('team', '=', person.team)
    .where('user', '=', person.user)
    .where('closed', 'is', null)
    .execute();
  return rows.map(toWatch);
}

/**
 * Nobody looks at this person's jobs until they connect again; the cards of those that go on say so.
 * @returns how many go on, and are paused by this
 */
export async function pauseWatches(
  db: Database,
  person: { team: string; user: string },
): Promise<number> {
  const paused = await db
    .updateTable('watches')
    .set((set) => ({
      paused: 1,
      card_due: set.case().when('ended_at', 'is', null).then(1).else(set.ref('card_due')).end(),
    }))
    .where('team', '=', person.team)
    .where('user', '=', person.user)
    .where('closed', 'is', null)
    .where('paused', '=', 0)
    .returning('ended_at')
    .execute();
  return paused.filter(({ ended_at }) => ended_at === null).length;
}

/** Looks at this person's jobs again, now. */
export async function resumeWatches(
  db: Database,
  person: { team: string; user: string },
  now: Date,
): Promise<void> {
  await db
    .updateTable('watches')
    .set({ paused: 0, failures: 0, card_due: 1, due_at: now.getTime() })
    .where('team', '=', person.team)
    .where('user', '=', person.user)
    .where('closed', 'is', null)
    .execute();
}

/** Looks at the cards of all open watches again: something that they all show may have changed. */
export async function renewCards(db: Database): Promise<void> {
  await db.updateTable('watches').set({ card_due: 1 }).where('closed', 'is', null).execute();
}

/** Writes what changed about a watch. */
export async function updateWatch(db: Database, id: number, change: WatchChange): Promise<void> {
  await db.updateTable('watches').set(toColumns(change)).where('id', '=', id).execute();
}
