import { startLoop } from '../machine/loop.ts';
import { forgetLeft } from '../store/leaving.ts';
import { createBackoff } from './backoff.ts';
import { deliverOnce, soonest } from './deliver.ts';
import { deliverNotices } from './deliver-notices.ts';
import { createOutage } from './outage.ts';
import type { PollerContext } from './poller-context.ts';
import { sweepOnce } from './sweep.ts';

/** Follows jobs: asks Waldur, and tells Slack. */
interface Poller {
  /** Starts both loops at once: something was written that they have to act on. */
  wake(): void;
  stop(): Promise<void>;
}

/** Longest pause of a loop, however little there is to do. */
const IDLE_MS = 60_000;

/** Starts two loops, so that a slow Waldur does not delay what is owed to Slack, and vice versa. */
export function startPoller(context: PollerContext): Poller {
  const failed = (what: string) => (error: unknown) =>
    context.log.error(`${what} failed`, { error });
  const backoff = createBackoff();
  const outage = createOutage(context.now);
  const common = { idleMs: IDLE_MS, failedMs: context.pauses.failedMs, now: context.now };
  const deliver = startLoop({
    ...common,
    pass: async () => {
      const next = [await deliverOnce(context, backoff), await deliverNotices(context)];
      await forgetLeft(context.db);
      context.delivered?.();
      return soonest(next);
    },
    failed: failed('delivery'),
  });
  context.pace.onRecovery(() => {
    backoff.wake();
    deliver.wake();
  });
  const sweep = startLoop({
    ...common,
    pass: async () => {
      const begun = performance.now();
      const next = await sweepOnce(context, outage);
      context.swept?.((performance.now() - begun) / 1000);
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
