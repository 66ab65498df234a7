import type { Span } from '../machine/pauses.ts';

/** For how long watches are left alone. */
export interface Backoff {
  /** Watches that wait, by id, and for how many milliseconds. */
  waiting(): Map<number, number>;
  /** Leaves a watch alone for this many milliseconds. */
  set(id: number, ms: number): void;
  /** Leaves a watch alone for `firstMs`, and at each further call for twice as long as before, up to `mostMs`. */
  longer(id: number, span: Span, kind: 'lost' | 'refused'): void;
  /** After a success: the next wait of this watch is a first one again. */
  clear(id: number): void;
  /** Slack works again: waits after lost answers end as soon as each has lasted for its `firstMs`. */
  wake(): void;
}

interface Wait {
  since: number;
  ms: number;
  /** The last of its waits that grow. */
  grown: { ms: number; firstMs: number; kind: 'lost' | 'refused' } | null;
}

/**
 * Waits are kept in memory only: after a restart Slack names them again.
 * @param now milliseconds of a clock that never jumps
 */
export function createBackoff(now: () => number = () => performance.now()): Backoff {
  const waits = new Map<number, Wait>();
  return {
    waiting() {
      const left = new Map<number, number>();
      for (const [id, { since, ms }] of waits) {
        if (since + ms > now()) left.set(id, since + ms - now());
      }
      return left;
    },
    set(id, ms) {
      waits.set(id, { since: now(), ms, grown: waits.get(id)?.grown ?? null });
    },
    longer(id, { firstMs, mostMs }, kind) {
      const last = waits.get(id)?.grown?.ms;
      const ms = last === undefined ? firstMs : Math.min(mostMs, last * 2);
      waits.set(id, { since: now(), ms, grown: { ms, firstMs, kind } });
    },
    clear: (id) => waits.delete(id),
    wake() {
      for (const wait of waits.values()) {
        const { grown } = wait;
        if (grown?.kind === 'lost') wait.ms = Math.min(wait.ms, grown.firstMs);
      }
    },
  };
}
