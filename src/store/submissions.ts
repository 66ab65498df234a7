import { inChunks } from './chunks.ts';
import type { Database } from './database.ts';
import type { Row } from './schema.ts';

/** How far a submission has come. */
type SubmissionState = Row<'submissions'>['state'];

/** A person's intent to submit one script once. */
export interface Submission extends Omit<Row<'submissions'>, 'channel' | 'threadTs'> {
  /** Where to follow the job; null for the direct message. */
  follow: { channel: string; threadTs: string | null } | null;
}

/** The columns of a submission, besides its state, that may be written. */
type SubmissionChange = Partial<
  Pick<
    Submission,
    | 'name'
    | 'sha256'
    | 'slurmName'
    | 'output'
    | 'asked'
    | 'sentAt'
    | 'jobUuid'
    | 'problem'
    | 'told'
    | 'dueAt'
  >
>;

/**
 * Commits a submission.
 * @returns false if it was committed before (a double click, a redelivery)
 */
export async function commitSubmission(
  db: Database,
  {
    follow,
    ...intent
  }: Omit<
    Submission,
    'slurmName' | 'output' | 'asked' | 'state' | 'sentAt' | 'jobUuid' | 'problem' | 'told' | 'dueAt'
  >,
): Promise<boolean> {
  const result = await db
    .insertInto('submissions')
    .values({
      ...intent,
      channel: follow?.channel ?? null,
      threadTs: follow?.threadTs ?? null,
      asked: null,
      state: 'committed',
      sentAt: null,
      jobUuid: null,
      problem: null,
      told: false,
      dueAt: intent.createdAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** The submission with this mark; null if there is none in this workspace. */
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

/** The submission that made a job; null if the bot did not submit it. */
export async function submissionOfJob(
  db: Database,
  { team, jobUuid }: { team: string; jobUuid: string },
): Promise<Submission | null> {
  const row = await db
    .selectFrom('submissions')
    .selectAll()
    .where('team', '=', team)
    .where('jobUuid', '=', jobUuid)
    .executeTakeFirst();
  return row === undefined ? null : toSubmission(row);
}

/** SHA-256 of every version of a script that a person has submitted. */
export async function sentOf(
  db: Database,
  { team, user, scriptId }: { team: string; user: string; scriptId: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom('submissions')
    .select('sha256')
    .where('team', '=', team)
    .where('user', '=', user)
    .where('scriptId', '=', scriptId)
    .execute();
  return rows.map(({ sha256 }) => sha256);
}

/** Submissions on which the bot still has to work, in the order in which they are due. */
export async function unfinishedSubmissions(db: Database): Promise<Submission[]> {
  const rows = await db
    .selectFrom('submissions')
    .selectAll()
    .where('dueAt', 'is not', null)
    .orderBy('dueAt')
    .execute();
  return rows.map(toSubmission);
}

/**
 * Writes the next state of a submission, if its present one is what the caller expects.
 * @returns false if it is not: another task took the step, and nothing was written
 */
export async function advanceSubmission(
  db: Database,
  id: string,
  step: { from: readonly SubmissionState[]; to: SubmissionState } & SubmissionChange,
): Promise<boolean> {
  const { from, to, ...change } = step;
  const { numUpdatedRows } = await db
    .updateTable('submissions')
    .set({ ...change, state: to })
    .where('id', '=', id)
    .where('state', 'in', from)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** A submission with the Slurm id of its job (empty until it is known) and its card (null until it is posted). */
export type Followed = Submission & {
  slurmId: string;
  jobError: string;
  card: { channel: string; ts: string } | null;
};

/** The submissions of a script, newest first. */
export async function submissionsOfScript(
  db: Database,
  { team, scriptId }: Pick<Submission, 'team' | 'scriptId'>,
): Promise<Followed[]> {
  const rows = await db
    .selectFrom('submissions')
    .leftJoin('watches', 'watches.submissionId', 'submissions.id')
    .selectAll('submissions')
    .select(({ fn, val }) => [
      fn.coalesce('watches.slurmId', val('')).as('slurmId'),
      fn.coalesce('watches.errorMessage', val('')).as('jobError'),
    ])
    .select(['watches.channel as cardChannel', 'watches.cardTs'])
    .where('submissions.team', '=', team)
    .where('submissions.scriptId', '=', scriptId)
    .orderBy('submissions.createdAt', 'desc')
    .execute();
  return rows.map(({ slurmId, jobError, cardChannel, cardTs: ts, ...row }) => ({
    ...toSubmission(row),
    slurmId,
    jobError,
    card: cardChannel === null || ts === null ? null : { channel: cardChannel, ts },
  }));
}

/** Names as people typed them, by uuid of the job: Waldur's hourly task overwrites its own. */
export async function typedNames(
  db: Database,
  team: string,
  uuids: string[],
): Promise<Map<string, string>> {
  const rows = await inChunks(uuids, (chunk) =>
    db
      .selectFrom('submissions')
      .select(['jobUuid', 'name'])
      .where('team', '=', team)
      .where('jobUuid', 'in', chunk)
      .execute(),
  );
  return new Map(rows.flatMap(({ jobUuid, name }) => (jobUuid === null ? [] : [[jobUuid, name]])));
}

/** Records the new name of a job that the bot submitted, after a person changed it. */
export async function renameSubmission(
  db: Database,
  { team, jobUuid, name }: { team: string; jobUuid: string; name: string },
): Promise<void> {
  await db
    .updateTable('submissions')
    .set({ name })
    .where('team', '=', team)
    .where('jobUuid', '=', jobUuid)
    .execute();
}

function toSubmission({ channel, threadTs, ...row }: Row<'submissions'>): Submission {
  return { ...row, follow: channel === null ? null : { channel, threadTs } };
}
