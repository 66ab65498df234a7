import { request } from 'undici';
import type { Message } from '../views/message.ts';

/** How a message is given to a response_url. */
export interface Response extends Message {
  response_type?: 'ephemeral' | 'in_channel';
  replace_original: boolean;
  thread_ts?: string;
}

/**
 * Answers through a response_url: five times within half an hour (docs.slack.dev, handling user interaction).
 * @returns false when Slack did not take it, for whatever reason; the caller then finds another way.
 */
export async function respond(url: string, response: Response): Promise<boolean> {
  try {
    const answer = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(response),
      headersTimeout: 10_000,
      bodyTimeout: 10_000,
    });
    const text = await answer.body.text();
    return (
      answer.statusCode === 200 && (text === 'ok' || text.includes('"ok":true') || text === '')
    );
  } catch {
    return false;
  }
}
