import type { ResourceState } from '../jobs/job.ts';

const STATES: readonly string[] = [
  'creation scheduled',
  'creating',
  'ok',
  'erred',
  'update scheduled',
  'updating',
  'deletion scheduled',
  'deleting',
] satisfies ResourceState[];

function isState(word: string): word is ResourceState {
  return STATES.includes(word);
}

/** A label (`Creation Scheduled`, recorded) or a constant (`CREATION_SCHEDULED`, later Waldurs). */
export function resourceState(value: unknown): ResourceState {
  const word = typeof value === 'string' ? value.trim().toLowerCase().replaceAll('_', ' ') : '';
  return isState(word) ? word : 'unknown';
}
