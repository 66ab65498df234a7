import { Agent, type Dispatcher, type FormData, request } from 'undici';
import { type Answer, answerOf, json, LARGEST_ANSWER } from './answer.ts';
import {
  type RequestLine,
  WaldurRefusal,
  WaldurSurprise,
  WaldurTimeout,
  WaldurUnreachable,
} from './errors.ts';
import { refusal } from './refusal.ts';
import { Held, respectRetryAfter, waitWhileHeld } from './retry-after.ts';

const USER_AGENT = 'slurm-for-slack';

/** The header of an answer that names the impersonator of the person who was answered (recorded on 200 and 404). */
export const IMPERSONATOR = 'x-impersonator-uuid';

interface HttpOptions {
  /** Waldur's origin and base path, without a final slash. */
  baseUrl: string;
  /** Null if none is needed. */
  token: string | null;
  /**
   * The uuid of the person whom a staff token impersonates. Waldur silently ignores it if it cannot
   * (accounts/proof-of-identity.ts).
   */
  impersonate?: string;
  dispatcher: Dispatcher;
  /** How long to wait for the first byte of an answer and for each next one, in milliseconds. */
  timeoutMs: number;
  /** The most that one exchange may take in all, in milliseconds. */
  deadlineMs: number;
}

export interface WaldurRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** A path below the base URL, beginning with a slash, or a URL of the same origin. */
  target: string;
  query?: [name: string, value: string | number][];
  form?: FormData;
  /** A body that is sent as JSON. Give either this or a form. */
  json?: Record<string, string>;
  /** A file is asked for, of at most so many bytes, instead of JSON. */
  fileBytes?: number;
}

/**
 * Sends one request, exactly once: no retries, no redirects, no other origin.
 * @throws WaldurRefusal, WaldurUnreachable, WaldurTimeout, WaldurSurprise
 */
export type Send = (wanted: WaldurRequest) => Promise<Answer>;

/** How many connections to Waldur there are at a time. The sweeps use twelve of them at most (poller/sweep.ts). */
const CONNECTIONS = 16;

/**
 * Connections to Waldur, shared by all people: a connection carries no identity.
 * @param timeoutMs how long a connection may take to be made
 */
export function waldurDispatcher(timeoutMs = 10_000): Dispatcher {
  // Idle connections are closed early: a POST on one that Waldur has just closed would be ambiguous.
  const agent = new Agent({
    connect: { timeout: timeoutMs },
    connections: CONNECTIONS,
    pipelining: 1,
    keepAliveTimeout: 1000,
  });
  return agent.compose(respectRetryAfter());
}

export function createSend(options: HttpOptions): Send {
  return async (wanted) => {
    const url = resolve(options.baseUrl, wanted);
    const asked = { method: wanted.method, path: url.pathname };
    refuseUnsendable(options.token, asked);
    const { status, headers, body } = await unlessHeld(asked, () => exchange(url, wanted, options));
    const header = (name: string) => [headers[name.toLowerCase()]].flat()[0] ?? null;
    if (status >= 400) {
      throw refusal(asked, {
        status,
        body: json(body?.toString('utf8') ?? null),
        retryAfter: header('retry-after'),
        impersonator: header(IMPERSONATOR),
      });
    }
    const answer = answerOf(asked, status, header, body);
    if (status >= 300) throw answer.surprise(`a redirect (${status}), which is not followed`);
    return answer;
  };
}

/** Turns `Held` into the refusal that Waldur gave before. This request was certainly not carried out. */
async function unlessHeld<T>(asked: RequestLine, send: () => Promise<T>): Promise<T> {
  try {
    return await waitWhileHeld(send);
  } catch (error) {
    if (!(error instanceof Held)) throw error;
    const { status, ms } = error;
    const retryAfterS = Math.ceil(ms / 1000);
    const nothing = { ambiguous: false, details: [], fieldErrors: {}, impersonator: null };
    throw new WaldurRefusal({ ...asked, ...nothing, status, retryAfterS });
  }
}

/** Tokens and scripts go to the configured Waldur and nowhere else. */
function resolve(baseUrl: string, wanted: WaldurRequest): URL {
  const base = new URL(baseUrl);
  const url = new URL(wanted.target.startsWith('/') ? baseUrl + wanted.target : wanted.target);
  for (const [name, value] of wanted.query ?? []) url.searchParams.append(name, String(value));
  if (url.origin === base.origin && url.username === '' && url.password === '') return url;
  throw new WaldurSurprise({
    method: wanted.method,
    path: url.pathname,
    ambiguous: false,
    status: null,
    problem: 'an address outside of Waldur, which is not asked',
  });
}

/** Refuses a token that no header can carry, with the answer that Django REST framework would give. */
function refuseUnsendable(token: string | null, asked: RequestLine): void {
  if (token === null || /^[\x20-\x7e]+$/.test(token)) return;
  const detail = 'Invalid token header. Token string should not contain invalid characters.';
  throw refusal(asked, { status: 401, body: { detail }, retryAfter: null, impersonator: null });
}

async function exchange(url: URL, wanted: WaldurRequest, options: HttpOptions) {
  let begun = false;
  const dispatcher = options.dispatcher.compose((dispatch) => (sending, handler) => {
    const start = handler.onRequestStart?.bind(handler);
    // undici calls this right before the first byte is written: what fails earlier was never sent.
    handler.onRequestStart = (...args) => {
      begun = true;
      start?.(...args);
    };
    return dispatch(sending, handler);
  });
  try {
    const { statusCode, headers, body } = await request(url, {
      dispatcher,
      method: wanted.method,
      headers: {
        accept: wanted.fileBytes === undefined ? 'application/json' : '*/*',
        'accept-language': 'en',
        ...(options.token !== null && { authorization: `Token ${options.token}` }),
        ...(options.impersonate && { 'x-impersonated-user-uuid': options.impersonate }),
        'user-agent': USER_AGENT,
        ...(wanted.json && { 'content-type': 'application/json' }),
      },
      body: wanted.form ?? (wanted.json ? JSON.stringify(wanted.json) : null),
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
      signal: AbortSignal.timeout(options.deadlineMs),
    });
    const most = statusCode < 300 ? wanted.fileBytes : undefined;
    return { status: statusCode, headers, body: await readAll(body, most ?? LARGEST_ANSWER) };
  } catch (error) {
    if (error instanceof Held) throw error;
    throw failureOf(error, { method: wanted.method, path: url.pathname, begun, ...options });
  }
}

/** The body; null if it has more than `most` bytes. */
async function readAll(body: AsyncIterable<Buffer>, most: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > most) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

interface Circumstances extends RequestLine {
  /** True if a first byte may have been written. */
  begun: boolean;
  timeoutMs: number;
  deadlineMs: number;
}

/** undici's timeouts: connecting, waiting for the first byte, waiting for the next one. */
const TIMEOUTS = ['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'];

/** Translates undici's error into ours: there was no answer, or only part of one. */
function failureOf(
  error: unknown,
  { method, path, begun, timeoutMs, deadlineMs }: Circumstances,
): WaldurTimeout | WaldurUnreachable {
  const facts = { method, path, ambiguous: begun && method !== 'GET' };
  const code = textAt(error, 'code');
  if (TIMEOUTS.includes(code)) return new WaldurTimeout({ ...facts, ms: timeoutMs });
  if (textAt(error, 'name') === 'TimeoutError') {
    return new WaldurTimeout({ ...facts, ms: deadlineMs });
  }
  return new WaldurUnreachable({ ...facts, code }, error);
}

function textAt(error: unknown, key: 'code' | 'name'): string {
  const value: unknown = typeof error === 'object' && error !== null && Reflect.get(error, key);
  return typeof value === 'string' ? value : '';
}
