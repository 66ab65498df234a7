import { differenceInMilliseconds, millisecondsInMinute } from '../dates.ts';
import { explainError } from './explain-error.ts';
import type { Job } from './job.ts';
import { runtimeState } from './slurm-states.ts';

/** Every phase: the one answer people want, derived from Waldur's resource state and Slurm's runtime state. */
export const phases = [
  /** Waldur has the job, Slurm not yet. */
  'submitting',
  /** Slurm has the job, since it has an id, but Waldur has no news of it yet. */
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
  /** Waldur no longer has such a record (confirmed). */
  'gone',
  /** Slurm gave a state that we do not know. It is shown as it is, and never counts as an end. */
  'unknown',
] as const;

export type Phase = (typeof phases)[number];

/** The part of a job that its phase comes from. */
export type PhaseSource = Pick<Job, 'state' | 'runtimeState' | 'slurmId' | 'errorMessage'>;

/**
 * The phase of a job as Waldur shows it. Without a runtime state, a job is 'submitted' if Slurm has given it an id, and
 * 'submitting' before. 'left the queue' and 'gone' cannot be read from a row: only the poller, which compares looks,
 * concludes them.
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
      // An error after Slurm has accepted the job (it has an id) is Waldur's problem, not the job's.
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
 * True if nothing more is expected of a job in this phase. An end holds only until newer news contradicts it: Slurm
 * requeues failed jobs, and an erred job can turn out to be running (docs/slurm.md).
 */
export function isEnd(phase: Phase): boolean {
  return ends.has(phase);
}

/** Waldur hands a job to the cluster within seconds (docs/waldur.md). */
const HANDED_OVER_MS = 2 * millisecondsInMinute;

/** True if Waldur has kept a job for longer than it takes to hand it to the cluster. */
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
 * The word for a job's state on a card or in a list. It differs from the phase if that would mislead: an unknown state
 * is shown as it came (untrusted: escape it), and an error that may be only a warning is not "Not submitted".
 */
export function stateWord(
  phase: Phase,
  job: Pick<PhaseSource, 'runtimeState' | 'errorMessage'>,
): string {
  if (phase === 'unknown' && job.runtimeState.trim() !== '') return job.runtimeState.trim();
  if (phase === 'erred' && explainError(job.errorMessage).perhaps) {
    return 'Perhaps submitted';
  }
  const { reason } = runtimeState(job.runtimeState);
  const told = phase === 'failed' && reason !== undefined ? `: ${reason}` : '';
  return `${words[phase]}${told}`;
}
