import { differenceInMilliseconds } from 'date-fns';
import { millisecondsInHour } from 'date-fns/constants';
import { isWaldurFailure } from '../api/errors.ts';

/**
 * For which accounts Waldur does not answer: remembered so that an outage is one line in the log, not one a sweep. It may
 * fail for one of them, whose page is too large, and answer the others all the time.
 */
export interface Outage {
  /** @returns whether this is the beginning of one */
  begins(account: string): boolean;
  /** Waldur answered, or is not asked any more. @returns whether that ends one */
  ends(account: string): boolean;
}

/** Longer than between two looks: who is down for longer is not looked at any more. */
const FORGOTTEN_MS = 2 * millisecondsInHour;

/** No outage so far. */
export function createOutage(now = () => new Date()): Outage {
  const down = new Map<string, Date>();
  return {
    begins(account) {
      const time = now();
      for (const [each, seen] of down) {
        if (differenceInMilliseconds(time, seen) > FORGOTTEN_MS) down.delete(each);
      }
      const isFirst = down.size === 0;
      down.set(account, time);
      return isFirst;
    },
    ends: (account) => down.delete(account) && down.size === 0,
  };
}

/**
 * Whether an error says that Waldur as a whole does not answer, rather than that it refuses this person. Where it refuses,
 * it says why: what does not is a proxy before it.
 */
export function isOutage(error: unknown): boolean {
  if (!isWaldurFailure(error)) return false;
  if (error.kind !== 'refusal') return true;
  return error.status >= 500 || error.status === 429 || error.details.length === 0;
}

/** Statuses of a refusal that is not about the job that was asked for. */
const general: ReadonlySet<number> = new Set([401, 429, 502, 503, 504]);

/** Whether an error may be that of a single job: the next one is asked for all the same. */
export function isAboutOne(error: unknown): boolean {
  if (!isWaldurFailure(error)) return false;
  return error.kind === 'refusal' ? !general.has(error.status) : error.kind === 'surprise';
}
