import type { Logger } from '@slack/logger';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { slackFailure } from './failures.ts';
import { type Manners, ObservedClient } from './observe-calls.ts';
import { createPace } from './pace.ts';

/** How Slack is reached: its API's address, the bot's token, and a logger. */
interface SlackAccess extends Partial<Manners> {
  token: string;
  apiUrl: string;
  logger: Logger;
  /** How long to wait for an answer, in milliseconds; 10 s by default. */
  timeoutMs?: number;
}

/**
 * A client that never repeats a call by itself: web-api's defaults post twice, since they repeat after
 * timeouts and 5xx (docs/reliability.md). Each purpose needs a client of its own, since Bolt mutates the options.
 */
export function createSlackClient(access: SlackAccess): WebClient {
  const { token, apiUrl, logger, timeoutMs = 10_000 } = access;
  const { over = () => undefined, pace = createPace(NO_PAUSE), yields = false } = access;
  return new ObservedClient({ over, pace, yields }, token, {
    slackApiUrl: apiUrl,
    logger,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: timeoutMs,
    allowAbsoluteUrls: false,
  });
}

/** A client of its own holds nobody back. */
const NO_PAUSE = { firstMs: 0, mostMs: 0 };

/** Who the bot is, according to Slack's auth.test. */
export interface BotIdentity {
  token: string;
  botId: string;
  botUserId: string;
  /** The workspace in which it is installed. */
  team: string;
  /** The workspace's own address, with a final slash. */
  url: string;
}

const answer = z.object({
  bot_id: z.string(),
  user_id: z.string(),
  team_id: z.string(),
  url: z.string(),
});

/**
 * Asks Slack whose token it is.
 * @throws Error that tells an operator what to do
 */
export async function identify(client: WebClient, token: string): Promise<BotIdentity> {
  try {
    const {
      bot_id: botId,
      user_id: botUserId,
      team_id: team,
      url,
    } = answer.parse(await client.auth.test());
    return { token, botId, botUserId, team, url };
  } catch (error) {
    const failure = slackFailure(error);
    const code = 'code' in failure ? failure.code : failure.kind;
    throw new Error(`Slack does not take SLACK_BOT_TOKEN, or cannot be reached (${code}).`);
  }
}

/** Scopes that the bot's token needs. manifest.yml asks for them; a test compares the two. */
export const NEEDED_SCOPES = [
  'app_mentions:read',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:read',
  'im:history',
  'im:write',
  'users:read',
] as const;

/**
 * Scopes that the bot can do without. The first two let it read a thread back after an ambiguous post
 * (docs/reliability.md); the others are for WALDUR_AUTH=impersonate and ALLOWED_USERGROUPS (docs/security.md).
 */
export const OPTIONAL_SCOPES = [
  'channels:history',
  'groups:history',
  'usergroups:read',
  'users:read.email',
] as const;
