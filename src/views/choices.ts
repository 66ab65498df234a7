import type { Refused } from '../jobs/abilities.ts';
import { explainError } from '../jobs/explain-error.ts';
import type { ResourceState } from '../jobs/job.ts';
import { lackOf, type More, moreThan } from '../jobs/more.ts';
import type { AskedFor } from '../jobs/past.ts';
import { isEnd } from '../jobs/phase.ts';
import { memory, timeLimit } from './asked.ts';
import type { Choice } from './message.ts';
import type { Told } from './state.ts';

/** What decides the choices for a job. */
export interface Choosable {
  uuid: string;
  state: ResourceState;
  refused: Refused;
}

const mine = { mine: true, phases: [], project: null, words: [] };

/** *My jobs*. */
export const myJobs: Choice = {
  label: 'My jobs',
  intent: { do: 'list', filter: mine, move: null, post: false },
};

/** *Submit a script…*, which opens the form with an upload. */
export const submitAScript: Choice = {
  label: 'Submit a script…',
  intent: { do: 'submit', script: null, convert: false, seenBy: null },
};

/** *Refresh*, if this Waldur supports it. */
export function refreshChoice({ uuid, refused }: Choosable): Choice[] {
  return refused.has('pull') ? [] : [{ label: 'Refresh', intent: { do: 'refresh', job: uuid } }];
}

/** *Edit…*, if this Waldur supports it. It edits only jobs that are OK (recorded). */
export function editChoice({ uuid, state, refused }: Choosable): Choice[] {
  const possible = state === 'ok' && !refused.has('partial update');
  return possible ? [{ label: 'Edit…', intent: { do: 'edit', job: uuid } }] : [];
}

/** *Unlink…*, for Waldur's staff. */
export function unlinkChoice({ uuid, refused }: Choosable): Choice[] {
  return refused.has('unlink') ? [] : [{ label: 'Unlink…', intent: { do: 'unlink', job: uuid } }];
}

/** *Delete record…*, if this Waldur supports it. */
export function deleteChoice({ uuid, refused }: Choosable): Choice[] {
  return refused.has('delete')
    ? []
    : [{ label: 'Delete record…', intent: { do: 'delete', job: uuid } }];
}

/**
 * *Run again…* of a job that has ended; before it the same with more of what it ran out of. None of one that Slurm may
 * have although Waldur says it was not submitted: it would run twice.
 * @param asked null if it is not known: the form tells
 */
export function againChoices(
  job: Omit<Told, 'name'> & { uuid: string },
  asked: AskedFor | null,
): Choice[] {
  const { uuid, phase } = job;
  if (!isEnd(phase)) return [];
  const again = { do: 'again' as const, job: uuid };
  if (phase === 'erred') {
    const { perhaps } = explainError(job.errorMessage);
    return perhaps ? [] : [{ label: 'Try again…', intent: again }];
  }
  const lack = lackOf(job);
  const more = lack === null ? null : moreThan(asked, lack);
  if (more === null) return [{ label: 'Run again…', intent: again }];
  return [
    { label: `Run again with ${amountOf(more, asked)}…`, intent: again },
    { label: 'Run again…', intent: { ...again, unchanged: true } },
  ];
}

function amountOf({ option, amount }: More, asked: AskedFor | null): string {
  if (amount === null) return option === 'time' ? 'more time' : 'more memory';
  if (option === 'time') return timeLimit(amount);
  const per = asked?.memory?.per ?? 'node';
  return asked === null ? '' : (memory({ ...asked, memory: { megabytes: amount, per } }) ?? '');
}
