import { addMilliseconds, differenceInMilliseconds } from '../dates.ts';
import { isEnd } from '../jobs/phase.ts';
import type { Watch, WatchChange } from '../store/watches.ts';
import { following, type Pace, remark, type WatchUpdate } from './watch-update.ts';

/** A record that is missing is looked for once more, at least this much later, before it counts as gone. */
const CONFIRM_MS = 2000;

/**
 * What follows where Waldur shows no row of a job. One 404 is not a deletion: somebody is told only after a later look
 * found nothing either. Whoever deleted it themselves knows; for the others it is looked for on: Waldur's hourly task lists
 * again what somebody unlinked.
 */
export function missing(watch: Watch, now: Date, pace: Pace): WatchUpdate {
  const { missingSince, phase } = watch;
  if (phase === 'gone') return { change: lookOn(watch, now, pace), transition: null };
  const answered = { failures: 0, cardDue: true };
  if (missingSince === null || differenceInMilliseconds(now, missingSince) < CONFIRM_MS) {
    const dueAt = addMilliseconds(now, Math.max(CONFIRM_MS, pace.minMs));
    return { change: { ...answered, missingSince: missingSince ?? now, dueAt }, transition: null };
  }
  // That the record of an ended job is gone is no news about the job: the card keeps its end.
  if (isEnd(phase)) return { change: { ...answered, closed: 'gone' }, transition: null };
  const gone: WatchChange = { ...answered, phase: 'gone', phaseSince: now, seenAt: now };
  const ended = { ...remark(watch, 'ended', now), toPhase: 'gone' as const };
  return watch.deletedBy === null
    ? { change: { ...gone, ...lookOn(watch, now, pace) }, transition: ended }
    : { change: { ...gone, closed: 'gone' }, transition: { ...ended, reply: 'none' } };
}

function lookOn(watch: Watch, now: Date, pace: Pace): WatchChange {
  return { failures: 0, ...following(watch, 'gone', { phaseSince: now, now, pace }) };
}
