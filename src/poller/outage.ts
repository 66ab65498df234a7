import { isWaldurFailure } from '../api/errors.ts';
import { differenceInMilliseconds, millisecondsInHour } from '../dates.ts';

/**
 * Remembers for which accounts Waldur could not be asked, and why, so that an outage is one line in the log, and not one
 * a sweep or one an account. It may fail for one account, whose page is too large, and answer the others all the time.
 */
export interface Outage {
  /** @returns true if this is the beginning of one */
  begins(account: string, error: unknown): boolean;
  /** Waldur answered, or is no longer asked. @returns true if that ends one */
  ends(account: string): boolean;
}

/** Longer than between two looks: who is down for longer is not looked at any more. */
const FORGOTTEN_MS = 2 * millisecondsInHour;

/** No outage so far. */
export function createOutage(now = () => new Date()): Outage {
  const down = new Map<string, { seen: Date; cause: string }>();
  return {
    begins(account, error) {
      const time = now();
      const cause = causeOf(error);
      for (const [each, { seen }] of down) {
        if (differenceInMilliseconds(time, seen) > FORGOTTEN_MS) down.delete(each);
      }
      const isFirst = ![...down.values()].some((each) => each.cause === cause);
      down.set(account, { seen: time, cause });
      return isFirst;
    },
    ends: (account) => down.delete(account) && down.size === 0,
  };
}

/** Waldur can be down in several ways at once. Other causes are not each other's: one must not hide the next. */
function causeOf(error: unknown): string {
  if (isOutage(error)) return 'outage';
  return Error.isError(error) ? `${error.constructor.name} ${error.message}` : String(error);
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
