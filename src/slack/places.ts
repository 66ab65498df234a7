import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { cached } from './cached.ts';
import { slackFailure } from './failures.ts';

const channelShape = z.object({
  is_ext_shared: z.boolean().default(false),
  is_pending_ext_shared: z.boolean().default(false),
});

/** How long Slack's answer about a channel is believed. */
const FRESH_MS = 5 * 60_000;

/** What Slack says about conversations. */
export interface Places {
  /**
   * Whether people of another organisation read this conversation, or soon will (Slack Connect; a pending
   * invitation shows them what was said before). Where Slack does not tell, for want of a scope, it counts as
   * shared. Other workspaces of the same Enterprise organisation do not count.
   * @throws what the call throws when it may go better later
   */
  isShared(channel: string): Promise<boolean>;
}

export function createPlaces(slack: WebClient, now: () => Date): Places {
  const interaction = async (channel: string): Promise<boolean> => {
    try {
      const found = channelShape.parse((await slack.conversations.info({ channel })).channel);
      return found.is_ext_shared || found.is_pending_ext_shared;
    } catch (error) {
      const failure = slackFailure(error);
      // The bot is not in there: it cannot post either, and says so where it tries.
      if ('code' in failure && failure.code === 'channel_not_found') return false;
      if ('code' in failure && failure.code === 'missing_scope') return true;
      throw error;
    }
  };
  const known = cached(interaction, { forMs: FRESH_MS, now });
  return {
    // A direct message with the bot has one person in it (D…, or the person's own id).
    isShared: async (channel) => (/^[CG]/.test(channel) ? known(channel) : false),
  };
}
