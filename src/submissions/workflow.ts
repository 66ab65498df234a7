import type { Blob } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import { IdentityMismatch } from '../accounts/impersonating.ts';
import { NotConnected } from '../accounts/waldur-accounts.ts';
import { isWaldurFailure } from '../api/errors.ts';
import { explainWaldur } from '../api/explain.ts';
import { admit } from '../interaction/access.ts';
import { outcomeOf } from '../interaction/audited.ts';
import type { Context } from '../interaction/context.ts';
import { logFailure } from '../interaction/failure.ts';
import { checkFollowPlace } from '../interaction/follow-place.ts';
import type { JobDetails } from '../jobs/job.ts';
import { suggestName } from '../jobs/job-name.ts';
import { outputPattern } from '../jobs/output-file.ts';
import { askedFor } from '../jobs/past.ts';
import { Problem } from '../jobs/problem.ts';
import { withMark } from '../jobs/submission-mark.ts';
import { type Loop, startLoop } from '../machine/loop.ts';
import type { Script } from '../scripts/script.ts';
import { beginAudit, endAudit } from '../store/audit.ts';
import { type SharedScript, scriptOfSubmission } from '../store/scripts.ts';
import {
  advanceSubmission,
  findSubmission,
  type Submission,
  unfinishedSubmissions,
} from '../store/submissions.ts';
import { tellOutcome } from './outcome.ts';
import { mayHaveArrived, reconcile, reconcileLost, recordAccepted } from './reconcile.ts';
import { noteFirst, readChanged, UNKNOWN } from './script-access.ts';

/** The longest pause between two looks for submissions that are due. */
const IDLE_MS = 60_000;

/**
 * Carries on with submissions when they are due: those that a stopped process left, and those whose answer was lost.
 */
export function startSubmissions(context: Context): Loop {
  const { config, db, inFlight, log, now } = context;
  return startLoop({
    async pass() {
      const waiting = (await unfinishedSubmissions(db)).filter(({ id }) => !inFlight.has(id));
      const isDue = ({ dueAt }: Submission) => dueAt !== null && dueAt <= now();
      for (const { id, team } of waiting.filter(isDue)) void carryOut(context, id, team);
      return waiting.find((submission) => !isDue(submission))?.dueAt ?? null;
    },
    failed: (error) => log.error('submissions not looked at', { error }),
    idleMs: IDLE_MS,
    failedMs: config.pauses.failedMs,
    now,
  });
}

/**
 * Takes a committed submission as far as it will go now, and tells the person what is settled. Waldur is sent the
 * script once: "about to send" is committed before, and from then on everything but a definite refusal leads to a
 * search for the mark. Never throws: a failure in the bot itself is tried again.
 */
export async function carryOut(context: Context, mark: string, team: string): Promise<void> {
  const { config, inFlight, log, work, wake } = context;
  if (inFlight.has(mark)) return;
  inFlight.add(mark);
  await work.add(async () => {
    try {
      await goOn(context, mark, team);
    } catch (error) {
      log.error('submission not settled', { mark, error });
      await sleep(config.pauses.failedMs);
    }
    inFlight.delete(mark);
    wake();
  });
}

async function goOn(context: Context, mark: string, team: string): Promise<void> {
  const { db, sending } = context;
  const submission = await findSubmission(db, team, mark);
  if (submission === null) return;
  if (submission.state === 'committed') await sending.add(() => send(context, submission));
  else if (mayHaveArrived(submission)) await reconcileLost(context, submission);
  const reached = await findSubmission(db, team, mark);
  if (reached === null) return;
  const { state, told } = reached;
  const isSettled = state === 'accepted' || state === 'failed';
  if (!told && (isSettled || state === 'lost')) await tellOutcome(context, reached);
  // While the person was told of the loss, the job may have turned up: that is owed to them then.
  const step = { from: [state], to: state, told: true };
  if (isSettled) await advanceSubmission(db, mark, { ...step, dueAt: null });
  else if (state === 'lost' && !told) await advanceSubmission(db, mark, step);
}

/** Sends a script that was never sent to Waldur before. */
async function send(context: Context, submission: Submission): Promise<void> {
  const { db, log } = context;
  const { id, ref } = submission;
  let prepared: Prepared | null;
  try {
    prepared = await prepare(context, submission);
  } catch (error) {
    logFailure(log, 'not submitted', error, { ref });
    const problem = `${explain(error)} (ref ${ref})`;
    await advanceSubmission(db, id, { from: ['committed'], to: 'failed', problem });
    return;
  }
  if (prepared !== null) await post(context, prepared);
}

/** A script that is ready to be sent, and the person as whom it is sent. */
interface Prepared extends Awaited<ReturnType<Context['accounts']['actingAs']>> {
  submission: Submission;
  file: Blob;
  fileName: string;
}

/**
 * Reads the script once more, compares it with what was shown, and commits "about to send".
 * @returns null if the submission is already being sent
 */
async function prepare(context: Context, submission: Submission): Promise<Prepared | null> {
  const { db, now } = context;
  const { user: channel } = submission;
  // The form was committed before it was acknowledged, so Slack has not been asked yet whether they may use the bot.
  await admit(context, { user: channel, channel, direct: true });
  const identity = await context.accounts.actingAs(submission);
  await checkEarlier(context, submission);
  const { follow, convert, changes } = submission;
  if (follow?.threadTs === null) await checkFollowPlace(context, submission, follow.channel);
  const shared = await scriptOfSubmission(db, submission);
  if (shared === null) throw new Problem(UNKNOWN);
  const { fileName } = shared;
  // The person's right to it was checked before the form was shown, and what is sent has the hash of what was shown.
  const read = await readChanged(context, { shared, only: null }, { convert, changes });
  const { script, content: file } = read;
  await checkAgain(context, { submission, shared, script });
  const name = submission.name || suggestName(script, fileName);
  const kept = { output: outputPattern(script.options), asked: askedFor(script) };
  const { sha256 } = script;
  const step = { name, sha256, slurmName: script.jobName ?? fileName, ...kept, sentAt: now() };
  const { id, team, user, ref } = submission;
  const { waldurUuid, username: waldurUser } = identity.account;
  const isOurs = await db.transaction().execute(async (trx) => {
    const first = await advanceSubmission(trx, id, { from: ['committed'], to: 'sending', ...step });
    const entry = { id, at: now(), team, user, waldurUuid, waldurUser, jobUuid: null, ref };
    if (first) await beginAudit(trx, { ...entry, action: 'submit' });
    return first;
  });
  if (!isOurs) return null;
  return { ...identity, submission: { ...submission, ...step, state: 'sending' }, file, fileName };
}

/**
 * Stops a submission that repeats a lost one if that has arrived since the form was opened: it would be a second job. A
 * lost submission may itself repeat another one.
 */
async function checkEarlier(context: Context, { team, user, again }: Submission): Promise<void> {
  let mark = again;
  while (mark !== null) {
    const earlier = await findSubmission(context.db, team, mark);
    if (earlier === null || earlier.user !== user) return;
    const isNews = mark === again && earlier.state === 'accepted';
    if (isNews || (mayHaveArrived(earlier) && (await reconcile(context, earlier))))
      throw new Problem(arrived);
    mark = earlier.again;
  }
}

const arrived =
  'Your earlier submission has arrived after all, and its card follows it. Nothing more was submitted: submit again only if you want a second job.';

async function checkAgain(
  context: Context,
  given: { submission: Submission; shared: SharedScript; script: Script },
): Promise<void> {
  const { submission, shared, script } = given;
  const { convert } = submission;
  await noteFirst(context, shared, { sha256: script.sha256, convert });
  // Only a script that the person uploads in the form itself was not shown to them before.
  const isUpload = shared.message === null && submission.sha256 === '';
  if (!isUpload && submission.sha256 !== script.sha256) {
    throw new Problem(
      'The file has changed since it was shown to you. Nothing was submitted: look at it as it is now, and submit again.',
    );
  }
  // Since an upload was not shown before, anything that Slurm would refuse stops it once: the form comes back.
  const refusal = script.refusals.find(({ level }) => level === 'impossible' || isUpload);
  if (refusal !== undefined) throw new Problem(`${refusal.sentence} Nothing was submitted.`);
}

/** One POST. Only a definite refusal means that Waldur does not have the job; otherwise its mark is looked for. */
async function post(context: Context, prepared: Prepared): Promise<void> {
  const { submission, waldur, account, file, fileName } = prepared;
  const { id, allocation, name, ref } = submission;
  let job: JobDetails;
  try {
    job = await waldur.createJob({
      name,
      description: withMark(submission.description, id),
      serviceSettings: allocation.serviceSettings,
      project: allocation.project,
      file,
      fileName,
    });
  } catch (error) {
    await noteFailure(context, submission, error);
    return;
  }
  await recordAccepted(context, { submission, job, account });
  context.log.info('submitted', { ref, job: job.uuid, waldur: account.username });
}

async function noteFailure(
  { db, log, now }: Context,
  { id, ref }: Submission,
  error: unknown,
): Promise<void> {
  if (isRefusal(error)) logFailure(log, 'not submitted', error, { ref });
  else log.warn('answer lost', { ref, error });
  await db.transaction().execute(async (trx) => {
    await endAudit(trx, id, { outcome: outcomeOf(error) });
    await advanceSubmission(trx, id, { from: ['sending'], ...afterFailure(error, ref, now()) });
  });
}

/** True if Waldur does not have it: it said so, or the account was found not to work before anything was sent. */
function isRefusal(error: unknown): boolean {
  if (isWaldurFailure(error)) return !error.ambiguous;
  if (error instanceof IdentityMismatch) return false;
  return error instanceof NotConnected || error instanceof Problem;
}

function afterFailure(error: unknown, ref: string, now: Date) {
  if (isRefusal(error)) return { to: 'failed', problem: `${explain(error)} (ref ${ref})` } as const;
  const lost = { sentAt: now, dueAt: now };
  // If Waldur answered as somebody else, the person is told at once.
  return error instanceof IdentityMismatch
    ? ({ ...lost, to: 'lost', problem: `${error.message} (ref ${ref})` } as const)
    : ({ ...lost, to: 'unclear' } as const);
}

/** Why nothing was sent. */
function explain(error: unknown): string {
  if (error instanceof Problem) return error.message;
  if (error instanceof NotConnected) return notConnected;
  if (isWaldurFailure(error)) return explainWaldur(error, 'Nothing was submitted.');
  return 'Something went wrong in the bot before anything was submitted.';
}

const notConnected =
  'Your Waldur account is not connected any more. Nothing was submitted. Use /slurm connect, then submit again.';
