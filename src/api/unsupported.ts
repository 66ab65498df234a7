import type { Operation } from '../jobs/abilities.ts';
import { isWaldurFailure } from './errors.ts';

/** Changes that a real Waldur answered with 500 every time, having changed nothing (recorded). */
const BROKEN: readonly Operation[] = ['partial update', 'update', 'delete'];

/** An answer as of a Waldur that cannot do something. */
export interface Unsupported {
  status: number;
  /** A failure that may have been this moment's. */
  mayPass: boolean;
}

/**
 * What a failed operation says about what this Waldur can do; null when it is about this job, this person or this
 * moment only. Refused for good: 405, 501, and 409 "… operation is not implemented." (documented and recorded).
 */
export function unsupportedBy(operation: Operation, error: unknown): Unsupported | null {
  if (!isWaldurFailure(error) || error.kind !== 'refusal') return null;
  const { status, details } = error;
  if (status === 405 || status === 501) return { status, mayPass: false };
  if (status === 409 && /not implemented/i.test(details.join(' '))) {
    return { status, mayPass: false };
  }
  return status === 500 && BROKEN.includes(operation) ? { status, mayPass: true } : null;
}
