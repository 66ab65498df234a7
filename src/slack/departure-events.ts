import { z } from 'zod';

/** Events that say that people or the bot itself have left Slack (docs.slack.dev, event reference). */

const event = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('user_change'),
    user: z.object({ id: z.string(), deleted: z.boolean().default(false) }),
  }),
  z.object({
    type: z.literal('tokens_revoked'),
    tokens: z.object({
      oauth: z.array(z.string()).default([]),
      bot: z.array(z.string()).default([]),
    }),
  }),
  z.object({ type: z.literal('app_uninstalled') }),
]);
const body = z.object({ type: z.literal('event_callback'), team_id: z.string(), event });

/** The people who have left, or the whole workspace if `users` is null. */
export interface Departure {
  team: string;
  users: string[] | null;
}

/** The departure that an event reports; null for any other event. */
export function readDeparture(received: unknown): Departure | null {
  const { data } = body.safeParse(received);
  if (data === undefined) return null;
  const users = usersOf(data.event);
  return users?.length === 0 ? null : { team: data.team_id, users };
}

function usersOf(given: z.infer<typeof event>): string[] | null {
  if (given.type === 'app_uninstalled') return null;
  if (given.type === 'user_change') return given.user.deleted ? [given.user.id] : [];
  return given.tokens.bot.length > 0 ? null : given.tokens.oauth;
}
