import type { Selectable, Updateable } from 'kysely';
import { z } from 'zod';
import { type ResourceState, resourceStates } from '../jobs/job.ts';
import { type Phase, phases } from '../jobs/phase.ts';
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
  /** When it was last known not to be in this phase, and first seen in it. */
  phaseAfter: Date;
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
  /** How many runs of the hourly task in a row have read others and not this job, and when the last of them did. */
  silentRuns: number;
  silentAt: Date;
  found: string | null;
}

/** What may be written to a watch. */
export type WatchChange = Partial<
  Omit<Watch, 'id' | 'team' | 'user' | 'jobCreated' | 'submissionId'>
>;

const resourceState = z.enum(resourceStates);
const phase = z.enum(phases);

/** A row of the table as the domain's words have it. */
export function toWatch(row: Selectable<WatchTable>): Watch {
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
    phaseAfter: new Date(row.phase_after),
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
    silentRuns: row.silent_runs,
    silentAt: new Date(row.silent_at),
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
  jobUuid: 'job_uuid',
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
  phaseAfter: 'phase_after',
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
  silentRuns: 'silent_runs',
  silentAt: 'silent_at',
  found: 'found',
} as const satisfies Record<keyof WatchChange, keyof WatchTable>;

/** What is written to the table for a change. */
export function toColumns(change: WatchChange): Updateable<WatchTable> {
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
