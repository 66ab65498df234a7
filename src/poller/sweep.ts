import { addMilliseconds, isEqual, max } from 'date-fns';
import PQueue from 'p-queue';
import { isTokenRefused, NotConnected } from '../accounts/accounts.ts';
import { SealError } from '../accounts/seal.ts';
import { isWaldurFailure } from '../api/errors.ts';
import type { Waldur } from '../api/waldur.ts';
import type { Job } from '../jobs/job.ts';
import { operations } from '../jobs/operation.ts';
import { Problem } from '../jobs/problem.ts';
import type { Silence } from '../jobs/queue-inference.ts';
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
import { followed, type Pass, rowsOf } from './family.ts';
import { findPerhaps, withFound } from './found.ts';
import { identity } from './identity.ts';
import { judge, listen } from './judge.ts';
import { type Look, lookAt, nextLook, withSilence } from './look.ts';
import { createMemory } from './memory.ts';
import { missing } from './missing.ts';
import { isAboutOne, isOutage, type Outage } from './outage.ts';
import type { PollerParts } from './parts.ts';
import { isListed, readOne, readPages } from './read-jobs.ts';

/**
 * Accounts that are swept at a time. Each of them asks Waldur one thing after the other, so that four of the sixteen
 * connections (api/http.ts) are always left for people.
 */
const AT_ONCE = 12;

/**
 * One pass over the watches that are due, account by account: asks Waldur, and writes what changed.
 * @returns when the next pass is due; null when nothing is followed
 */
export async function sweepOnce(parts: PollerParts, outage: Outage): Promise<Date | null> {
  const due = await dueWatches(parts.db, parts.now());
  const byAccount = Map.groupBy(due, accountOf);
  const accounts = [...byAccount.values()].map(
    (watches) => () => sweepAccount(parts, outage, watches),
  );
  await new PQueue({ concurrency: AT_ONCE }).addAll(accounts);
  return nextDue(parts.db);
}

function accountOf({ team, user }: Watch): string {
  return `${team} ${user}`;
}

/** What goes wrong with one job is that job's; anything else ends the pass for those that were not read yet. */
async function sweepAccount(parts: PollerParts, outage: Outage, watches: Watch[]): Promise<void> {
  const [first] = watches;
  if (first === undefined) return;
  const unread = new Set(watches);
  try {
    const { waldur } = await parts.accounts.actingAs(first);
    const pass = await beginPass(parts, waldur, watches);
    let problem: unknown = null;
    for (const watch of watches) {
      const error = await lookInto(parts, waldur, pass, watch);
      if (error === null) unread.delete(watch);
      else problem = error;
    }
    // One job's trouble, unless it is everybody's: then nothing was answered at all.
    if (unread.size === watches.length && isOutage(problem)) throw problem;
    if (problem !== null) await postpone(parts, [...unread], problem);
    if (outage.ends(accountOf(first))) parts.log.info('Waldur answers again');
  } catch (error) {
    await failed(parts, outage, [...unread], error);
  }
}

/** @returns what went wrong with this one job; null when it was read */
async function lookInto(
  parts: PollerParts,
  waldur: Waldur,
  pass: Pass,
  watch: Watch,
): Promise<unknown> {
  try {
    const listed = isListed(watch) ? pass.pages.rows.get(watch.jobUuid) : undefined;
    const own = listed ?? (await readOne(waldur, watch.jobUuid));
    await write(parts, pass, watch, await observe(parts, pass, watch, own));
    return null;
  } catch (error) {
    if (!isAboutOne(error)) throw error;
    return error;
  }
}

async function beginPass(parts: PollerParts, waldur: Waldur, watches: Watch[]): Promise<Pass> {
  const [pages, tellsEnds] = await Promise.all([
    readPages(waldur, watches, parts.now),
    hasToldEnds(parts.db),
  ]);
  const memory = createMemory(parts.db, waldur);
  await memory.see(pages.rows.values());
  const onRequest = operations.some(
    (each) => each !== 'delete' && parts.abilities.of(each)?.workedAt != null,
  );
  return { pages, memory, onRequest, tellsEnds };
}

/** What Waldur was asked about a job, and answered. */
interface Observed {
  own: Job | null;
  rows: Job[];
  judgedAt: Date;
  silence: Silence;
  /** A row that may be a job of which Waldur says that it was not submitted. */
  found: Job | null;
}

async function observe(
  parts: PollerParts,
  pass: Pass,
  watch: Watch,
  own: Job | null,
): Promise<Observed> {
  const rows = await rowsOf(pass, watch, own);
  const judgedAt = await judge(pass, watch, rows);
  const silence = await listen(pass, watch, rows);
  return { own, rows, judgedAt, silence, found: await findPerhaps(parts, pass, watch) };
}

/** What follows from that for the watch as it is now. */
function look(parts: PollerParts, pass: Pass, watch: Watch, observed: Observed): Look {
  const { own, rows, judgedAt, silence, found } = observed;
  const now = followed(pass, watch, rows);
  // Somebody deleted the record that people know: that its twin goes on is not what they want to hear.
  if (now === null || (own === null && watch.deletedBy !== null)) {
    return missing(watch, parts.now(), parts.poll);
  }
  const known = { ...now, tellsEnds: pass.tellsEnds };
  const told = lookAt(watch, now.job, parts.now(), parts.poll, known);
  // The record is gone and another row tells of the job: the buttons of the card are about that one from now on.
  const jobUuid = (own ?? now.rows[0])?.uuid ?? watch.jobUuid;
  const change = { ...told.change, ...identity(pass, watch, now.rows), jobUuid, judgedAt };
  const heard = withSilence(parts, watch, { ...told, change }, silence);
  return found === null ? heard : withFound(parts, watch, heard, found);
}

/**
 * The new snapshot and the transition are written together: neither is ever without the other. What is written follows
 * from the watch as it is in that moment: while Waldur was asked, the person may have left or deleted the record.
 */
async function write(
  parts: PollerParts,
  pass: Pass,
  asked: Watch,
  observed: Observed,
): Promise<void> {
  const transition = await parts.db.transaction().execute(async (trx) => {
    const watch = await openWatch(trx, asked.id);
    if (watch === null) return null;
    const { change, transition } = look(parts, pass, watch, observed);
    // Somebody may have asked for a look soon, in the meantime.
    const isAsked = !isEqual(watch.dueAt, asked.dueAt);
    await updateWatch(trx, watch.id, isAsked ? { ...change, dueAt: watch.dueAt } : change);
    if (transition !== null) await insertTransition(trx, transition);
    return transition;
  });
  if (transition === null) return;
  const { fromPhase, toPhase } = transition;
  parts.log.info('job changed', { job: asked.jobUuid, from: fromPhase, to: toPhase });
}

/** Waldur could not be asked: nothing is concluded about any job. One line an outage is logged. */
async function failed(
  parts: PollerParts,
  outage: Outage,
  watches: Watch[],
  error: unknown,
): Promise<void> {
  const [first] = watches;
  if (first !== undefined && (isTokenRefused(error) || error instanceof NotConnected)) {
    outage.ends(accountOf(first));
    const jobs = await pauseWatches(parts.db, first);
    parts.log.info('paused', { user: first.user, jobs, why: error.message });
    return;
  }
  if (first === undefined || !isOutage(error)) return postpone(parts, watches, error);
  if (outage.begins(accountOf(first))) parts.log.warn('Waldur does not answer', { error });
  await countFailures(parts, watches, error);
}

/** Something about these jobs or their account; logged when it begins. */
async function postpone(parts: PollerParts, watches: Watch[], error: unknown): Promise<void> {
  const isExpected =
    isWaldurFailure(error) || error instanceof Problem || error instanceof SealError;
  if (!isExpected || watches.some(({ failures }) => failures === 0)) {
    parts.log.warn('Waldur not asked', { jobs: watches.length, error });
  }
  await countFailures(parts, watches, error);
}

async function countFailures(parts: PollerParts, watches: Watch[], error: unknown): Promise<void> {
  const now = parts.now();
  const least = addMilliseconds(now, waitOf(error));
  await parts.db.transaction().execute(async (trx) => {
    for (const { id } of watches) {
      const watch = await openWatch(trx, id);
      if (watch === null) continue;
      const failures = watch.failures + 1;
      const change: WatchChange = {
        failures,
        dueAt: max([least, nextLook(watch.seenAt, now, parts.poll)]),
      };
      // The second failure in a row is worth an edit of the card, the others are not.
      await updateWatch(trx, id, failures === 2 ? { ...change, cardDue: true } : change);
    }
  });
}

/** How long Waldur asked to be left alone, in milliseconds. */
function waitOf(error: unknown): number {
  const isRefusal = isWaldurFailure(error) && error.kind === 'refusal';
  return isRefusal ? (error.retryAfterS ?? 0) * 1000 : 0;
}
