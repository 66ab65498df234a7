import { isWaldurFailure } from '../api/errors.ts';
import { differenceInMilliseconds, millisecondsInHour } from '../dates.ts';

/**
 * Remembers for which accounts Waldur does not answer, so that an outage is one line in the log and not one a sweep. It
 * may fail for one account, whose page is too large, and answer the others all the time.
 */
export interface Outage {
  /** @returns true if this is the beginning of one */
  begins(account: string): boolean;
  /** Waldur answered, or is no longer asked. @returns true if that ends one */
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
 * True if an error says that Waldur as a whole does not answer, rather than that it refuses this person. A refusal of
 * Waldur's gives a reason; one without a reason is that of a proxy before it.
 */
export function isOutage(error: unknown): boolean {
  if (!isWaldurFailure(error)) return false;
  if (error.kind !== 'refusal') return true;
  return error.status >= 500 || error.status === 429 || error.details.length === 0;
}

/** Statuses of refusals that are not about one job. */
const general: ReadonlySet<number> = new Set([401, 429, 502, 503, 504]);

/** True if an error may concern a single job only: the sweep then goes on with the next one. */
export function isAboutOne(error: unknown): boolean {
  if (!isWaldurFailure(error)) return false;
  return error.kind === 'refusal' ? !general.has(error.status) : error.kind === 'surprise';
}
