import { openAsBlob } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NotConnected } from '../accounts/accounts.ts';
import { isWaldurFailure } from '../api/errors.ts';
import { explainWaldur } from '../api/explain.ts';
import type { Waldur } from '../api/waldur.ts';
import { admit } from '../interaction/admit.ts';
import { audited } from '../interaction/audited.ts';
import type { Context } from '../interaction/context.ts';
import { logFailure } from '../interaction/failure.ts';
import { checkFollowPlace } from '../interaction/follow-place.ts';
import type { JobDetails } from '../jobs/job.ts';
import { withMark } from '../jobs/mark.ts';
import { suggestName } from '../jobs/name.ts';
import { Problem } from '../jobs/problem.ts';
import { approximate } from '../jobs/transition.ts';
import type { Script } from '../scripts/script.ts';
import { type Account, updateAccount } from '../store/accounts.ts';
import { endAudit } from '../store/audit.ts';
import { type SharedScript, scriptOfSubmission } from '../store/scripts.ts';
import {
  findSubmission,
  type Submission,
  type SubmissionState,
  unfinishedSubmissions,
  updateSubmission,
} from '../store/submissions.ts';
import { insertWatch } from '../store/watches.ts';
import { tellOutcome } from './outcome.ts';
import { noteFirst } from './prompt.ts';
import { placeOf, readUsable, UNKNOWN } from './rights.ts';

/** Waldur's clock may be behind ours. */
const CLOCK_MARGIN_MS = 60 * 60 * 1000;

/**
 * Carries out a committed submission from wherever it has come to, and tells the person. Waldur is sent the
 * script once: that it is about to be sent is committed before, so what is found in that state after a kill
 * may have arrived, and is looked for instead.
 */
export async function carryOut(context: Context, mark: string, team: string): Promise<void> {
  const { db } = context;
  const submission = await findSubmission(db, team, mark);
  if (submission === null) return;
  if (!isSettled(submission.state)) await settle(context, submission);
  const settled = await findSubmission(db, team, mark);
  if (settled === null || settled.told) return;
  await tellOutcome(context, settled);
  await updateSubmission(db, mark, { told: true });
}

/** Goes on with what a stopped process left behind. */
export async function recoverSubmissions(context: Context): Promise<void> {
  await rm(scratch(context), { recursive: true, force: true });
  for (const { id, team, ref } of await unfinishedSubmissions(context.db)) {
    carryOut(context, id, team).catch((error: unknown) =>
      context.log.error('submission not settled', { ref, error }),
    );
  }
}

function isSettled(state: SubmissionState): boolean {
  return state === 'accepted' || state === 'failed' || state === 'lost';
}

async function settle(context: Context, submission: Submission): Promise<void> {
  const { id, ref, user } = submission;
  try {
    // It was committed before it was acknowledged, and so before Slack was asked who may use the bot.
    if (submission.state === 'committed')
      await admit(context, { user, channel: user, direct: true });
    const { waldur, account } = await context.accounts.actingAs(submission);
    const job =
      submission.state === 'committed'
        ? await send(context, submission, { waldur, account })
        : await lookFor(context, submission, waldur);
    await accept(context, { submission, job, account });
    context.log.info('submitted', { ref, job: job.uuid, waldur: account.username });
  } catch (error) {
    const reached = await findSubmission(context.db, submission.team, id);
    const isLost = reached?.state === 'unclear' || submission.state !== 'committed';
    // Who is not connected is found out before anything is sent.
    const sent = error instanceof NotConnected ? isLost : reached?.state !== 'committed';
    const problem = `${explain(error, sent)} (ref ${ref})`;
    logFailure(context.log, 'not submitted', error, { ref });
    await updateSubmission(context.db, id, { state: isLost ? 'lost' : 'failed', problem });
  }
}

/** Reads the script once more, compares it with what was shown, and sends it. */
async function send(
  context: Context,
  submission: Submission,
  as: { waldur: Waldur; account: Account },
): Promise<JobDetails> {
  const { db } = context;
  const { follow } = submission;
  if (follow?.threadTs === null) await checkFollowPlace(context, submission, follow.channel);
  const shared = await scriptOfSubmission(db, submission);
  if (shared === null) throw new Problem(UNKNOWN);
  const path = join(scratch(context), submission.id);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    // Whose it is was found out before the form was shown, and what is sent has the hash of what was shown.
    const { convert } = submission;
    const { script } = await readUsable(context, { shared, only: null }, { convert, into: path });
    await checkAgain(context, { submission, shared, script });
    const name = submission.name || suggestName(script, shared.fileName);
    const slurmName = script.jobName ?? shared.fileName;
    const sentAt = context.now();
    await updateSubmission(db, submission.id, { name, slurmName, state: 'sending', sentAt });
    return await post(context, { ...submission, name }, { ...as, path, fileName: shared.fileName });
  } finally {
    await rm(path, { force: true });
  }
}

async function checkAgain(
  context: Context,
  given: { submission: Submission; shared: SharedScript; script: Script },
): Promise<void> {
  const { submission, shared, script } = given;
  const { convert } = submission;
  await noteFirst(context, shared, { sha256: script.sha256, convert });
  // Only of what a person uploads in the form themselves they are shown nothing before.
  const isUpload = shared.message === null && submission.sha256 === '';
  if (!isUpload && submission.sha256 !== script.sha256) {
    throw new Problem(
      'The file has changed since it was shown to you. Nothing was submitted: look at it as it is now, and submit again.',
    );
  }
  const [refusal] = script.refusals;
  if (refusal !== undefined) throw new Problem(`${refusal.sentence} Nothing was submitted.`);
}

async function post(
  context: Context,
  submission: Submission,
  given: { waldur: Waldur; account: Account; path: string; fileName: string },
): Promise<JobDetails> {
  const { id, allocation, name, ref } = submission;
  const { waldur, account, path, fileName } = given;
  const job = {
    name,
    description: withMark(submission.description, id),
    serviceSettings: allocation.serviceSettings,
    project: allocation.project,
    file: await openAsBlob(path),
    fileName,
  };
  try {
    return await audited(context, {
      account,
      action: 'submit',
      id,
      jobUuid: null,
      ref,
      run: () => waldur.createJob(job),
      outcome: ({ uuid }) => ({ outcome: 'created', jobUuid: uuid }),
    });
  } catch (error) {
    if (!isWaldurFailure(error) || !error.ambiguous) throw error;
    context.log.warn('answer lost', { ref: submission.ref, error });
    await updateSubmission(context.db, id, { state: 'unclear' });
    return lookFor(context, { ...submission, state: 'unclear' }, waldur);
  }
}

/** Searches Waldur for the mark of a submission whose answer was lost. Never sends again. */
async function lookFor(
  context: Context,
  submission: Submission,
  waldur: Waldur,
): Promise<JobDetails> {
  const { config, now } = context;
  const since = new Date((submission.sentAt ?? submission.createdAt).getTime() - CLOCK_MARGIN_MS);
  const until = now().getTime() + config.lostAnswerMs;
  for (;;) {
    let readable = false;
    try {
      const found = await waldur.findByMark(submission.id, since);
      if (found !== null) {
        const end = { outcome: 'created', jobUuid: found.uuid };
        await endAudit(context.db, submission.id, end);
        return await waldur.getJob(found.uuid);
      }
      readable = true;
    } catch (error) {
      if (!isWaldurFailure(error)) throw error;
    }
    if (now().getTime() >= until) {
      throw new Problem(readable ? notThere(config.lostAnswerMs) : notKnown);
    }
    await sleep(config.poll.minMs);
  }
}

const notThere = (ms: number) =>
  `Waldur’s answer was lost, and for ${approximate(ms)} Waldur showed no job of this submission. It was most likely not submitted. Look at /slurm list before you submit again.`;
const notKnown =
  'Waldur’s answer was lost, and Waldur cannot be asked whether it has the job. Look at /slurm list before you submit again.';

/**
 * Waldur has the job: from here on it is followed. What became of it meanwhile is left for the first sweep to see,
 * so that the thread is told: a job that is found late may have ended already.
 */
async function accept(
  context: Context,
  { submission, job, account }: { submission: Submission; job: JobDetails; account: Account },
): Promise<void> {
  const { team, user, allocation } = submission;
  const follow = await placeOf(context, submission);
  const known = await findSubmission(context.db, team, submission.id);
  await context.db.transaction().execute(async (trx) => {
    await updateSubmission(trx, submission.id, { state: 'accepted', jobUuid: job.uuid });
    await updateAccount(trx, account, { lastAllocation: allocation.uuid });
    await insertWatch(trx, {
      team,
      user,
      channel: follow?.channel ?? user,
      threadTs: follow?.threadTs ?? null,
      job: { ...job, runtimeState: '' },
      submissionId: submission.id,
      name: known?.name || job.name,
      projectName: job.projectName || allocation.projectName,
      serviceSettings: job.serviceSettings,
      ownerName: account.fullName || account.username,
      phase: 'submitting',
      seenAt: context.now(),
    });
  });
  context.wake();
}

/** Where scripts lie while they are sent; emptied at every start. */
export function scratch({ config }: Context): string {
  return join(dirname(config.databasePath), 'sending');
}

/** @param sent whether Waldur may have the script: then nobody is told that nothing was submitted */
function explain(error: unknown, sent: boolean): string {
  if (error instanceof Problem) return error.message;
  if (error instanceof NotConnected) return sent ? notVisible : notConnected;
  if (isWaldurFailure(error)) return explainWaldur(error, 'Nothing was submitted.');
  return sent ? notKnown : 'Something went wrong in the bot before anything was submitted.';
}

const notConnected =
  'Your Waldur account is not connected any more. Nothing was submitted. Use /slurm connect, then submit again.';
const notVisible =
  'Waldur’s answer was lost, and your Waldur account is not connected any more, so the bot cannot see whether Waldur has the job. Use /slurm connect, and look at /slurm list before you submit again.';
