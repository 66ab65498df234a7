import PQueue from 'p-queue';
import { isTokenRefused, NotConnected } from '../accounts/accounts.ts';
import { SealError } from '../accounts/seal.ts';
import { isWaldurFailure } from '../api/errors.ts';
import type { Waldur } from '../api/waldur.ts';
import type { Job } from '../jobs/job.ts';
import { Problem } from '../jobs/problem.ts';
import { insertTransition } from '../store/transitions.ts';
import {
  dueWatches,
  nextDue,
  pauseWatches,
  updateWatch,
  type Watch,
  type WatchChange,
} from '../store/watches.ts';
import { followed, type Pass, rowsOf } from './family.ts';
import { withFound } from './found.ts';
import { identity } from './identity.ts';
import { judge } from './judge.ts';
import { type Look, lookAt, nextLook } from './look.ts';
import { createMemory } from './memory.ts';
import { isAboutOne, isOutage, type Outage } from './outage.ts';
import type { PollerParts } from './parts.ts';
import { isListed, readOne, readPages } from './read-jobs.ts';

/**
 * Accounts that are swept at a time. Each of them asks Waldur one thing after the other, so that four of the sixteen
 * connections (api/http.ts) are always left for people.
 */
const AT_ONCE = 12;
/** A record that is missing is looked for once more, at least this much later, before it counts as gone. */
const CONFIRM_MS = 2000;

/**
 * One pass over the watches that are due, account by account: asks Waldur, and writes what changed.
 * @returns when the next pass is due; null when nothing is followed
 */
export async function sweepOnce(parts: PollerParts, outage: Outage): Promise<Date | null> {
  const due = await dueWatches(parts.db, parts.now());
  const byAccount = Map.groupBy(due, ({ team, user }) => `${team} ${user}`);
  const accounts = [...byAccount.values()].map(
    (watches) => () => sweepAccount(parts, outage, watches),
  );
  await new PQueue({ concurrency: AT_ONCE }).addAll(accounts);
  return nextDue(parts.db);
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
    if (problem !== null) await postpone(parts, [...unread], problem);
    if (outage.ends()) parts.log.info('Waldur answers again');
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
    await write(parts, watch, await look(parts, pass, watch, own));
    return null;
  } catch (error) {
    if (!isAboutOne(error)) throw error;
    return error;
  }
}

async function beginPass(parts: PollerParts, waldur: Waldur, watches: Watch[]): Promise<Pass> {
  const pages = await readPages(waldur, watches);
  const memory = createMemory(parts.db, waldur);
  await memory.see(pages.rows.values());
  return { pages, memory, pulls: parts.abilities.of('pull')?.workedAt != null };
}

async function look(parts: PollerParts, pass: Pass, watch: Watch, own: Job | null): Promise<Look> {
  const rows = await rowsOf(pass, watch, own);
  const judgedAt = await judge(pass, watch, rows);
  const now = followed(pass, watch, rows);
  // Somebody deleted the record that people know: that its twin goes on is not what they want to hear.
  if (now === null || (own === null && watch.deletedBy !== null)) return missing(parts, watch);
  const told = lookAt(watch, now.job, parts.now(), parts.poll, now);
  return withFound(parts, pass, watch, {
    ...told,
    change: { ...told.change, ...identity(pass, watch, now.rows), judgedAt },
  });
}

/** One 404 is not a deletion: somebody is told only after a later look found nothing either. */
function missing(parts: PollerParts, watch: Watch): Look {
  const now = parts.now();
  const { missingSince } = watch;
  const answered = { failures: 0, cardDue: true };
  if (missingSince === null || now.getTime() - missingSince.getTime() < CONFIRM_MS) {
    const dueAt = new Date(now.getTime() + Math.max(CONFIRM_MS, parts.poll.minMs));
    return { change: { ...answered, missingSince: missingSince ?? now, dueAt }, transition: null };
  }
  return {
    change: { ...answered, phase: 'gone', phaseSince: now, seenAt: now, closed: 'gone' },
    transition: {
      watchId: watch.id,
      kind: 'ended',
      fromPhase: watch.phase,
      toPhase: 'gone',
      word: '',
      fromSince: watch.phaseSince,
      lastBefore: watch.seenAt,
      firstAfter: now,
      reply: watch.deletedBy === null ? 'owed' : 'none',
    },
  };
}

/** The new snapshot and the transition are written together: neither is ever without the other. */
async function write(parts: PollerParts, watch: Watch, look: Look): Promise<void> {
  await parts.db.transaction().execute(async (trx) => {
    await updateWatch(trx, watch.id, look.change);
    if (look.transition !== null) await insertTransition(trx, look.transition);
  });
  if (look.transition !== null) {
    const { fromPhase, toPhase } = look.transition;
    parts.log.info('job changed', { job: watch.jobUuid, from: fromPhase, to: toPhase });
  }
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
    parts.log.info('paused', { user: first.user, jobs: watches.length, why: error.message });
    return pauseWatches(parts.db, first);
  }
  if (!isOutage(error)) return postpone(parts, watches, error);
  if (outage.begins()) parts.log.warn('Waldur does not answer', { error });
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
  const least = now.getTime() + waitOf(error);
  for (const watch of watches) {
    const failures = watch.failures + 1;
    const change: WatchChange = {
      failures,
      dueAt: new Date(Math.max(least, nextLook(watch.seenAt, now, parts.poll).getTime())),
    };
    // The second failure in a row is worth an edit of the card, the others are not.
    await updateWatch(parts.db, watch.id, failures === 2 ? { ...change, cardDue: true } : change);
  }
}

/** How long Waldur asked to be left alone, in milliseconds. */
function waitOf(error: unknown): number {
  const isRefusal = isWaldurFailure(error) && error.kind === 'refusal';
  return isRefusal ? (error.retryAfterS ?? 0) * 1000 : 0;
}
