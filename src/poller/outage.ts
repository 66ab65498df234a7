import { isWaldurFailure } from '../api/errors.ts';

/** Remembers whether Waldur as a whole is down, so that an outage is one line in the log and not one a sweep. */
export interface Outage {
  /** @returns true if this is the beginning of one */
  begins(): boolean;
  /** Waldur answered. @returns true if that ends one */
  ends(): boolean;
}

/** No outage so far. */
export function createOutage(): Outage {
  let isDown = false;
  const becomes = (down: boolean) => {
    const changed = isDown !== down;
    isDown = down;
    return changed;
  };
  return { begins: () => becomes(true), ends: () => becomes(false) };
}

/** True if an error says that Waldur as a whole does not answer, rather than that it refuses this person. */
export function isOutage(error: unknown): boolean {
  if (!isWaldurFailure(error)) return false;
  return error.kind !== 'refusal' || error.status >= 500 || error.status === 429;
}

/** Statuses of refusals that are not about one job. */
const general: ReadonlySet<number> = new Set([401, 429, 502, 503, 504]);

/** True if an error may concern a single job only: the sweep then goes on with the next one. */
export function isAboutOne(error: unknown): boolean {
  if (!isWaldurFailure(error)) return false;
  return error.kind === 'refusal' ? !general.has(error.status) : error.kind === 'surprise';
}
