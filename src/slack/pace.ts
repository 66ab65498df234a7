import type { Span } from '../machine/pauses.ts';

/** The result of one call of Slack's Web API. */
export type CallResult =
  | 'ok'
  /** Slack no longer accepts the bot's token. */
  | 'unauthorized'
  | 'ratelimited'
  /** Slack said no, for another reason. */
  | 'refused'
  /** Nobody knows, or Slack was not reached: a timeout, a broken connection, 5xx. */
  | 'failed';

/** How often a method may be called: so many calls that began within `ms` of each other. */
interface Limit {
  calls: number;
  ms: number;
  /** How many of them are left to what people do: calls that the bot makes by itself stop before. */
  forPeople: number;
  /** True if each channel has a limit of its own. */
  isByChannel?: boolean;
}

const perMinute = (calls: number, forPeople: number): Limit => ({ calls, ms: 60_000, forPeople });

/**
 * Slack's limits of the methods that the bot calls by itself, for each app and workspace (docs.slack.dev, rate limits:
 * tier 2 is 20 calls a minute, tier 3 is 50, tier 4 is 100). Nobody waits for an edit.
 */
const LIMITS: Record<string, Limit | undefined> = {
  'chat.postMessage': { calls: 1, ms: 1000, forPeople: 0, isByChannel: true },
  'chat.update': perMinute(50, 0),
  'conversations.history': perMinute(50, 10),
  'conversations.info': perMinute(50, 20),
  'conversations.open': perMinute(50, 10),
  'conversations.replies': perMinute(50, 10),
  'users.conversations': perMinute(50, 20),
  'users.info': perMinute(100, 50),
  'users.list': perMinute(20, 0),
};

/** A refused call of a person's is tried again after Slack's Retry-After; this much later it has had its turn. */
const PEOPLE_FIRST_MS = 250;
/** After so many failures in a row, one after the other, Slack was away, and not one message the trouble. */
const OUTAGE = 3;
/** When to ask again where a call in flight decides. */
const SOON_MS = 50;

/** What the bot has called lately, and therefore when it may call again. */
export interface Pace {
  /** Milliseconds until the bot may call this method by itself (for a post: in this channel); 0: now. */
  wait(method: string, channel?: string): number;
  /** Channels in which the bot may not post now, and the milliseconds until it may. */
  busyChannels(): Map<string, number>;
  /**
   * Notes that a call begins, whoever makes it.
   * @returns what is to be told how it went; `retryMs` is Slack's Retry-After
   */
  begin(method: string, channel?: string): (result: CallResult, retryMs?: number) => void;
  /** True while a method fails again and again, and has not worked in between. */
  isAway(): boolean;
  /** Calls `listener` whenever a method works again that had been away. */
  onRecovery(listener: () => void): void;
}

/** A call of the window: Slack counted it between its beginning and its end. Infinity while nobody knows when. */
interface Call {
  endedAt: number;
}

/** How a method fares, in all channels. */
interface Health {
  heldUntil: number;
  failures: number;
  failedAt: number;
  inFlight: number;
}

/**
 * @param failedCall after calls of a method have failed, its next one is the only one, and waits so long
 * @param now milliseconds of a clock that never jumps
 */
export function createPace(failedCall: Span, now: () => number = () => performance.now()): Pace {
  const windows = new Map<string, Call[]>();
  const health = new Map<string, Health>();
  const listeners: (() => void)[] = [];

  const healthOf = (method: string): Health => {
    const known = health.get(method);
    if (known !== undefined) return known;
    const fresh = { heldUntil: 0, failures: 0, failedAt: 0, inFlight: 0 };
    health.set(method, fresh);
    return fresh;
  };
  /** Calls that still count, and none that do not. */
  const recent = (key: string, { ms }: Limit): Call[] => {
    const calls = (windows.get(key) ?? []).filter(({ endedAt }) => endedAt + ms > now());
    if (calls.length > 0) windows.set(key, calls);
    else windows.delete(key);
    return calls;
  };
  const waitForPlace = (key: string, limit: Limit): number => {
    const ends = recent(key, limit).map(({ endedAt }) => endedAt);
    const leaves = ends.toSorted((a, b) => a - b)[ends.length - limit.calls + limit.forPeople];
    if (leaves === undefined) return 0;
    return leaves === Number.POSITIVE_INFINITY ? SOON_MS : leaves + limit.ms - now();
  };

  return {
    wait(method, channel = '') {
      const { heldUntil, failures, inFlight } = healthOf(method);
      const held = Math.max(0, heldUntil - now(), failures > 0 && inFlight > 0 ? SOON_MS : 0);
      const limit = LIMITS[method];
      return limit === undefined
        ? held
        : Math.max(held, waitForPlace(keyOf(method, channel), limit));
    },
    busyChannels() {
      const busy = new Map<string, number>();
      for (const key of windows.keys()) {
        const [method = '', channel = ''] = key.split(' ');
        const limit = LIMITS[method];
        const ms = limit?.isByChannel === true ? waitForPlace(key, limit) : 0;
        if (ms > 0) busy.set(channel, ms);
      }
      return busy;
    },
    begin(method, channel = '') {
      const began = now();
      const call: Call = { endedAt: Number.POSITIVE_INFINITY };
      const limit = LIMITS[method];
      const key = keyOf(method, channel);
      if (limit !== undefined) windows.set(key, [...recent(key, limit), call]);
      const state = healthOf(method);
      state.inFlight += 1;
      return (result, retryMs = 0) => {
        call.endedAt = now();
        state.inFlight -= 1;
        if (result === 'failed') return noteFailure(state, { began, now: now(), failedCall });
        if (result === 'ratelimited') state.heldUntil = now() + retryMs + PEOPLE_FIRST_MS;
        const isBack = state.failures >= OUTAGE;
        state.failures = 0;
        if (isBack) for (const listener of listeners) listener();
      };
    },
    isAway: () => [...health.values()].some(({ failures }) => failures >= OUTAGE),
    onRecovery: (listener) => {
      listeners.push(listener);
    },
  };
}

/** Calls that failed side by side are one failure. */
function noteFailure(
  state: Health,
  { began, now, failedCall }: { began: number; now: number; failedCall: Span },
): void {
  if (state.failures === 0 || began >= state.failedAt) state.failures += 1;
  const pause = Math.min(failedCall.mostMs, failedCall.firstMs * 2 ** (state.failures - 1));
  state.failedAt = now;
  state.heldUntil = Math.max(state.heldUntil, began + pause);
}

function keyOf(method: string, channel: string): string {
  return LIMITS[method]?.isByChannel === true ? `${method} ${channel}` : method;
}

/** The bot would call Slack by itself, and has to wait for so many milliseconds first: nothing was sent. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
  readonly ms: number;

  constructor(method: string, ms: number) {
    super(`${method} in ${Math.ceil(ms)} ms`);
    this.ms = ms;
  }
}
