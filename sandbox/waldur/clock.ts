/** The time of the sandbox. Slurm, workers and the hourly task live by simulated seconds, stamps by the wall. */
export interface Clock {
  /** Milliseconds since 1970 as the sandbox tells them: the real clock plus what was advanced. */
  wall(): number;
  /** Microseconds since 1970, strictly rising: Waldur stamps its rows with microseconds. */
  stamp(): number;
  /** Does something when this many simulated seconds have gone by. */
  after(seconds: number, run: () => void): void;
  /** Lets this many simulated seconds pass at once, for the wall clock too. */
  advance(seconds: number): void;
  /** Simulated seconds per real second. At 0, only `advance` moves the time. */
  setSpeed(speed: number): void;
  /** Does what is due. It is called before each request, so that no answer is out of date. */
  settle(): void;
  stop(): void;
}

interface Due {
  at: number;
  run: () => void;
}

const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Starts a clock. With a speed of 60 a job of one minute takes a second, but its stamps stay near the real time,
 * as if Slurm's jobs were just short: whoever reads them has a clock of their own.
 */
export function startClock(speed: number, realTime: () => number = Date.now): Clock {
  let rate = speed;
  let seen = realTime();
  let wall = seen;
  let simulated = 0;
  let lastStamp = 0;
  let timer: NodeJS.Timeout | undefined;
  const due: Due[] = [];

  function pass(simulatedMs: number, wallMs: number): void {
    const perMs = simulatedMs === 0 ? 0 : wallMs / simulatedMs;
    const [endSimulated, endWall] = [simulated + simulatedMs, wall + wallMs];
    for (let next = due[0]; next && next.at <= endSimulated; next = due[0]) {
      due.shift();
      wall += (next.at - simulated) * perMs;
      simulated = next.at;
      next.run();
    }
    [simulated, wall] = [endSimulated, endWall];
  }

  function settle(): void {
    const now = realTime();
    const passed = Math.max(0, now - seen);
    seen = now;
    pass(passed * rate, passed);
    arm();
  }

  function arm(): void {
    clearTimeout(timer);
    const next = due[0];
    if (!next || rate === 0) return;
    const wait = Math.ceil((next.at - simulated) / rate);
    timer = setTimeout(settle, Math.min(wait, LONGEST_TIMER));
    timer.unref();
  }

  function after(seconds: number, run: () => void): void {
    const at = simulated + seconds * 1000;
    const later = due.findIndex((other) => other.at > at);
    due.splice(later < 0 ? due.length : later, 0, { at, run });
    arm();
  }

  return {
    wall: () => wall,
    stamp() {
      lastStamp = Math.max(lastStamp + 1, Math.round(wall * 1000));
      return lastStamp;
    },
    after,
    advance(seconds) {
      settle();
      pass(seconds * 1000, seconds * 1000);
      arm();
    },
    setSpeed(speed) {
      settle();
      rate = speed;
      arm();
    },
    settle,
    stop() {
      clearTimeout(timer);
      due.length = 0;
    },
  };
}
