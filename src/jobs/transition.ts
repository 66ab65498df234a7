import { differenceInMilliseconds } from 'date-fns';
import {
  millisecondsInDay,
  millisecondsInHour,
  millisecondsInMinute,
  millisecondsInSecond,
} from 'date-fns/constants';
import { isEnd, type Phase, runtimeState } from './phase.ts';

/** What a change of phase is to people: all but 'other' are told in the thread. */
export const transitionKinds = [
  'started',
  'ended',
  'requeued',
  'not submitted',
  /** A job turned up that may be this one, of which Waldur says that it was not submitted. */
  'found',
  /** Nothing was heard for so long that it is not followed any more. */
  'no news',
  /** Waldur has looked at others' jobs, and not shown this one: nothing is proven. */
  'not shown',
  'other',
] as const;
export type TransitionKind = (typeof transitionKinds)[number];

/** Why a job is not followed any more. */
export const closedReasons = [
  'ended',
  /** Its record is not in Waldur any more, or the person may not see it now. */
  'gone',
  'no news',
  'person left',
  /** Nobody can be told: Slack refuses the place for good, and the direct message too. */
  'slack refuses',
] as const;
export type ClosedReason = (typeof closedReasons)[number];

/** A job as it looked at one time. */
export interface Snapshot {
  phase: Phase;
  /** Slurm's state as it came; empty where there is none. */
  runtimeState: string;
  /** When the job was last known not to be in this phase yet. */
  after: Date;
  /** When it was first seen in this phase. */
  since: Date;
  /**
   * The age of this news: when Waldur last heard of the job (`modified`), not when we asked Waldur. Otherwise an
   * hour between two refreshes would pass for the minutes between two of our looks.
   */
  seen: Date;
}

/** A change of phase, with what is known about when it happened. */
export interface Transition {
  kind: TransitionKind;
  fromPhase: Phase;
  toPhase: Phase;
  /** Slurm's state after the change, as it came. */
  runtimeState: string;
  /** When the old phase had not begun yet, when it was first and last seen, and the new one first. */
  fromAfter: Date;
  fromSince: Date;
  lastBefore: Date;
  firstAfter: Date;
  /** The job that was found; null for every other kind. */
  found: { uuid: string; slurmId: string } | null;
}

/**
 * The transition between two looks at a job, or null when nothing changed that a person would act on.
 * A different state within 'failed' (FAILED, then TIMEOUT) or 'unknown' is one; within the others
 * (RUNNING, then COMPLETING) it is not.
 */
export function transition(
  before: Snapshot,
  after: Omit<Snapshot, 'after' | 'since'>,
): Transition | null {
  const samePhase = before.phase === after.phase;
  if (samePhase && !newWord(before, after)) return null;
  return {
    kind: samePhase ? 'other' : kindOf(before.phase, after.phase),
    fromPhase: before.phase,
    toPhase: after.phase,
    runtimeState: after.runtimeState,
    fromAfter: before.after,
    fromSince: before.since,
    lastBefore: before.seen,
    firstAfter: after.seen,
    found: null,
  };
}

function newWord(before: Snapshot, after: Omit<Snapshot, 'after' | 'since'>): boolean {
  if (after.phase !== 'failed' && after.phase !== 'unknown') return false;
  return runtimeState(before.runtimeState).word !== runtimeState(after.runtimeState).word;
}

const started: ReadonlySet<Phase> = new Set<Phase>([
  'running',
  'completed',
  'failed',
  'cancelled',
  'left the queue',
]);

function kindOf(from: Phase, to: Phase): TransitionKind {
  if (to === 'erred') return 'not submitted';
  // That a record of an ended job is gone is no news about the job.
  if (to === 'gone') return isEnd(from) ? 'other' : 'ended';
  if (isEnd(to)) return endKind(from, to);
  // Its record was gone, and is listed again.
  if (from === 'gone') return to === 'deleting' ? 'other' : 'requeued';
  if (to === 'queued' && started.has(from)) return 'requeued';
  if (to === 'running') return started.has(from) ? 'requeued' : 'started';
  return 'other';
}

/** A known end is news also after another one (a result that came late); 'left the queue' is not. */
function endKind(from: Phase, to: Phase): TransitionKind {
  return to === 'left the queue' && isEnd(from) && from !== 'gone' ? 'other' : 'ended';
}

/**
 * How long the old phase lasted in milliseconds, or null when that is not known well enough to be told: both its
 * beginning and its end lie somewhere between two looks. What it lasted at least and at most may differ by a tenth, or by
 * a minute where it lasted five or more.
 */
export function durationBetween(
  times: Pick<Transition, 'fromAfter' | 'fromSince' | 'lastBefore' | 'firstAfter'>,
): number | null {
  const least = differenceInMilliseconds(times.lastBefore, times.fromSince);
  const most = differenceInMilliseconds(times.firstAfter, times.fromAfter);
  const gap = most - least;
  const middle = (least + most) / 2;
  if (least < 0 || gap < 0 || middle < millisecondsInSecond) return null;
  const close =
    gap <= middle / 10 || (gap <= millisecondsInMinute && middle >= 5 * millisecondsInMinute);
  return close ? middle : null;
}

/** A duration in words that claim no more than is known: "40 s", "12 min", "about 4 h", "about 3 days". */
export function approximate(milliseconds: number): string {
  const time = Math.max(0, milliseconds);
  const minutes = Math.round(time / millisecondsInMinute);
  const hours = Math.round(time / millisecondsInHour);
  if (time < millisecondsInMinute) return `${Math.floor(time / millisecondsInSecond)} s`;
  if (minutes < 100) return `${minutes} min`;
  if (hours < 48) return `about ${hours} h`;
  return `about ${Math.round(time / millisecondsInDay)} days`;
}
