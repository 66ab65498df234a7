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
  /** The script's own `--output`; empty where it names none. */
  output: string;
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
  /** When the bot goes on with it; null once it is settled and told. */
  dueAt: Date | null;
  /** Mark of an earlier submission whose answer was lost: this one is sent only where that one did not arrive. */
  again: string | null;
  ref: string;
}

/** What may be written to a submission besides its state. */
export type SubmissionChange = Partial<
  Pick<
    Submission,
    'name' | 'slurmName' | 'output' | 'sentAt' | 'jobUuid' | 'problem' | 'told' | 'dueAt'
  >
>;

/**
 * Commits an intent.
 * @returns false when it has been committed before (a double click, a redelivery).
 */
export async function commitSubmission(
  db: Database,
  intent: Omit<
    Submission,
    'slurmName' | 'output' | 'state' | 'sentAt' | 'jobUuid' | 'problem' | 'told' | 'dueAt'
  >,
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
      due_at: intent.createdAt.getTime(),
      again: intent.again,
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

/** Submissions with which the bot goes on by itself, the one that is due first first. */
export async function unfinishedSubmissions(db: Database): Promise<Submission[]> {
  const rows = await db
    .selectFrom('submissions')
    .selectAll()
    .where('due_at', 'is not', null)
    .orderBy('due_at')
    .execute();
  return rows.map(toSubmission);
}

/**
 * Writes that a submission has come further, if it is still where the caller believes it to be.
 * @returns false when it is not: somebody else took the step, and nothing was written
 */
export async function advanceSubmission(
  db: Database,
  id: string,
  step: { from: readonly SubmissionState[]; to: SubmissionState } & SubmissionChange,
): Promise<boolean> {
  const { from, to, ...change } = step;
  const { numUpdatedRows } = await db
    .updateTable('submissions')
    .set({ ...columnsOf(change), state: to })
    .where('id', '=', id)
    .where('state', 'in', from)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Writes that the person has been told, and when the bot goes on. */
export async function updateSubmission(
  db: Database,
  id: string,
  change: SubmissionChange,
): Promise<void> {
  await db.updateTable('submissions').set(columnsOf(change)).where('id', '=', id).execute();
}

function columnsOf(change: SubmissionChange) {
  return {
    ...(change.name !== undefined && { name: change.name }),
    ...(change.slurmName !== undefined && { slurm_name: change.slurmName }),
    ...(change.output !== undefined && { output: change.output }),
    ...(change.sentAt && { sent_at: change.sentAt.getTime() }),
    ...(change.jobUuid !== undefined && { job_uuid: change.jobUuid }),
    ...(change.problem !== undefined && { problem: change.problem }),
    ...(change.told !== undefined && { told: Number(change.told) }),
    ...(change.dueAt !== undefined && { due_at: change.dueAt?.getTime() ?? null }),
  };
}

/** The submissions of a script, newest first, with the Slurm id of its job where that is known (else empty). */
export async function submissionsOfScript(
  db: Database,
  { team, scriptId }: Pick<Submission, 'team' | 'scriptId'>,
): Promise<(Submission & { slurmId: string })[]> {
  const rows = await db
    .selectFrom('submissions')
    .leftJoin('watches', 'watches.submission_id', 'submissions.id')
    .selectAll('submissions')
    .select('watches.slurm_id')
    .where('submissions.team', '=', team)
    .where('submissions.script_id', '=', scriptId)
    .orderBy('submissions.created_at', 'desc')
    .execute();
  return rows.map((row) => ({ ...toSubmission(row), slurmId: row.slurm_id ?? '' }));
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
    output: row.output,
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
    dueAt: row.due_at === null ? null : new Date(row.due_at),
    again: row.again,
    ref: row.ref,
  };
}
