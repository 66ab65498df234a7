import { addMilliseconds, max } from '../dates.ts';
import type { Span } from '../machine/pauses.ts';

/** How long Slack is left alone, by key: a channel, or one watch. */
export interface Backoff {
  /** The end of the longest wait among these keys; in the past when there is none. */
  until(...keys: string[]): Date;
  /** Waits this many milliseconds from now. */
  set(key: string, ms: number): void;
  /** Backoff `firstMs`, and twice as long at each further call for this key, up to `mostMs`. */
  longer(key: string, span: Span): void;
  /** After a success: the next wait for this key is a first one again. */
  clear(key: string): void;
}

/** Waits are kept in memory only: after a restart Slack names them again. */
export function createBackoff(now: () => Date = () => new Date()): Backoff {
  const waits = new Map<string, { until: Date; ms: number }>();
  const set = (key: string, ms: number) => {
    waits.set(key, { until: addMilliseconds(now(), ms), ms });
  };
  return {
    until: (...keys) => max(keys.map((key) => waits.get(key)?.until ?? new Date(0))),
    set,
    longer(key, { firstMs, mostMs }) {
      const last = waits.get(key)?.ms;
      set(key, last === undefined ? firstMs : Math.min(mostMs, last * 2));
    },
    clear: (key) => waits.delete(key),
  };
}
