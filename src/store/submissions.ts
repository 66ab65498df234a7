import type { Selectable } from 'kysely';
import type { Allocation } from '../jobs/job.ts';
import { allocationJson } from './accounts.ts';
import type { Database } from './database.ts';
import type { SubmissionTable } from './schema.ts';

/** How far a submission has come. `unclear`: it was sent, and whether Waldur took it is not known yet. */
export type SubmissionState = SubmissionTable['state'];

/** A person's intent to submit one script once. */
export interface Submission {
  /** The mark: 12 hex digits, also left in the job's description. */
  id: string;
  team: string;
  user: string;
  scriptId: number;
  /** Whether DOS line endings are converted before anything is shown, hashed or sent. */
  convert: boolean;
  /** SHA-256 of what the person was shown; empty where nothing was shown (an upload in the form). */
  sha256: string;
  name: string;
  /** What Slurm calls it; empty until the script was read for sending. */
  slurmName: string;
  description: string;
  allocation: Allocation;
  /** Where to follow the job; null is the direct message. */
  follow: { channel: string; threadTs: string | null } | null;
  viewId: string;
  state: SubmissionState;
  createdAt: Date;
  sentAt: Date | null;
  jobUuid: string | null;
  problem: string | null;
  told: boolean;
  ref: string;
}

/**
 * Commits an intent.
 * @returns false when it has been committed before (a double click, a redelivery).
 */
export async function commitSubmission(
  db: Database,
  intent: Omit<Submission, 'slurmName' | 'state' | 'sentAt' | 'jobUuid' | 'problem' | 'told'>,
): Promise<boolean> {
  const result = await db
    .insertInto('submissions')
    .values({
      id: intent.id,
      team: intent.team,
      user: intent.user,
      script_id: intent.scriptId,
      convert: Number(intent.convert),
      sha256: intent.sha256,
      name: intent.name,
      description: intent.description,
      allocation: JSON.stringify(intent.allocation),
      channel: intent.follow?.channel ?? null,
      thread_ts: intent.follow?.threadTs ?? null,
      view_id: intent.viewId,
      state: 'committed',
      created_at: intent.createdAt.getTime(),
      sent_at: null,
      job_uuid: null,
      problem: null,
      told: 0,
      ref: intent.ref,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** The submission with this mark; null when there is none in this workspace. */
export async function findSubmission(
  db: Database,
  team: string,
  id: string,
): Promise<Submission | null> {
  const row = await db
    .selectFrom('submissions')
    .selectAll()
    .where('team', '=', team)
    .where('id', '=', id)
    .executeTakeFirst();
  return row === undefined ? null : toSubmission(row);
}

/** SHA-256 of everything that a person has submitted of one script. */
export async function sentOf(
  db: Database,
  { team, user, scriptId }: { team: string; user: string; scriptId: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom('submissions')
    .select('sha256')
    .where('team', '=', team)
    .where('user', '=', user)
    .where('script_id', '=', scriptId)
    .execute();
  return rows.map(({ sha256 }) => sha256);
}

/** Submissions whose outcome is open, or has not been told, oldest first. */
export async function unfinishedSubmissions(db: Database): Promise<Submission[]> {
  const rows = await db
    .selectFrom('submissions')
    .selectAll()
    .where('told', '=', 0)
    .orderBy('created_at')
    .execute();
  return rows.map(toSubmission);
}

/** Writes how far a submission has come. */
export async function updateSubmission(
  db: Database,
  id: string,
  change: Partial<
    Pick<Submission, 'name' | 'slurmName' | 'state' | 'sentAt' | 'jobUuid' | 'problem' | 'told'>
  >,
): Promise<void> {
  const columns = {
    ...(change.name !== undefined && { name: change.name }),
    ...(change.slurmName !== undefined && { slurm_name: change.slurmName }),
    ...(change.state !== undefined && { state: change.state }),
    ...(change.sentAt && { sent_at: change.sentAt.getTime() }),
    ...(change.jobUuid !== undefined && { job_uuid: change.jobUuid }),
    ...(change.problem !== undefined && { problem: change.problem }),
    ...(change.told !== undefined && { told: Number(change.told) }),
  };
  await db.updateTable('submissions').set(columns).where('id', '=', id).execute();
}

/** Names as people typed them, by uuid of the job: Waldur's hourly task overwrites its own. */
export async function typedNames(
  db: Database,
  team: string,
  uuids: string[],
): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('submissions')
    .select(['job_uuid', 'name'])
    .where('team', '=', team)
    .where('job_uuid', 'in', uuids)
    .execute();
  return new Map(rows.flatMap((row) => (row.job_uuid === null ? [] : [[row.job_uuid, row.name]])));
}

/** The name that a person gave to a job which the bot submitted, after they changed it. */
export async function renameSubmission(
  db: Database,
  { team, jobUuid, name }: { team: string; jobUuid: string; name: string },
): Promise<void> {
  await db
    .updateTable('submissions')
    .set({ name })
    .where('team', '=', team)
    .where('job_uuid', '=', jobUuid)
    .execute();
}

function toSubmission(row: Selectable<SubmissionTable>): Submission {
  return {
    id: row.id,
    team: row.team,
    user: row.user,
    scriptId: row.script_id,
    convert: row.convert === 1,
    sha256: row.sha256,
    name: row.name,
    slurmName: row.slurm_name,
    description: row.description,
    allocation: allocationJson.parse(JSON.parse(row.allocation)),
    follow: row.channel === null ? null : { channel: row.channel, threadTs: row.thread_ts },
    viewId: row.view_id,
    state: row.state,
    createdAt: new Date(row.created_at),
    sentAt: row.sent_at === null ? null : new Date(row.sent_at),
    jobUuid: row.job_uuid,
    problem: row.problem,
    told: row.told === 1,
    ref: row.ref,
  };
}
