import { isTokenRefused, NotConnected } from '../accounts/accounts.ts';
import { SealError } from '../accounts/seal.ts';
import { isWaldurFailure } from '../api/errors.ts';
import { scanRows } from '../api/scan.ts';
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
import { type Look, lookAt, nextLook } from './look.ts';
import type { PollerParts } from './parts.ts';

/** A record that is missing is looked for once more, at least this much later, before it counts as gone. */
const CONFIRM_MS = 2000;

/**
 * One pass over the watches that are due, account by account: asks Waldur, and writes what changed.
 * @returns when the next pass is due; null when nothing is followed
 */
export async function sweepOnce(parts: PollerParts): Promise<Date | null> {
  const due = await dueWatches(parts.db, parts.now());
  const byAccount = Map.groupBy(due, ({ team, user }) => `${team} ${user}`);
  await Promise.all([...byAccount.values()].map((watches) => sweepAccount(parts, watches)));
  return nextDue(parts.db);
}

async function sweepAccount(parts: PollerParts, watches: Watch[]): Promise<void> {
  const [first] = watches;
  if (first === undefined) return;
  try {
    const { waldur } = await parts.accounts.actingAs(first);
    const rows = await readJobs(waldur, watches);
    for (const watch of watches) {
      const job = rows.get(watch.jobUuid) ?? (await readOne(waldur, watch.jobUuid));
      await write(parts, watch, job === null ? missing(parts, watch) : seen(parts, watch, job));
    }
  } catch (error) {
    await failed(parts, watches, error);
  }
}

function seen(parts: PollerParts, watch: Watch, job: Job): Look {
  return lookAt(watch, job, parts.now(), parts.poll);
}

/**
 * Jobs that Slurm has an id for are read in pages, down to the oldest of them: with the fields asked for, that
 * costs Waldur no more than a few single reads (docs/waldur.md). The others change soon, and are read one by one.
 */
async function readJobs(waldur: Waldur, watches: Watch[]): Promise<Map<string, Job>> {
  const rows = new Map<string, Job>();
  const known = watches.filter(({ slurmId }) => slurmId !== '');
  if (known.length === 0) return rows;
  const wanted = new Set(known.map(({ jobUuid }) => jobUuid));
  const oldest = Math.min(...known.map(({ jobCreated }) => jobCreated.getTime()));
  for await (const page of scanRows(waldur.listCheap, { limit: Number.POSITIVE_INFINITY })) {
    for (const job of page.rows) {
      if (wanted.delete(job.uuid)) rows.set(job.uuid, job);
    }
    const bottom = page.rows.at(-1);
    if (wanted.size === 0 || (bottom && bottom.created.getTime() < oldest)) break;
  }
  return rows;
}

/** The job, or null when Waldur says that there is none. */
async function readOne(waldur: Waldur, uuid: string): Promise<Job | null> {
  try {
    return await waldur.getCheap(uuid);
  } catch (error) {
    const gone = isWaldurFailure(error) && error.kind === 'refusal' && error.status === 404;
    if (gone) return null;
    throw error;
  }
}

/** One 404 is not a deletion: somebody is told only after a later look found nothing either. */
function missing(parts: PollerParts, watch: Watch): Look {
  const now = parts.now();
  const { missingSince } = watch;
  if (missingSince === null || now.getTime() - missingSince.getTime() < CONFIRM_MS) {
    const again = new Date(now.getTime() + Math.max(CONFIRM_MS, parts.poll.minMs));
    return { change: { missingSince: missingSince ?? now, dueAt: again }, transition: null };
  }
  return {
    change: { phase: 'gone', phaseSince: now, seenAt: now, closed: 'gone', cardDue: true },
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

/** Waldur could not be asked: nothing is concluded about any job. One line a outage is logged. */
async function failed(parts: PollerParts, watches: Watch[], error: unknown): Promise<void> {
  const [first] = watches;
  if (first !== undefined && (isTokenRefused(error) || error instanceof NotConnected)) {
    parts.log.warn('paused', { user: first.user, jobs: watches.length, why: error.message });
    return pauseWatches(parts.db, first);
  }
  const expected = isWaldurFailure(error) || error instanceof Problem || error instanceof SealError;
  if (!expected || watches.some(({ failures }) => failures === 0)) {
    const message = Error.isError(error) ? error.message : String(error);
    parts.log.warn('Waldur not asked', { jobs: watches.length, error: message });
  }
  const now = parts.now();
  for (const watch of watches) {
    const failures = watch.failures + 1;
    const change: WatchChange = { failures, dueAt: nextLook(watch.seenAt, now, parts.poll) };
    // The second failure in a row is worth an edit of the card, the others are not.
    await updateWatch(parts.db, watch.id, failures === 2 ? { ...change, cardDue: true } : change);
  }
}
