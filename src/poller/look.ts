import type { Job } from '../jobs/job.ts';
import { isEnd, phaseOf } from '../jobs/phase.ts';
import { transition } from '../jobs/transition.ts';
import type { Transition } from '../store/transitions.ts';
import type { Watch, WatchChange } from '../store/watches.ts';

/** What a look at a watched job leads to: what is written to the watch, and the transition if there was one. */
export interface Look {
  change: WatchChange;
  transition: Omit<Transition, 'id'> | null;
}

export interface Pace {
  minMs: number;
  maxMs: number;
}

/** How soon Waldur must have heard of a new job's state to count as live. */
const LIVE_MS = 2 * 60 * 1000;

/** Compares a job as it is now with how the watch knows it. */
export function lookAt(watch: Watch, job: Job, now: Date, pace: Pace): Look {
  const phase = phaseOf(job);
  const live = watch.live || heardSoon(watch, job, now);
  const change = transition(
    {
      phase: watch.phase,
      runtimeState: watch.runtimeState,
      since: watch.phaseSince,
      seen: live ? watch.seenAt : watch.modified,
    },
    { phase, runtimeState: job.runtimeState, seen: live ? now : job.modified },
  );
  const phaseSince = phase === watch.phase ? watch.phaseSince : (change?.firstAfter ?? now);
  const snapshot: WatchChange = {
    state: job.state,
    runtimeState: job.runtimeState,
    slurmId: job.slurmId,
    errorMessage: job.errorMessage,
    modified: job.modified,
    phase,
    phaseSince,
    live,
    seenAt: now,
    failures: 0,
    missingSince: null,
    dueAt: nextLook(phaseSince, now, pace),
    closed: isEnd(phase) ? 'ended' : null,
  };
  const cardDue = watch.failures > 0 || differs(watch, snapshot);
  return {
    change: { ...snapshot, ...(cardDue && { cardDue }) },
    transition: change && {
      ...change,
      watchId: watch.id,
      reply: change.kind === 'other' ? 'none' : 'owed',
    },
  };
}

/** The next look is a tenth of the time since the job last changed, within the pace. */
export function nextLook(changedAt: Date, now: Date, { minMs, maxMs }: Pace): Date {
  const tenth = (now.getTime() - changedAt.getTime()) / 10;
  return new Date(now.getTime() + Math.min(maxMs, Math.max(minMs, tenth)));
}

/** Whether Waldur's first news of the job came so soon that it is not the news of an hourly task. */
function heardSoon(watch: Watch, job: Job, now: Date): boolean {
  const first = watch.runtimeState === '' && job.runtimeState !== '';
  return first && now.getTime() - watch.phaseSince.getTime() < LIVE_MS;
}

/** Whether the card has something else to show: not merely a newer time. */
function differs(watch: Watch, snapshot: WatchChange): boolean {
  return (
    watch.phase !== snapshot.phase ||
    watch.runtimeState !== snapshot.runtimeState ||
    watch.slurmId !== snapshot.slurmId ||
    watch.errorMessage !== snapshot.errorMessage
  );
}
