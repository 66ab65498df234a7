import type { Logger } from '@slack/logger';
import type { WebClient } from '@slack/web-api';
import { type CallOver, ObservedClient } from './observed.ts';

/** How Slack is reached: its API's address, the bot's token, and a logger. */
export interface SlackAccess {
  token: string;
  apiUrl: string;
  logger: Logger;
  /** How long an answer is waited for; 10 s by default. */
  timeoutMs?: number;
  /** Told of every call once it is over. */
  over?: CallOver;
}

/**
 * A client that never repeats a call by itself: web-api's defaults post twice, since they repeat after
 * timeouts and 5xx (docs/reliability.md). A fresh one per purpose: the options object is mutated by Bolt.
 */
export function createSlackClient(access: SlackAccess): WebClient {
  const { token, apiUrl, logger, timeoutMs = 10_000, over = () => undefined } = access;
  return new ObservedClient(over, token, {
    slackApiUrl: apiUrl,
    logger,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: timeoutMs,
    allowAbsoluteUrls: false,
  });
}
