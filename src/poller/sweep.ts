import PQueue from 'p-queue';
import { isTokenRefused, NotConnected } from '../accounts/waldur-accounts.ts';
import { isWaldurFailure } from '../api/errors.ts';
import type { Waldur } from '../api/waldur.ts';
import { addMilliseconds, isEqual, max } from '../dates.ts';
import { operations } from '../jobs/abilities.ts';
import type { Job } from '../jobs/job.ts';
import type { Silence } from '../jobs/queue-inference.ts';
import { promptOfSubmissionIsDue } from '../store/prompts.ts';
import { hasToldEnds, insertTransition } from '../store/transitions.ts';
import {
  dueWatches,
  nextDue,
  openWatch,
  pauseWatches,
  updateWatch,
  type Watch,
  type WatchChange,
} from '../store/watches.ts';
import { followed, nameAndProject, type Pass, rowsOf } from './job-rows.ts';
import { countSilentRuns, markLeftRows } from './left-queue.ts';
import { isAboutOne, isOutage, type Outage } from './outage.ts';
import type { PollerContext } from './poller-context.ts';
import { findPossibleMatch, withPossibleMatch } from './possible-match.ts';
import { isListed, readOne, readPages } from './read-jobs.ts';
import { createRowHistory } from './row-history.ts';
import { compare, missing, nextPoll, type WatchUpdate, withSilence } from './watch-update.ts';

/**
 * How many accounts are swept at a time. Each sends one request after the other, so that four of the sixteen
 * connections (api/http.ts) are always left for people.
 */
const AT_ONCE = 12;

/**
 * One pass over the watches that are due, account by account: asks Waldur and writes what changed.
 * @returns when the next pass is due; null if nothing is followed
 */
export async function sweepOnce(context: PollerContext, outage: Outage): Promise<Date | null> {
  const due = await dueWatches(context.db, context.now());
  const byAccount = Map.groupBy(due, accountOf);
  const accounts = [...byAccount.values()].map(
    (watches) => () => sweepAccount(context, outage, watches),
  );
  await new PQueue({ concurrency: AT_ONCE }).addAll(accounts);
  return nextDue(context.db);
}

function accountOf({ team, user }: Watch): string {
  return `${team} ${user}`;
}

/** A failure of one job delays only that job. Any other failure ends the pass for the jobs that were not read yet. */
async function sweepAccount(
  context: PollerContext,
  outage: Outage,
  watches: Watch[],
): Promise<void> {
  const [first] = watches;
  if (first === undefined) return;
  const unread = new Set(watches);
  try {
    const { waldur } = await context.accounts.actingAs(first);
    const pass = await beginPass(context, waldur, watches);
    let problem: unknown = null;
    for (const watch of watches) {
      const error = await lookInto(context, waldur, pass, watch);
      if (error === null) unread.delete(watch);
      else problem = error;
    }
    // This is about one job only, unless Waldur has answered nothing at all.
    if (unread.size === watches.length && isOutage(problem)) throw problem;
    if (problem !== null) await postpone(context, [...unread], problem);
    if (outage.ends(accountOf(first))) context.log.info('Waldur answers again');
  } catch (error) {
    await failed(context, outage, [...unread], error);
  }
}

/** @returns what went wrong with this one job; null if it was read */
async function lookInto(
  context: PollerContext,
  waldur: Waldur,
  pass: Pass,
  watch: Watch,
): Promise<unknown> {
  try {
    const listed = isListed(watch) ? pass.pages.rows.get(watch.jobUuid) : undefined;
    const own = listed ?? (await readOne(waldur, watch.jobUuid));
    await write(context, pass, watch, await observe(context, pass, watch, own));
    return null;
  } catch (error) {
    if (!isAboutOne(error)) throw error;
    return error;
  }
}

async function beginPass(context: PollerContext, waldur: Waldur, watches: Watch[]): Promise<Pass> {
  const [pages, tellsEnds] = await Promise.all([
    readPages(waldur, watches, context.now),
    hasToldEnds(context.db),
  ]);
  const history = createRowHistory(context.db, waldur);
  await history.see(pages.rows.values());
  const onRequest = operations.some(
    (each) => each !== 'delete' && context.abilities.of(each)?.workedAt != null,
  );
  return { pages, history, onRequest, tellsEnds };
}

/** What Waldur answered about a job. */
interface Observed {
  own: Job | null;
  rows: Job[];
  judgedAt: Date;
  silence: Silence;
  /** A row that may be this job, although Waldur says that it was not submitted. */
  found: Job | null;
}

async function observe(
  context: PollerContext,
  pass: Pass,
  watch: Watch,
  own: Job | null,
): Promise<Observed> {
  const rows = await rowsOf(pass, watch, own);
  const judgedAt = await markLeftRows(pass, watch, rows);
  const silence = await countSilentRuns(pass, watch, rows);
  return { own, rows, judgedAt, silence, found: await findPossibleMatch(context, pass, watch) };
}

/** What follows from an observation for the watch as it is now. */
function look(context: PollerContext, pass: Pass, watch: Watch, observed: Observed): WatchUpdate {
  const { own, rows, judgedAt, silence, found } = observed;
  const now = followed(pass, watch, rows);
  // Whoever deleted the record that people know does not want to hear that its twin goes on.
  if (now === null || (own === null && watch.deletedBy !== null)) {
    return missing(watch, context.now(), {
      pace: context.poll,
      missingMs: context.pauses.missingMs,
    });
  }
  const known = { ...now, tellsEnds: pass.tellsEnds };
  const told = compare(watch, now.job, context.now(), context.poll, known);
  // The record is gone and another row tells of the job: the buttons of the card are about that one from now on.
  const jobUuid = (own ?? now.rows[0])?.uuid ?? watch.jobUuid;
  const change = { ...told.change, ...nameAndProject(pass, watch, now.rows), jobUuid, judgedAt };
  const heard = withSilence(context, watch, { ...told, change }, silence);
  return found === null ? heard : withPossibleMatch(context, watch, heard, found);
}

/**
 * Writes the new snapshot and the transition in one transaction. What is written follows from the watch as it is at
 * that moment: while Waldur was asked, the person may have left, or deleted the record.
 */
async function write(
  context: PollerContext,
  pass: Pass,
  asked: Watch,
  observed: Observed,
): Promise<void> {
  const transition = await context.db.transaction().execute(async (trx) => {
    const watch = await openWatch(trx, asked.id);
    if (watch === null) return null;
    const { change, transition } = look(context, pass, watch, observed);
    // In the meantime somebody may have asked for an early look.
    const isAsked = !isEqual(watch.dueAt, asked.dueAt);
    await updateWatch(trx, watch.id, isAsked ? { ...change, dueAt: watch.dueAt } : change);
    if (transition !== null) await insertTransition(trx, transition);
    const { slurmId = watch.slurmId, errorMessage = watch.errorMessage } = change;
    const isNews = slurmId !== watch.slurmId || errorMessage !== watch.errorMessage;
    if (isNews && watch.submissionId !== null)
      await promptOfSubmissionIsDue(trx, watch.submissionId);
    return transition;
  });
  if (transition === null) return;
  const { fromPhase, toPhase } = transition;
  context.log.info('job changed', { job: asked.jobUuid, from: fromPhase, to: toPhase });
}

/**
 * Handles a pass in which Waldur could not be asked. It concludes nothing about any job, and logs one line an outage.
 */
async function failed(
  context: PollerContext,
  outage: Outage,
  watches: Watch[],
  error: unknown,
): Promise<void> {
  const [first] = watches;
  if (first !== undefined && (isTokenRefused(error) || error instanceof NotConnected)) {
    outage.ends(accountOf(first));
    const jobs = await pauseWatches(context.db, first);
    context.log.info('paused', { user: first.user, jobs, why: error.message });
    return;
  }
  if (first !== undefined && outage.begins(accountOf(first), error)) {
    context.log.warn(isOutage(error) ? 'Waldur does not answer' : 'Waldur not asked', { error });
  }
  await countFailures(context, watches, error);
}

/** Handles a failure that is about these jobs. It is logged when it begins. */
async function postpone(context: PollerContext, watches: Watch[], error: unknown): Promise<void> {
  if (watches.some(({ failures }) => failures === 0)) {
    context.log.warn('Waldur not asked', { jobs: watches.length, error });
  }
  await countFailures(context, watches, error);
}

async function countFailures(
  context: PollerContext,
  watches: Watch[],
  error: unknown,
): Promise<void> {
  const now = context.now();
  const least = addMilliseconds(now, waitOf(error));
  await context.db.transaction().execute(async (trx) => {
    for (const { id } of watches) {
      const watch = await openWatch(trx, id);
      if (watch === null) continue;
      const failures = watch.failures + 1;
      const change: WatchChange = {
        failures,
        dueAt: max([least, nextPoll(watch.seenAt, now, context.poll)]),
      };
      // Only the second failure in a row is worth an edit of the card.
      await updateWatch(trx, id, failures === 2 ? { ...change, cardDue: true } : change);
    }
  });
}

/** How long Waldur asked to be left alone, in milliseconds; 0 if it did not. */
function waitOf(error: unknown): number {
  const isRefusal = isWaldurFailure(error) && error.kind === 'refusal';
  return isRefusal ? (error.retryAfterS ?? 0) * 1000 : 0;
}
