import { differenceInMilliseconds } from '../dates.ts';

/** Runs a pass again and again, but never two at a time. */
export interface Loop {
  /** Runs a pass at once, or right after the one that is running. */
  wake(): void;
  /** Stops after the pass that is running. */
  stop(): Promise<void>;
}

interface LoopOptions {
  /** One pass. @returns when the next one is due; null: when woken, or after `idleMs` */
  pass(): Promise<Date | null>;
  /** Called with whatever a pass throws. The loop goes on. */
  failed(error: unknown): void;
  idleMs: number;
  /** The pause after a pass that failed. */
  failedMs: number;
  now(): Date;
}

/** Starts a loop with its first pass. The timer is set when a pass has ended, so passes never overlap. */
export function startLoop({ pass, failed, idleMs, failedMs, now }: LoopOptions): Loop {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;

  const once = async () => {
    let wait = idleMs;
    try {
      const due = await pass();
      if (due !== null) wait = Math.min(idleMs, Math.max(0, differenceInMilliseconds(due, now())));
    } catch (error) {
      failed(error);
      wait = failedMs;
    }
    running = null;
    if (stopped) return;
    const next = again ? 0 : wait;
    again = false;
    timer = setTimeout(begin, next);
  };
  const begin = () => {
    running = once();
  };
  begin();

  return {
    wake() {
      if (stopped) return;
      if (running !== null) {
        again = true;
        return;
      }
      clearTimeout(timer);
      begin();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
