import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';

/** The longest Retry-After that is believed, in seconds: a wrong one must not silence the bot for good. */
const MOST_S = 3600;
/** How long a request may wait for the end of a Retry-After; one that would wait longer is refused. */
const PATIENCE_MS = 5000;

/** The request was not sent, because Waldur had asked to be left alone for a while. */
export class Held extends Error {
  override readonly name = 'Held';
  /** The status with which it asked for that: 429 or 503. */
  readonly status: number;
  /** How long to leave it alone, in milliseconds. */
  readonly ms: number;

  constructor(status: number, ms: number) {
    super(`Waldur is not asked for another ${ms} ms`);
    this.status = status;
    this.ms = ms;
  }
}

/** Seconds from a Retry-After, in either of its forms (RFC 9110, 10.2.3): 1 to 3,600; null if it says nothing. */
export function retryAfterS(header: string | null, now: number): number | null {
  if (header === null) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isNaN(seconds) ? null : Math.min(MOST_S, Math.max(1, Math.ceil(seconds)));
}

/**
 * An interceptor that sends nothing to Waldur before its Retry-After has passed: after a 429 nothing for this person,
 * after a 503 nothing for anybody. It throws `Held` for requests that come too early.
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

/** The person for whom a request is sent: Waldur counts requests per person. */
function personOf({ headers }: Dispatcher.DispatchOptions): string {
  const names = ['authorization', 'x-impersonated-user-uuid'];
  const given = typeof headers === 'object' && headers !== null ? headers : {};
  return JSON.stringify(names.map((name) => Reflect.get(given, name) ?? null));
}

/**
 * Sends a request, and waits for the end of a short Retry-After.
 * @throws Held if that would take longer than five seconds
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
