import {
  differenceInMilliseconds,
  millisecondsInDay,
  millisecondsInHour,
  millisecondsInMinute,
  millisecondsInSecond,
} from '../dates.ts';
import { isEnd, type Phase } from './phase.ts';
import { runtimeState } from './slurm-states.ts';

/** What a transition means to people. The thread is told all of them but 'other'. */
export const transitionKinds = [
  'started',
  'ended',
  'requeued',
  'not submitted',
  /** A row may be a job that Waldur says was not submitted. */
  'found',
  /** The job is no longer followed, because nothing was heard of it for a week. */
  'no news',
  /** Waldur has shown others' jobs but not this one, which proves nothing. */
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
interface Snapshot {
  phase: Phase;
  /** Slurm's state as it came; empty if there is none. */
  runtimeState: string;
  /** When the job was last known to be still before this phase. */
  after: Date;
  /** When it was first seen in this phase. */
  since: Date;
  /**
   * When Waldur last heard of the job (`modified`), not when we asked Waldur. Otherwise the hour between two refreshes
   * would look like the minutes between two of our looks.
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
  /** Last time before the old phase; first and last time in it; first time in the new phase. */
  fromAfter: Date;
  fromSince: Date;
  lastBefore: Date;
  firstAfter: Date;
  /** The job that was found; null for every other kind. */
  found: { uuid: string; slurmId: string } | null;
}

/**
 * The transition between two looks at a job; null if nothing changed that matters to people. Another state within
 * 'failed' (FAILED, then TIMEOUT) or 'unknown' is a transition; within another phase (RUNNING, then COMPLETING) it is
 * not.
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
  // If the record of an ended job is gone, that is no news about the job.
  if (to === 'gone') return isEnd(from) ? 'other' : 'ended';
  if (isEnd(to)) return endKind(from, to);
  // Its record was gone, and is listed again.
  if (from === 'gone') return to === 'deleting' ? 'other' : 'requeued';
  if (to === 'queued' && started.has(from)) return 'requeued';
  if (to === 'running') return started.has(from) ? 'requeued' : 'started';
  return 'other';
}

/** A known end is news even after another end, since results can come late; 'left the queue' is not. */
function endKind(from: Phase, to: Phase): TransitionKind {
  return to === 'left the queue' && isEnd(from) && from !== 'gone' ? 'other' : 'ended';
}

/**
 * How long the old phase lasted, in milliseconds; null if that is not known well enough: its beginning and its end each
 * lie somewhere between two looks. The shortest and the longest possible duration may differ by a tenth, or by a minute
 * if it lasted five minutes or more.
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
