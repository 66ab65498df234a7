/** Until when Slack is left alone, by channel: Retry-After, and the time an ambiguous post takes to settle. */
export interface Waits {
  until(channel: string): Date;
  set(channel: string, until: Date): void;
  /** The soonest end of a wait after `now`; null when there is none. */
  next(now: Date): Date | null;
}

/** Kept in memory only: after a restart Slack says again how long. */
export function createWaits(): Waits {
  const waits = new Map<string, Date>();
  return {
    until: (channel) => waits.get(channel) ?? new Date(0),
    set: (channel, until) => waits.set(channel, until),
    next(now) {
      for (const [channel, until] of waits) if (until <= now) waits.delete(channel);
      const times = [...waits.values()].map((until) => until.getTime());
      return times.length === 0 ? null : new Date(Math.min(...times));
    },
  };
}
