import { forgetLeft } from '../store/leaving.ts';
import { deliverOnce, soonest } from './deliver.ts';
import { startLoop } from './loop.ts';
import { deliverNotices } from './notices.ts';
import { createOutage } from './outage.ts';
import type { PollerParts } from './parts.ts';
import { sweepOnce } from './sweep.ts';
import { createWaits } from './waits.ts';

/** Follows jobs: asks Waldur, and tells Slack. */
export interface Poller {
  /** Something was written that is to be asked or told now. */
  wake(): void;
  stop(): Promise<void>;
}

/** Longest pause of a loop, however little there is to do. */
const IDLE_MS = 60_000;

/** Starts both loops: a slow Waldur does not hold up what is owed to Slack, nor the other way round. */
export function startPoller(parts: PollerParts): Poller {
  const failed = (what: string) => (error: unknown) => parts.log.error(`${what} failed`, { error });
  const waits = createWaits(parts.now);
  const outage = createOutage(parts.now);
  const common = { idleMs: IDLE_MS, now: parts.now };
  const deliver = startLoop({
    ...common,
    pass: async () => {
      const next = [await deliverOnce(parts, waits), await deliverNotices(parts)];
      await forgetLeft(parts.db);
      return soonest(next);
    },
    failed: failed('delivery'),
  });
  const sweep = startLoop({
    ...common,
    pass: async () => {
      const begun = performance.now();
      const next = await sweepOnce(parts, outage);
      parts.swept?.((performance.now() - begun) / 1000);
      deliver.wake();
      return next;
    },
    failed: failed('sweep'),
  });
  return {
    wake() {
      sweep.wake();
      deliver.wake();
    },
    async stop() {
      await Promise.all([sweep.stop(), deliver.stop()]);
    },
  };
}
