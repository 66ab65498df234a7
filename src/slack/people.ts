import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { SlackMember } from '../accounts/slack-member.ts';
import { Problem } from '../jobs/problem.ts';
import { cached } from './cached.ts';
import { patiently, slackFailure } from './failures.ts';

const userShape = z.object({
  team_id: z.string().optional(),
  deleted: z.boolean().default(false),
  is_bot: z.boolean().default(false),
  is_restricted: z.boolean().default(false),
  is_ultra_restricted: z.boolean().default(false),
  is_stranger: z.boolean().default(false),
  is_email_confirmed: z.boolean().default(false),
  profile: z.object({ email: z.string().optional() }).default({}),
});

/** How long Slack's answer about a person is kept. */
const FRESH_MS = 60_000;

/** What Slack says about the people of one workspace. */
export interface People {
  /** @throws Problem if Slack does not say */
  member(person: { team: string; user: string }): Promise<SlackMember>;
  /** True if a person is in one of these user groups; true if there are none. */
  isIn(usergroups: string[], user: string): Promise<boolean>;
}

export function createPeople(slack: WebClient, home: string, now: () => Date): People {
  const timing = { forMs: FRESH_MS, now };
  const info = cached((user) => told(() => slack.users.info({ user })), timing);
  const members = cached(
    (usergroup) => told(() => slack.usergroups.users.list({ usergroup })),
    timing,
  );
  return {
    async member({ team, user }) {
      const found = userShape.parse((await info(user)).user);
      return {
        isHome: team === home && (found.team_id ?? home) === home && !found.is_stranger,
        isBot: found.is_bot,
        isGuest: found.is_restricted || found.is_ultra_restricted,
        isDeactivated: found.deleted,
        email: found.profile.email ?? null,
        isEmailConfirmed: found.is_email_confirmed,
      };
    },
    async isIn(usergroups, user) {
      const lists = await Promise.all(usergroups.map(members));
      return lists.length === 0 || lists.some(({ users }) => users?.includes(user) ?? false);
    },
  };
}

async function told<T>(interaction: () => Promise<T>): Promise<T> {
  try {
    return await patiently(interaction);
  } catch (error) {
    const failure = slackFailure(error);
    const code = 'code' in failure ? failure.code : failure.kind;
    throw new Problem(`Slack does not tell the bot who you are (${code}). Nothing was done.`, {
      cause: error,
    });
  }
}
