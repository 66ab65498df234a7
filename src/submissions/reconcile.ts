import { NotConnected } from '../accounts/waldur-accounts.ts';
import { isWaldurFailure } from '../api/errors.ts';
import {
  addMilliseconds,
  differenceInMilliseconds,
  millisecondsInDay,
  millisecondsInHour,
  subMilliseconds,
} from '../dates.ts';
import type { Context } from '../interaction/context.ts';
import type { JobDetails } from '../jobs/job.ts';
import { Problem } from '../jobs/problem.ts';
import { approximate } from '../jobs/transition.ts';
import { type Account, updateAccount } from '../store/accounts.ts';
import { doneAs, endAudit } from '../store/audit.ts';
import { promptIsDue } from '../store/prompts.ts';
import { advanceSubmission, type Submission } from '../store/submissions.ts';
import { insertWatch } from '../store/watches.ts';
import { placeOf } from './script-access.ts';

/** Waldur's clock may be behind ours. */
const CLOCK_MARGIN_MS = millisecondsInHour;
/** How long the job of a lost answer is looked for, and the longest pause between two looks. */
const LOOKED_FOR_MS = millisecondsInDay;
const LONGEST_PAUSE_MS = millisecondsInHour;

/** States of a submission in which Waldur may have the job without having shown it. */
const OPEN = ['sending', 'unclear', 'lost'] as const;

/** True if Waldur may have a job of this submission that the bot does not know of. */
export function mayHaveArrived({ state }: Submission): boolean {
  return OPEN.some((open) => open === state);
}

/**
 * Records that Waldur has the job, which is followed from now on. The watch begins as "submitting": a job that is found
 * late may have ended already, and the first sweep then tells the thread what happened.
 */
export async function recordAccepted(
  context: Context,
  { submission, job, account }: { submission: Submission; job: JobDetails; account: Account },
): Promise<void> {
  const { db, now, wake } = context;
  const { id, team, user, name, allocation } = submission;
  const follow = await placeOf(context, submission);
  await db.transaction().execute(async (trx) => {
    const first = await advanceSubmission(trx, id, {
      from: OPEN,
      to: 'accepted',
      jobUuid: job.uuid,
      // The problem of a lost submission stays: a person who may have been told of it is told that it turned up.
      told: false,
      dueAt: now(),
    });
    if (!first) return;
    await promptIsDue(trx, submission.scriptId);
    await endAudit(trx, id, { outcome: 'created', jobUuid: job.uuid });
    await updateAccount(trx, account, { lastAllocation: allocation.uuid });
    await insertWatch(trx, {
      team,
      user,
      channel: follow?.channel ?? user,
      threadTs: follow?.threadTs ?? null,
      job: { ...job, runtimeState: '' },
      submissionId: id,
      name: name || job.name,
      projectName: job.projectName || allocation.projectName,
      serviceSettings: job.serviceSettings,
      ownerName: account.fullName || account.username,
      phase: 'submitting',
      seenAt: now(),
    });
  });
  wake();
}

/**
 * Looks once for the job of a submission whose answer was lost, by its mark. It never sends again.
 * @returns true if Waldur shows the job, which is then followed
 * @throws Problem if it does not, and the person is connected as somebody else than when it was sent; whatever asking
 * Waldur throws
 */
export async function reconcile(context: Context, submission: Submission): Promise<boolean> {
  const { waldur, account } = await context.accounts.actingAs(submission);
  const { id, ref, sentAt, createdAt } = submission;
  const since = subMilliseconds(sentAt ?? createdAt, CLOCK_MARGIN_MS);
  const sender = (await doneAs(context.db, id)) ?? account.waldurUuid;
  for await (const { uuid } of waldur.jobsWithMark(id, since)) {
    const job = await waldur.getJob(uuid);
    // Anyone who sees the mark in Waldur can copy it into a job of their own.
    if (job.userUuid !== null && job.userUuid !== sender) continue;
    await recordAccepted(context, { submission, job, account });
    context.log.info('found by its mark', { ref, job: job.uuid });
    return true;
  }
  if (sender !== account.waldurUuid) throw new Problem(notTheirs);
  return false;
}

/**
 * Looks for a submission whose answer was lost, and sets when the next look is due: soon at first. After
 * LOST_ANSWER_SECONDS the person is told, and the pauses grow until a day has passed.
 */
export async function reconcileLost(context: Context, submission: Submission): Promise<void> {
  const { config, db, log, now } = context;
  const { id, ref, sentAt, createdAt, told } = submission;
  const why = await whyNotFound(context, submission);
  if (why === null) return;
  const passed = differenceInMilliseconds(now(), sentAt ?? createdAt);
  const after = (pause: number) => addMilliseconds(now(), Math.max(config.poll.minMs, pause));
  if (submission.state !== 'lost' && passed < config.lostAnswerMs) {
    await advanceSubmission(db, id, { from: OPEN, to: 'unclear', dueAt: after(0) });
    return;
  }
  if (!told) log.error('not known to be submitted', { ref });
  const pause = pauseAfter(passed);
  const goesOn = pause === null ? '' : looking;
  await advanceSubmission(db, id, {
    from: OPEN,
    to: 'lost',
    dueAt: told && pause === null ? null : after(pause ?? 0),
    ...(submission.state !== 'lost' && { problem: `${why(passed)}${goesOn} (ref ${ref})` }),
  });
}

/**
 * The pause before the next look for a lost submission, in milliseconds: half the time since its answer was lost, but
 * at most an hour. Null after a day.
 */
export function pauseAfter(passedMs: number): number | null {
  return passedMs > LOOKED_FOR_MS ? null : Math.min(LONGEST_PAUSE_MS, passedMs / 2);
}

/**
 * What to tell the person if Waldur does not show the job, as a function of the milliseconds since the answer was lost.
 * Null if Waldur shows it.
 */
async function whyNotFound(
  context: Context,
  submission: Submission,
): Promise<((ms: number) => string) | null> {
  try {
    return (await reconcile(context, submission)) ? null : notThere;
  } catch (error) {
    const sentence = sentenceFor(error);
    const facts = { ref: submission.ref, error };
    context.log[sentence === notFoundOut ? 'error' : 'debug']('not looked for', facts);
    return () => sentence;
  }
}

function sentenceFor(error: unknown): string {
  if (error instanceof NotConnected) return notVisible;
  if (error instanceof Problem) return `Waldur’s answer was lost. ${error.message}`;
  return isWaldurFailure(error) ? notKnown : notFoundOut;
}

const notThere = (ms: number) =>
  `Waldur’s answer was lost, and after ${approximate(ms)} Waldur shows no job of this submission. It was most likely not submitted.`;
const notKnown =
  'Waldur’s answer was lost, and Waldur cannot be asked whether it has the job. Look at /slurm list before you submit again.';
const notVisible =
  'Waldur’s answer was lost, and your Waldur account is not connected any more, so I cannot see whether Waldur has the job. Use /slurm connect.';
const notTheirs =
  'You are connected to Waldur as somebody else than before, so I cannot see whether Waldur has the job of your earlier submission. Use /slurm connect, or share the script again to submit it anew.';
const notFoundOut =
  'Waldur’s answer was lost, and something went wrong in the bot when it looked for the job. Look at /slurm list before you submit again.';
const looking = ' I go on looking for it for a day, and tell you if it turns up.';
