import { type ResourceState, resourceStates } from '../jobs/job.ts';

function isState(word: string): word is ResourceState {
  return resourceStates.some((state) => state === word);
}

/** A label (`Creation Scheduled`, recorded) or a constant (`CREATION_SCHEDULED`, later Waldurs). */
export function resourceState(value: unknown): ResourceState {
  const word = typeof value === 'string' ? value.trim().toLowerCase().replaceAll('_', ' ') : '';
  return isState(word) ? word : 'unknown';
}
