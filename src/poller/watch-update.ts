import {
  addMilliseconds,
  differenceInMilliseconds,
  millisecondsInDay,
  millisecondsInMinute,
} from '../dates.ts';
import type { Job } from '../jobs/job.ts';
import { isEnd, isHeldBack, type Phase, phaseOf } from '../jobs/phase.ts';
import { SILENT_RUNS, type Silence } from '../jobs/queue-inference.ts';
import { type TransitionKind, transition } from '../jobs/transition.ts';
import type { Transition } from '../store/transitions.ts';
import type { Watch, WatchChange } from '../store/watches.ts';

/** What follows from a look at a watched job: the change to its watch, and the transition if there was one. */
export interface WatchUpdate {
  change: WatchChange;
  transition: Omit<Transition, 'id'> | null;
}

interface Pace {
  minMs: number;
  maxMs: number;
}

/** Waldur counts as live for a job if it hears of the job's first state within this time. */
const LIVE_MS = 2 * millisecondsInMinute;

/** How long a job is followed after its end: Slurm requeues jobs, and Waldur may learn how one ended. */
const LINGER_MS = millisecondsInDay;
/** A job without news for this long is no longer followed. */
const SILENCE_MS = 7 * millisecondsInDay;

/** What is known of a job besides its row. */
interface Known {
  phase: Phase;
  tasks: string;
  /** True if this Waldur has reported the end of a job, which its hourly task never does. */
  tellsEnds: boolean;
}

/** Compares a job as it is now, according to all of its rows, with the watch's last snapshot. */
export function compare(
  watch: Watch,
  job: Job,
  now: Date,
  pace: Pace,
  known: Known = { phase: phaseOf(job), tasks: '', tellsEnds: false },
): WatchUpdate {
  const { phase, tasks } = known;
  const live = watch.live || (known.tellsEnds && heardSoon(watch, job, now));
  // "Left the queue" is an inference: what is known for certain is as old as Waldur's last news, not as our last look.
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

/** When the phase had not begun yet, and when it had. A queued job may have been in the queue since its submission. */
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

/** When the next look is due, if any: a job is followed for a while after its end. */
function following(
  watch: Watch,
  phase: Phase,
  { phaseSince, now, pace }: { phaseSince: Date; now: Date; pace: Pace },
): WatchChange {
  if (!isEnd(phase)) return { endedAt: null, closed: null, dueAt: nextPoll(phaseSince, now, pace) };
  const endedAt = (isEnd(watch.phase) ? watch.endedAt : null) ?? now;
  const over = differenceInMilliseconds(now, endedAt) >= LINGER_MS;
  const dueAt = addMilliseconds(now, pace.maxMs);
  return { endedAt, closed: over ? 'ended' : null, dueAt };
}

function isSilent(watch: Watch, { phase, newsAt }: WatchChange, now: Date): boolean {
  if (phase === undefined || isEnd(phase)) return false;
  return differenceInMilliseconds(now, newsAt ?? watch.newsAt) >= SILENCE_MS;
}

/** Ends a watch after a week without news, and tells the thread. */
function givenUp(watch: Watch, snapshot: WatchChange, now: Date): WatchUpdate {
  return {
    change: { ...snapshot, closed: 'no news', cardDue: true },
    transition: { ...remark(watch, 'no news', now), lastBefore: watch.newsAt },
  };
}

/** A transition that tells something about a job without changing its phase. */
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

/** After enough runs that wrote others' rows but not this job's, tells the thread once that Waldur does not show it. */
export function withSilence(
  { now }: { now(): Date },
  watch: Watch,
  look: WatchUpdate,
  { runs, at }: Silence,
): WatchUpdate {
  const change = { ...look.change, silentRuns: runs, silentAt: at };
  const isNews = runs >= SILENT_RUNS && watch.silentRuns < SILENT_RUNS;
  const cardDue = isNews || (runs < SILENT_RUNS && watch.silentRuns >= SILENT_RUNS);
  return {
    change: { ...change, ...(cardDue && { cardDue }) },
    transition:
      isNews && look.transition === null ? remark(watch, 'not shown', now()) : look.transition,
  };
}

/** The time of the next look: a tenth of the time since the job last changed, within the limits of `pace`. */
export function nextPoll(changedAt: Date, now: Date, { minMs, maxMs }: Pace): Date {
  const tenth = differenceInMilliseconds(now, changedAt) / 10;
  return addMilliseconds(now, Math.min(maxMs, Math.max(minMs, tenth)));
}

/** True if Waldur's first news of the job came too soon to be the hourly task's. */
function heardSoon(watch: Watch, job: Job, now: Date): boolean {
  const first = watch.runtimeState === '' && job.runtimeState !== '';
  return first && differenceInMilliseconds(now, watch.phaseSince) < LIVE_MS;
}

/** True if the card has something new to show besides a newer time. */
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

/**
 * What follows if Waldur shows no row of a job. One 404 is not a deletion: people are told only after a later look has
 * found nothing either. Whoever deleted the record knows. For the others the search goes on, because Waldur's hourly
 * task lists an unlinked job again.
 */
export function missing(
  watch: Watch,
  now: Date,
  { pace, missingMs }: { pace: Pace; missingMs: number },
): WatchUpdate {
  const { missingSince, phase } = watch;
  if (phase === 'gone') return { change: lookOn(watch, now, pace), transition: null };
  const answered = { failures: 0, cardDue: true };
  if (missingSince === null || differenceInMilliseconds(now, missingSince) < missingMs) {
    const dueAt = addMilliseconds(now, Math.max(missingMs, pace.minMs));
    return { change: { ...answered, missingSince: missingSince ?? now, dueAt }, transition: null };
  }
  // If the job has ended, a missing record is no news about it, and the card keeps its end.
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
