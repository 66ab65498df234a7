import type { Job } from './job.ts';

/** The one answer people want, derived from Waldur's resource state and Slurm's runtime state. */
export type Phase =
  /** Waldur has the job, Slurm not yet. */
  | 'submitting'
  /** Slurm has the job (it has an id), but Waldur has no news of it yet. */
  | 'submitted'
  | 'queued'
  | 'running'
  | 'completed'
  | 'failed'
  | 'cancelled'
  /** It left Slurm's queue; Waldur does not know how it ended. */
  | 'left the queue'
  /** Waldur could not submit it, or says so. */
  | 'erred'
  | 'deleting'
  /** Waldur has no such record any more (confirmed). */
  | 'gone'
  /** Slurm said a word that we do not know: shown as it is, never an end. */
  | 'unknown';

/** Meaning of one of Slurm's states. */
export interface RuntimeState {
  /** Slurm's own word, e.g. `OUT_OF_MEMORY`; for an unknown one, the text as it came. */
  word: string;
  phase: Phase;
  /** What it means, in plain words, e.g. "ran out of memory"; ends without a full stop. */
  meaning: string;
  /** What people usually do about it; empty where nothing is to be done. */
  advice: string;
}

/** To be written by jobs: see the tests. */
export declare function runtimeState(text: string): RuntimeState;
export declare function phaseOf(
  job: Pick<Job, 'state' | 'runtimeState' | 'slurmId' | 'errorMessage'>,
): Phase;
