import type { Job } from '../jobs/job.ts';
import { type Phase, stateWord } from '../jobs/phase.ts';
import { named } from './text.ts';

type Told = Pick<Job, 'runtimeState' | 'errorMessage'>;

/** A job's state where it stands for itself: on a card, in a list. */
export function stateTitle(phase: Phase, job: Told): string {
  return named(stateWord(phase, job));
}

/** The same inside a message's text. A state that only Slurm knows is written as it came. */
export function stateText(phase: Phase, job: Told): string {
  const word = named(stateWord(phase, job));
  return phase === 'unknown' ? word : word.toLowerCase();
}
