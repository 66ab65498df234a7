import type { Operation } from '../jobs/abilities.ts';
import { isWaldurFailure } from './errors.ts';

/** Operations to which a real Waldur always answered 500 without changing anything (recorded). */
const BROKEN: readonly Operation[] = ['partial update', 'update', 'delete'];

/** The answer of a Waldur that does not support an operation. */
interface Unsupported {
  status: number;
  /** True if the failure may be temporary. */
  mayPass: boolean;
}

/**
 * The answer that shows that this Waldur does not support the operation; null if the failure is only about this job,
 * this person or this moment. Refused for good: 405, 501, and 409 "… operation is not implemented." (documented,
 * recorded).
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
