import { request } from 'undici';
import type { Message } from '../views/message.ts';

/** A message as a response_url takes it. */
interface Response extends Message {
  response_type?: 'ephemeral' | 'in_channel';
  replace_original: boolean;
  thread_ts?: string;
  unfurl_links?: false;
  unfurl_media?: false;
}

/** The fate of an answer. `unknown`: Slack may have shown it. */
type Fate = 'taken' | 'refused' | 'unknown';

/** True if a response_url is Slack's own. An answer is meant for one person and must go nowhere else. */
export function isResponseUrl(url: string, apiUrl: string): boolean {
  if (!URL.canParse(url)) return false;
  const { origin } = new URL(apiUrl);
  return (
    new URL(url).origin === (origin === 'https://slack.com' ? 'https://hooks.slack.com' : origin)
  );
}

/** Answers through a response_url: five times within half an hour (docs.slack.dev, handling user interaction). */
export async function respond(url: string, response: Response): Promise<Fate> {
  try {
    const answer = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(response),
      headersTimeout: 10_000,
      bodyTimeout: 10_000,
    });
    return fateOf(answer.statusCode, await answer.body.text());
  } catch {
    return 'unknown';
  }
}

function fateOf(status: number, text: string): Fate {
  if (status >= 500) return 'unknown';
  const isTaken = text === 'ok' || text === '' || text.includes('"ok":true');
  return status === 200 && isTaken ? 'taken' : 'refused';
}
