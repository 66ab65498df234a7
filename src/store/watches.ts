import type { Insertable, Selectable, Updateable } from 'kysely';
import { z } from 'zod';
import { type Job, type ResourceState, resourceStates } from '../jobs/job.ts';
import { type Phase, phases } from '../jobs/phase.ts';
import type { Database } from './database.ts';
import type { WatchTable } from './schema.ts';

/** A job followed in one Slack thread: where, for whom, and the job as it was seen last. */
export interface Watch {
  id: number;
  team: string;
  user: string;
  channel: string;
  /** Null while the card itself starts the thread. */
  threadTs: string | null;
  cardTs: string | null;
  /** Whether the card may have been posted although its `ts` is not known. */
  cardSending: boolean;
  /** Hash of the card as last shown. */
  cardShown: string;
  /** Whether something was written that the card may have to show. */
  cardDue: boolean;
  note: string;
  jobUuid: string;
  jobCreated: Date;
  /** Mark of the submission that it came from; null for a job that was followed later. */
  submissionId: string | null;
  name: string;
  projectName: string;
  serviceSettings: string;
  ownerName: string;
  state: ResourceState;
  runtimeState: string;
  slurmId: string;
  errorMessage: string;
  modified: Date;
  phase: Phase;
  phaseSince: Date;
  /** Whether Waldur was seen to hear of this job within minutes. */
  live: boolean;
  seenAt: Date;
  failures: number;
  missingSince: Date | null;
  dueAt: Date;
  /** Whether the account that reads the job does not work. */
  paused: boolean;
  closed: string | null;
  deletedBy: string | null;
  /** Counts of an array's tasks by state; empty for other jobs. */
  tasks: string;
  /** Since when the job counts as ended; null while it goes on. */
  endedAt: Date | null;
  /** When Waldur was last seen to have news of it. */
  newsAt: Date;
  judgedAt: Date;
  found: string | null;
}

/** What may be written to a watch. */
export type WatchChange = Partial<
  Omit<Watch, 'id' | 'team' | 'user' | 'jobUuid' | 'jobCreated' | 'submissionId'>
>;

const resourceState = z.enum(resourceStates);
const phase = z.enum(phases);

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
    phase_since: seenAt,
    live: 0,
    seen_at: seenAt,
    failures: 0,
    missing_since: null,
    due_at: seenAt,
    closed: null,
    deleted_by: null,
    tasks: '',
    ended_at: null,
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

/** Nobody looks at this person's jobs until they connect again; the cards say so. */
export async function pauseWatches(
  db: Database,
  person: { team: string; user: string },
): Promise<void> {
  await db
    .updateTable('watches')
    .set({ paused: 1, card_due: 1 })
    .where('team', '=', person.team)
    .where('user', '=', person.user)
    .where('closed', 'is', null)
    .where('paused', '=', 0)
    .execute();
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

function toWatch(row: Selectable<WatchTable>): Watch {
  return {
    id: row.id,
    team: row.team,
    user: row.user,
    channel: row.channel,
    threadTs: row.thread_ts,
    cardTs: row.card_ts,
    cardSending: row.card_sending === 1,
    cardShown: row.card_shown,
    cardDue: row.card_due === 1,
    note: row.note,
    jobUuid: row.job_uuid,
    jobCreated: new Date(row.job_created),
    submissionId: row.submission_id,
    name: row.name,
    projectName: row.project_name,
    serviceSettings: row.service_settings,
    ownerName: row.owner_name,
    state: resourceState.parse(row.state),
    runtimeState: row.runtime_state,
    slurmId: row.slurm_id,
    errorMessage: row.error_message,
    modified: new Date(row.modified),
    phase: phase.parse(row.phase),
    phaseSince: new Date(row.phase_since),
    live: row.live === 1,
    seenAt: new Date(row.seen_at),
    failures: row.failures,
    missingSince: row.missing_since === null ? null : new Date(row.missing_since),
    dueAt: new Date(row.due_at),
    paused: row.paused === 1,
    closed: row.closed,
    deletedBy: row.deleted_by,
    tasks: row.tasks,
    endedAt: row.ended_at === null ? null : new Date(row.ended_at),
    newsAt: new Date(row.news_at),
    judgedAt: new Date(row.judged_at),
    found: row.found,
  };
}

/** Column of each field that may change. */
const columns = {
  channel: 'channel',
  threadTs: 'thread_ts',
  cardTs: 'card_ts',
  cardSending: 'card_sending',
  cardShown: 'card_shown',
  cardDue: 'card_due',
  note: 'note',
  name: 'name',
  projectName: 'project_name',
  serviceSettings: 'service_settings',
  ownerName: 'owner_name',
  state: 'state',
  runtimeState: 'runtime_state',
  slurmId: 'slurm_id',
  errorMessage: 'error_message',
  modified: 'modified',
  phase: 'phase',
  phaseSince: 'phase_since',
  live: 'live',
  seenAt: 'seen_at',
  failures: 'failures',
  missingSince: 'missing_since',
  dueAt: 'due_at',
  paused: 'paused',
  closed: 'closed',
  deletedBy: 'deleted_by',
  tasks: 'tasks',
  endedAt: 'ended_at',
  newsAt: 'news_at',
  judgedAt: 'judged_at',
  found: 'found',
} as const satisfies Record<keyof WatchChange, keyof WatchTable>;

function toColumns(change: WatchChange): Updateable<WatchTable> {
  const isField = (name: string): name is keyof WatchChange => name in columns;
  const entries = Object.entries(change).flatMap(([name, value]) =>
    isField(name) ? [[columns[name], toSqlite(value)]] : [],
  );
  return Object.fromEntries(entries);
}

function toSqlite(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  return typeof value === 'boolean' ? Number(value) : value;
}
