import type { Refused } from '../jobs/abilities.ts';
import type { ResourceState } from '../jobs/job.ts';
import type { Choice } from './message.ts';

/** What decides the choices for a job. */
export interface Choosable {
  uuid: string;
  state: ResourceState;
  refused: Refused;
}

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
