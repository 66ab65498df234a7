import { differenceInMilliseconds } from 'date-fns';
import { explainError } from './erred.ts';
import type { Job } from './job.ts';
import { runtimeState } from './runtime-state.ts';

export { runtimeState } from './runtime-state.ts';

/** Every phase: the one answer people want, derived from Waldur's resource state and Slurm's runtime state. */
export const phases = [
  /** Waldur has the job, Slurm not yet. */
  'submitting',
  /** Slurm has the job (it has an id), but Waldur has no news of it yet. */
  'submitted',
  'queued',
  'running',
  'completed',
  'failed',
  'cancelled',
  /** It left Slurm's queue; Waldur does not know how it ended. */
  'left the queue',
  /** Waldur could not submit it, or says so. */
  'erred',
  'deleting',
  /** Waldur has no such record any more (confirmed). */
  'gone',
  /** Slurm said a word that we do not know: shown as it is, never an end. */
  'unknown',
] as const;

export type Phase = (typeof phases)[number];

/** Meaning of one of Slurm's states. */
export interface RuntimeState {
  /** Slurm's own word, e.g. `OUT_OF_MEMORY`; for an unknown one, the text as it came. */
  word: string;
  phase: Phase;
  /** What it means, to follow "the job", e.g. "ran out of memory"; ends without a full stop. */
  meaning: string;
  /** What people usually do about it, in sentences; empty where nothing is to be done. */
  advice: string;
}

/** The part of a job that its phase comes from. */
export type PhaseSource = Pick<Job, 'state' | 'runtimeState' | 'slurmId' | 'errorMessage'>;

/**
 * Phase of a job as Waldur shows it. Silence is no state: without a runtime state the job is 'submitted' when
 * Slurm gave it an id, and 'submitting' before. 'left the queue' and 'gone' are never read off a row:
 * they come from comparing looks, so only the poller says them.
 */
export function phaseOf(job: PhaseSource): Phase {
  switch (job.state) {
    case 'deletion scheduled':
    case 'deleting':
      return 'deleting';
    case 'creation scheduled':
    case 'creating':
      return 'submitting';
    case 'erred':
      // An error after Slurm accepted the job (it has an id) is Waldur's trouble, not the job's.
      return job.slurmId === '' ? 'erred' : inSlurm(job);
    case 'unknown':
      return job.slurmId === '' && job.runtimeState.trim() === '' ? 'unknown' : inSlurm(job);
    default:
      return inSlurm(job);
  }
}

function inSlurm(job: PhaseSource): Phase {
  if (job.runtimeState.trim() !== '') return runtimeState(job.runtimeState).phase;
  return job.slurmId === '' ? 'submitting' : 'submitted';
}

const ends: ReadonlySet<Phase> = new Set<Phase>([
  'completed',
  'failed',
  'cancelled',
  'left the queue',
  'erred',
  'gone',
]);

/**
 * Whether nothing more is expected of a job in this phase. An end holds only until something newer says
 * otherwise: Slurm requeues failed jobs, and an erred one can be found running (docs/slurm.md).
 */
export function isEnd(phase: Phase): boolean {
  return ends.has(phase);
}

/** Waldur hands a job to the cluster within seconds (docs/waldur.md). */
const HANDED_OVER_MS = 2 * 60 * 1000;

/** Whether Waldur has kept a job for longer than it takes to hand it to the cluster. */
export function isHeldBack(phase: Phase, created: Date, seen: Date): boolean {
  return phase === 'submitting' && differenceInMilliseconds(seen, created) >= HANDED_OVER_MS;
}

const words: Record<Phase, string> = {
  submitting: 'Submitting',
  submitted: 'Submitted',
  queued: 'Queued',
  running: 'Running',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
  'left the queue': 'Left the queue',
  erred: 'Not submitted',
  deleting: 'Deleting',
  gone: 'Record gone',
  unknown: 'Unknown',
};

/**
 * The word on a card or in a list. It says more than the phase where the phase alone would mislead: a state
 * that we do not know is shown as it came (foreign text: escape it), and an error of warnings only does not
 * say "Not submitted".
 */
export function stateWord(
  phase: Phase,
  job: Pick<PhaseSource, 'runtimeState' | 'errorMessage'>,
): string {
  if (phase === 'unknown' && job.runtimeState.trim() !== '') return job.runtimeState.trim();
  if (phase === 'erred' && explainError(job.errorMessage).perhaps) {
    return 'Perhaps submitted';
  }
  return words[phase];
}
