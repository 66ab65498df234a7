import { explainError } from '../jobs/explain-error.ts';
import type { Job } from '../jobs/job.ts';
import { type Phase, stateWord } from '../jobs/phase.ts';
import { named, title } from './text.ts';

/** The facts from which a job's state is told. */
export interface Told extends Pick<Job, 'name' | 'runtimeState' | 'errorMessage'> {
  phase: Phase;
  /** Counts of an array's tasks by state; empty for other jobs. */
  tasks: string;
}

/** They differ by shape, not by colour alone; the word always stands beside them. */
const marks: Record<Phase, string> = {
  submitting: '📤',
  submitted: '📤',
  queued: '⏳',
  running: '▶️',
  completed: '✅',
  failed: '❌',
  cancelled: '⛔',
  'left the queue': '❔',
  erred: '⚠️',
  deleting: '🗑',
  gone: '🗑',
  unknown: '❔',
};

/** The mark of a state. A job that Slurm may not have gets the mark of the unknown. */
export function mark(phase: Phase, { errorMessage }: Pick<Told, 'errorMessage'>): string {
  const isOpen = phase === 'erred' && explainError(errorMessage).perhaps;
  return marks[isOpen ? 'unknown' : phase];
}

/** The mark of a job that nobody asks Waldur about. */
const PAUSED = '⏸';

/** The word for a job's state. It gives no reason for the failure of an array, whose tasks can have different ones. */
export function stateTitle(job: Told): string {
  return named(plainState(job));
}

/** "▶️ *train — Running*" for blocks, and the same without its style for `text`. */
export function headline(job: Told, { paused = false } = {}): { shown: string; said: string } {
  const sign = paused ? PAUSED : mark(job.phase, job);
  const word = paused ? `Paused (was ${job.phase})` : plainState(job);
  return {
    shown: `${sign} ${title(job.name, word)}`,
    said: `${sign} ${named(job.name)} — ${named(word)}`,
  };
}

function plainState({ phase, tasks, ...job }: Told): string {
  return stateWord(phase, tasks === '' ? job : { ...job, runtimeState: '' });
}
