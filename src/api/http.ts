import { Agent, type Dispatcher, type FormData, request } from 'undici';
import { type Answer, answerOf, json, LARGEST_ANSWER } from './answer.ts';
import { type Asked, WaldurSurprise } from './errors.ts';
import { failureOf } from './failure.ts';
import { refusal } from './refusal.ts';

const USER_AGENT = 'slurm-for-slack';

export interface HttpOptions {
  /** Waldur's origin and base path, without a final slash. */
  baseUrl: string;
  token: string;
  /** Whose identity a staff token takes on. Waldur ignores it silently where it cannot (accounts/proven.ts). */
  impersonate?: string;
  dispatcher: Dispatcher;
  /** How long to wait for the first byte of an answer, and between two, in milliseconds. */
  timeoutMs: number;
  /** How long one exchange may take in all, in milliseconds. */
  deadlineMs: number;
}

export interface Interaction {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** A path below the base URL, beginning with a slash, or a URL of the same origin. */
  target: string;
  query?: [name: string, value: string | number][];
  form?: FormData;
  /** A body as JSON; not with a form. */
  json?: Record<string, string>;
}

/**
 * Sends one request, exactly once: no retries, no redirects, no other origin.
 * @throws WaldurRefusal, WaldurUnreachable, WaldurTimeout, WaldurSurprise
 */
export type Send = (interaction: Interaction) => Promise<Answer>;

/**
 * Connections to Waldur, shared by all people: a connection carries no identity.
 * @param timeoutMs how long a connection may take to be made
 */
export function waldurDispatcher(timeoutMs = 10_000): Agent {
  // An idle connection is given up soon: one that Waldur has just closed would make a POST ambiguous.
  return new Agent({ connect: { timeout: timeoutMs }, pipelining: 1, keepAliveTimeout: 1000 });
}

export function createSend(options: HttpOptions): Send {
  return async (interaction) => {
    const url = resolve(options.baseUrl, interaction);
    const asked = { method: interaction.method, path: url.pathname };
    refuseUnsendable(options.token, asked);
    const { status, headers, body } = await exchange(url, interaction, options);
    const header = (name: string) => [headers[name.toLowerCase()]].flat()[0] ?? null;
    if (status >= 400) {
      throw refusal(asked, { status, body: json(body), retryAfter: header('retry-after') });
    }
    const answer = answerOf(asked, status, header, body);
    if (status >= 300) throw answer.surprise(`a redirect (${status}), which is not followed`);
    return answer;
  };
}

/** Tokens and scripts go to the configured Waldur and nowhere else. */
function resolve(baseUrl: string, interaction: Interaction): URL {
  const base = new URL(baseUrl);
  const url = new URL(
    interaction.target.startsWith('/') ? baseUrl + interaction.target : interaction.target,
  );
  for (const [name, value] of interaction.query ?? []) url.searchParams.append(name, String(value));
  if (url.origin === base.origin && url.username === '' && url.password === '') return url;
  throw new WaldurSurprise({
    method: interaction.method,
    path: url.pathname,
    ambiguous: false,
    status: null,
    problem: 'an address outside of Waldur, which is not asked',
  });
}

/** A token that cannot stand in a header gets what Django REST framework would answer to it. */
function refuseUnsendable(token: string, asked: Asked): void {
  if (/^[\x20-\x7e]+$/.test(token)) return;
  const detail = 'Invalid token header. Token string should not contain invalid characters.';
  throw refusal(asked, { status: 401, body: { detail }, retryAfter: null });
}

async function exchange(url: URL, interaction: Interaction, options: HttpOptions) {
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
      method: interaction.method,
      headers: {
        accept: 'application/json',
        'accept-language': 'en',
        authorization: `Token ${options.token}`,
        ...(options.impersonate && { 'x-impersonated-user-uuid': options.impersonate }),
        'user-agent': USER_AGENT,
        ...(interaction.json && { 'content-type': 'application/json' }),
      },
      body: interaction.form ?? (interaction.json ? JSON.stringify(interaction.json) : null),
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
      signal: AbortSignal.timeout(options.deadlineMs),
    });
    return { status: statusCode, headers, body: await readAll(body) };
  } catch (error) {
    throw failureOf(error, { method: interaction.method, path: url.pathname, begun, ...options });
  }
}

/** The body as text; null when it is larger than what is read. */
async function readAll(body: AsyncIterable<Buffer>): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > LARGEST_ANSWER) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
