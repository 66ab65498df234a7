import { millisecondsInDay } from 'date-fns/constants';
import type { Job } from '../jobs/job.ts';
import { isEnd, type Phase, phaseOf } from '../jobs/phase.ts';
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

/** How long an ended job is followed on: Slurm requeues jobs, and Waldur may learn more of one that left the queue. */
const LINGER_MS = millisecondsInDay;
/** A job of which nothing is heard for so long is not followed any more. */
const SILENCE_MS = 7 * millisecondsInDay;

/** Compares a job as it is now, its rows taken together, with how the watch knows it. */
export function lookAt(
  watch: Watch,
  job: Job,
  now: Date,
  pace: Pace,
  { phase, tasks }: { phase: Phase; tasks: string } = { phase: phaseOf(job), tasks: '' },
): Look {
  const live = watch.live || heardSoon(watch, job, now);
  // That a job has left the queue is concluded: the last that is known is Waldur's last news, not our last look.
  const timely = live && phase !== 'left the queue';
  const change = transition(
    {
      phase: watch.phase,
      runtimeState: watch.runtimeState,
      since: watch.phaseSince,
      seen: timely ? watch.seenAt : watch.modified,
    },
    { phase, runtimeState: job.runtimeState, seen: timely ? now : job.modified },
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
    tasks,
    newsAt: change !== null || job.modified > watch.modified ? now : watch.newsAt,
    ...following(watch, phase, { phaseSince, now, pace }),
  };
  if (change === null && isSilent(watch, snapshot, now)) return givenUp(watch, snapshot, now);
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

/** When the next look is, and whether there is one: an end is followed on for a while. */
function following(
  watch: Watch,
  phase: Phase,
  { phaseSince, now, pace }: { phaseSince: Date; now: Date; pace: Pace },
): WatchChange {
  if (!isEnd(phase)) return { endedAt: null, closed: null, dueAt: nextLook(phaseSince, now, pace) };
  const endedAt = (isEnd(watch.phase) ? watch.endedAt : null) ?? now;
  const over = now.getTime() - endedAt.getTime() >= LINGER_MS;
  const dueAt = new Date(now.getTime() + pace.maxMs);
  return { endedAt, closed: over ? 'ended' : null, dueAt };
}

function isSilent(watch: Watch, { phase, newsAt }: WatchChange, now: Date): boolean {
  if (phase === undefined || isEnd(phase)) return false;
  return now.getTime() - (newsAt ?? watch.newsAt).getTime() >= SILENCE_MS;
}

/** Nothing was heard for a week: the thread is told, and nobody looks any more. */
function givenUp(watch: Watch, snapshot: WatchChange, now: Date): Look {
  return {
    change: { ...snapshot, closed: 'no news', cardDue: true },
    transition: {
      watchId: watch.id,
      kind: 'no news',
      fromPhase: watch.phase,
      toPhase: watch.phase,
      word: watch.runtimeState,
      fromSince: watch.phaseSince,
      lastBefore: watch.newsAt,
      firstAfter: now,
      reply: 'owed',
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
    watch.errorMessage !== snapshot.errorMessage ||
    watch.tasks !== snapshot.tasks ||
    watch.closed !== snapshot.closed
  );
}
