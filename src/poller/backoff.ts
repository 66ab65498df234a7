/** For how long watches are left alone. */
export interface Backoff {
  /** Watches that wait, by id, and for how many milliseconds. */
  waiting(): Map<number, number>;
  /** Leaves a watch alone for this many milliseconds. */
  set(id: number, ms: number): void;
  /** Leaves a watch alone for `firstMs`, and at each further call for twice as long as before, up to `mostMs`. */
  longer(id: number, span: Span): void;
  /** After a success: the next wait of this watch is a first one again. */
  clear(id: number): void;
  /** Slack works again: waits that may end now end as soon as each has lasted for its `firstMs`. */
  wake(): void;
}

interface Span {
  firstMs: number;
  mostMs: number;
  /** True if `wake` ends it. */
  wakes: boolean;
}

interface Wait {
  since: number;
  ms: number;
  /** The last of its waits that grow. */
  grown: { span: Span; ms: number } | null;
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
    longer(id, span) {
      const last = waits.get(id)?.grown?.ms;
      const ms = last === undefined ? span.firstMs : Math.min(span.mostMs, last * 2);
      waits.set(id, { since: now(), ms, grown: { span, ms } });
    },
    clear: (id) => waits.delete(id),
    wake() {
      for (const wait of waits.values()) {
        const span = wait.grown?.span;
        if (span?.wakes === true) wait.ms = Math.min(wait.ms, span.firstMs);
      }
    },
  };
}
