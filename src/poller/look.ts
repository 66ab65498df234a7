import { addMilliseconds, differenceInMilliseconds } from 'date-fns';
import { millisecondsInDay } from 'date-fns/constants';
import type { Job } from '../jobs/job.ts';
import { isEnd, isHeldBack, type Phase, phaseOf } from '../jobs/phase.ts';
import { SILENT_RUNS, type Silence } from '../jobs/queue-inference.ts';
import { type TransitionKind, transition } from '../jobs/transition.ts';
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

/** What is known of a job beside its row. */
export interface Known {
  phase: Phase;
  tasks: string;
  /** Whether this Waldur was seen to know of ends, which the hourly task never does. */
  tellsEnds: boolean;
}

/** Compares a job as it is now, its rows taken together, with how the watch knows it. */
export function lookAt(
  watch: Watch,
  job: Job,
  now: Date,
  pace: Pace,
  known: Known = { phase: phaseOf(job), tasks: '', tellsEnds: false },
): Look {
  const { phase, tasks } = known;
  const live = watch.live || (known.tellsEnds && heardSoon(watch, job, now));
  // That a job has left the queue is concluded: the last that is known is Waldur's last news, not our last look.
  const timely = live && phase !== 'left the queue';
  const change = transition(
    {
      phase: watch.phase,
      runtimeState: watch.runtimeState,
      after: watch.phaseAfter,
      since: watch.phaseSince,
      seen: timely ? watch.seenAt : watch.modified,
    },
    { phase, runtimeState: job.runtimeState, seen: timely ? now : job.modified },
  );
  const { phaseAfter, phaseSince } = beginning(watch, phase, change, now);
  const snapshot: WatchChange = {
    state: job.state,
    runtimeState: job.runtimeState,
    slurmId: job.slurmId,
    errorMessage: job.errorMessage,
    modified: job.modified,
    phase,
    phaseAfter,
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

/** When the phase of a job had not begun yet, and when it had: it may wait in the queue since it was submitted. */
function beginning(
  watch: Watch,
  phase: Phase,
  change: Pick<Transition, 'lastBefore' | 'firstAfter'> | null,
  now: Date,
): { phaseAfter: Date; phaseSince: Date } {
  if (phase === watch.phase) return watch;
  const waits = phase === 'queued' && (watch.phase === 'submitting' || watch.phase === 'submitted');
  const { lastBefore = watch.phaseSince, firstAfter = now } = change ?? {};
  return { phaseAfter: waits ? watch.jobCreated : lastBefore, phaseSince: firstAfter };
}

/** When the next look is, and whether there is one: an end is followed on for a while. */
export function following(
  watch: Watch,
  phase: Phase,
  { phaseSince, now, pace }: { phaseSince: Date; now: Date; pace: Pace },
): WatchChange {
  if (!isEnd(phase)) return { endedAt: null, closed: null, dueAt: nextLook(phaseSince, now, pace) };
  const endedAt = (isEnd(watch.phase) ? watch.endedAt : null) ?? now;
  const over = differenceInMilliseconds(now, endedAt) >= LINGER_MS;
  const dueAt = addMilliseconds(now, pace.maxMs);
  return { endedAt, closed: over ? 'ended' : null, dueAt };
}

function isSilent(watch: Watch, { phase, newsAt }: WatchChange, now: Date): boolean {
  if (phase === undefined || isEnd(phase)) return false;
  return differenceInMilliseconds(now, newsAt ?? watch.newsAt) >= SILENCE_MS;
}

/** Nothing was heard for a week: the thread is told, and nobody looks any more. */
function givenUp(watch: Watch, snapshot: WatchChange, now: Date): Look {
  return {
    change: { ...snapshot, closed: 'no news', cardDue: true },
    transition: { ...remark(watch, 'no news', now), lastBefore: watch.newsAt },
  };
}

/** Something to be told of a job whose phase stays. */
export function remark(watch: Watch, kind: TransitionKind, now: Date): Omit<Transition, 'id'> {
  return {
    watchId: watch.id,
    kind,
    fromPhase: watch.phase,
    toPhase: watch.phase,
    runtimeState: watch.runtimeState,
    fromAfter: watch.phaseAfter,
    fromSince: watch.phaseSince,
    lastBefore: watch.seenAt,
    firstAfter: now,
    found: null,
    reply: 'owed',
  };
}

/** After enough runs that read others and not this job, the thread is told once that Waldur did not show it. */
export function withSilence(
  { now }: { now(): Date },
  watch: Watch,
  look: Look,
  { runs, at }: Silence,
): Look {
  const change = { ...look.change, silentRuns: runs, silentAt: at };
  const isNews = runs >= SILENT_RUNS && watch.silentRuns < SILENT_RUNS;
  const cardDue = isNews || (runs < SILENT_RUNS && watch.silentRuns >= SILENT_RUNS);
  return {
    change: { ...change, ...(cardDue && { cardDue }) },
    transition:
      isNews && look.transition === null ? remark(watch, 'not shown', now()) : look.transition,
  };
}

/** The next look is a tenth of the time since the job last changed, within the pace. */
export function nextLook(changedAt: Date, now: Date, { minMs, maxMs }: Pace): Date {
  const tenth = differenceInMilliseconds(now, changedAt) / 10;
  return addMilliseconds(now, Math.min(maxMs, Math.max(minMs, tenth)));
}

/** Whether Waldur's first news of the job came so soon that it is not the news of an hourly task. */
function heardSoon(watch: Watch, job: Job, now: Date): boolean {
  const first = watch.runtimeState === '' && job.runtimeState !== '';
  return first && differenceInMilliseconds(now, watch.phaseSince) < LIVE_MS;
}

/** Whether the card has something else to show: not merely a newer time. */
function differs(watch: Watch, snapshot: WatchChange): boolean {
  return (
    watch.phase !== snapshot.phase ||
    watch.runtimeState !== snapshot.runtimeState ||
    watch.slurmId !== snapshot.slurmId ||
    watch.errorMessage !== snapshot.errorMessage ||
    watch.tasks !== snapshot.tasks ||
    watch.closed !== snapshot.closed ||
    isHeldBack(watch.phase, watch.jobCreated, watch.seenAt) !==
      isHeldBack(snapshot.phase ?? watch.phase, watch.jobCreated, snapshot.seenAt ?? watch.seenAt)
  );
}
