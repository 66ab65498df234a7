import { createHmac } from 'node:crypto';
import type { Answer, Delivery, Envelope } from './delivery.ts';
import { hundredths, nowSeconds } from './ids.ts';
import { tryJson } from './json.ts';

export type Signing = { url: string; secret: string };

/** Delivers by signed POST, as Slack does to a request URL; waits `ackTimeoutMs` milliseconds (Slack: 3,000). */
export function createHttpDelivery(signing: Signing, ackTimeoutMs: number): Delivery {
  return {
    async send(envelope) {
      const started = performance.now();
      const answer = await post(signing, envelope, ackTimeoutMs);
      return { ...answer, ackMs: hundredths(performance.now() - started) };
    },
    dropSockets: () => undefined,
  };
}

async function post(signing: Signing, envelope: Envelope, ackTimeoutMs: number): Promise<Answer> {
  try {
    const response = await postSigned(
      signing,
      bodyOf(envelope),
      retryHeaders(envelope),
      ackTimeoutMs,
    );
    const text = await response.text();
    if (response.status === 200)
      return { outcome: 'acked', body: ackBody(response, text), ackMs: 0 };
    const stops = response.headers.get('x-slack-no-retry') === '1';
    return { outcome: stops ? 'no_retry' : 'failed', ackMs: 0, detail: 'http_error' };
  } catch (error) {
    const isTimeout = Error.isError(error) && error.name === 'TimeoutError';
    return isTimeout
      ? { outcome: 'timeout', ackMs: 0, detail: 'http_timeout' }
      : { outcome: 'not_connected', ackMs: 0, detail: 'connection_failed' };
  }
}

type Body = { contentType: string; text: string };

/** Events are JSON; commands are a form; interactions are a form with one field of JSON. */
function bodyOf({ type, payload }: Envelope): Body {
  if (type === 'events_api')
    return { contentType: 'application/json', text: JSON.stringify(payload) };
  const fields =
    type === 'interactive'
      ? { payload: JSON.stringify(payload) }
      : Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, String(value)]));
  return {
    contentType: 'application/x-www-form-urlencoded',
    text: new URLSearchParams(fields).toString(),
  };
}

function retryHeaders({ retry }: Envelope): Record<string, string> {
  if (retry.num === 0) return {};
  return { 'X-Slack-Retry-Num': String(retry.num), 'X-Slack-Retry-Reason': retry.reason };
}

/** Posts with Slack's signature: HMAC-SHA256 over `v0:timestamp:body`. */
function postSigned(
  { url, secret }: Signing,
  body: Body,
  headers: Record<string, string>,
  timeoutMs: number,
): Promise<Response> {
  const timestamp = String(nowSeconds());
  const hash = createHmac('sha256', secret).update(`v0:${timestamp}:${body.text}`).digest('hex');
  return fetch(url, {
    method: 'POST',
    body: body.text,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      ...headers,
      'Content-Type': body.contentType,
      'User-Agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'X-Slack-Request-Timestamp': timestamp,
      'X-Slack-Signature': `v0=${hash}`,
    },
  });
}

/** The content of an acknowledgement: JSON, or the plain text with which a command may be answered. */
function ackBody(response: Response, text: string): unknown {
  if (text === '') return undefined;
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return isJson ? tryJson(text) : { text };
}

/** Asks the URL to prove that it is the app's, as Slack does when it is entered. True if the challenge came back. */
export async function verifyUrl(
  signing: Signing,
  token: string,
  challenge: string,
): Promise<boolean> {
  const text = JSON.stringify({ token, challenge, type: 'url_verification' });
  const response = await postSigned(signing, { contentType: 'application/json', text }, {}, 3000);
  const body = await response.text();
  const echoed = tryJson(body);
  const isEcho = typeof echoed === 'object' && echoed !== null && 'challenge' in echoed;
  return (
    response.status === 200 && (body === challenge || (isEcho && echoed.challenge === challenge))
  );
}
