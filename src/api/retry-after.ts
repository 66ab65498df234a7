import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';

/** The longest that a Retry-After is believed: a wrong one must not silence the bot for good. */
const MOST_S = 3600;
/** How long a request waits for Waldur by itself; what would have to wait longer is refused. */
const PATIENCE_MS = 5000;

/** Waldur said that it is not to be asked yet, and was not. */
export class Held extends Error {
  override readonly name = 'Held';
  /** With which status it said so: 429 or 503. */
  readonly status: number;
  /** How long it is still to be left alone, in milliseconds. */
  readonly ms: number;

  constructor(status: number, ms: number) {
    super(`Waldur is not asked for another ${ms} ms`);
    this.status = status;
    this.ms = ms;
  }
}

/** Seconds from a Retry-After, in either of its forms (RFC 9110, 10.2.3): 1 to 3,600; null where it says nothing. */
export function retryAfterS(header: string | null, now: number): number | null {
  if (header === null) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isNaN(seconds) ? null : Math.min(MOST_S, Math.max(1, Math.ceil(seconds)));
}

/**
 * Stands before the connections to Waldur, and asks nothing before the time that its Retry-After named: after a 429
 * nothing for this person, after a 503 nothing at all. What comes too early is thrown out as `Held`.
 */
export function respectRetryAfter(): Dispatcher.DispatcherComposeInterceptor {
  const holds = new Map<string, { status: number; until: number }>();
  const heed = (key: string, status: number, header: string | null) => {
    const now = Date.now();
    const seconds = retryAfterS(header, now);
    if (seconds === null) return;
    for (const [old, { until }] of holds) if (until <= now) holds.delete(old);
    holds.set(key, { status, until: now + seconds * 1000 });
  };
  return (dispatch) => (options, handler) => {
    const person = personOf(options);
    for (const key of [EVERYBODY, person]) {
      const hold = holds.get(key);
      const left = hold === undefined ? 0 : hold.until - Date.now();
      if (hold !== undefined && left > 0) throw new Held(hold.status, left);
    }
    const start = handler.onResponseStart?.bind(handler);
    handler.onResponseStart = (controller, status, headers, ...rest) => {
      const header = [headers['retry-after']].flat()[0] ?? null;
      if (status === 429) heed(person, status, header);
      if (status === 503) heed(EVERYBODY, status, header);
      start?.(controller, status, headers, ...rest);
    };
    return dispatch(options, handler);
  };
}

const EVERYBODY = '';

/** For whom is asked: Waldur counts what each of them asks. */
function personOf({ headers }: Dispatcher.DispatchOptions): string {
  const names = ['authorization', 'x-impersonated-user-uuid'];
  const given = typeof headers === 'object' && headers !== null ? headers : {};
  return JSON.stringify(names.map((name) => Reflect.get(given, name) ?? null));
}

/**
 * Does what may be held, and waits a little where it is.
 * @throws Held where that would take longer
 */
export async function waitWhileHeld<T>(exchange: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await exchange();
    } catch (error) {
      if (!(error instanceof Held) || Date.now() + error.ms > deadline) throw error;
      await sleep(error.ms);
    }
  }
}
