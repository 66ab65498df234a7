import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { slackFailure } from './failures.ts';
import type { BotIdentity } from './receiver.ts';

const answer = z.object({ bot_id: z.string(), user_id: z.string(), team_id: z.string() });

/**
 * Asks Slack whose the token is.
 * @throws an error that tells an operator what to do
 */
export async function identify(client: WebClient, token: string): Promise<BotIdentity> {
  try {
    const {
      bot_id: botId,
      user_id: botUserId,
      team_id: team,
    } = answer.parse(await client.auth.test());
    return { token, botId, botUserId, team };
  } catch (error) {
    const failure = slackFailure(error);
    const code = 'code' in failure ? failure.code : failure.kind;
    throw new Error(`Slack does not take SLACK_BOT_TOKEN, or cannot be reached (${code}).`);
  }
}
