import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { SlackMember } from '../accounts/slack-member.ts';
import { Problem } from '../jobs/problem.ts';
import { cached } from './cached.ts';
import { patiently, slackFailure } from './failures.ts';

const userShape = z.object({
  id: z.string(),
  team_id: z.string().optional(),
  deleted: z.boolean().default(false),
  is_bot: z.boolean().default(false),
  is_restricted: z.boolean().default(false),
  is_ultra_restricted: z.boolean().default(false),
  is_stranger: z.boolean().default(false),
  is_email_confirmed: z.boolean().default(false),
  profile: z.object({ email: z.string().optional() }).default({}),
});

const pageShape = z.object({
  members: z.array(userShape),
  response_metadata: z.object({ next_cursor: z.string().default('') }).default({ next_cursor: '' }),
});

/** The most that Slack gives per page (docs.slack.dev, users.list). */
const PAGE = 1000;
/** So many people are asked about one by one: the list of a large workspace is long. */
const FEW = 20;

/** How long Slack's answer about a person is kept. */
const FRESH_MS = 60_000;

/** What Slack says about the people of one workspace. */
export interface People {
  /** @throws Problem if Slack does not say */
  member(person: { team: string; user: string }): Promise<SlackMember>;
  /**
   * What Slack's list of the workspace says about many people, by their ids. Those are missing who are few, whom it does
   * not have, or whom it did not come to before Slack failed: `member` tells about them. Never throws.
   */
  listed(users: string[]): Promise<Map<string, SlackMember>>;
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
      return memberOf(found, team, home);
    },
    async listed(users) {
      const wanted = new Set(users);
      const found = new Map<string, SlackMember>();
      if (wanted.size <= FEW) return found;
      try {
        let cursor = '';
        do {
          const query = { limit: PAGE, ...(cursor !== '' && { cursor }) };
          const page = pageShape.parse(await patiently(() => slack.users.list(query)));
          for (const each of page.members) {
            if (wanted.has(each.id)) found.set(each.id, memberOf(each, home, home));
          }
          cursor = page.response_metadata.next_cursor;
        } while (cursor !== '' && found.size < wanted.size);
      } catch {
        // The others are asked about one by one.
      }
      return found;
    },
    async isIn(usergroups, user) {
      const lists = await Promise.all(usergroups.map(members));
      return lists.length === 0 || lists.some(({ users }) => users?.includes(user) ?? false);
    },
  };
}

function memberOf(found: z.output<typeof userShape>, team: string, home: string): SlackMember {
  return {
    isHome: team === home && (found.team_id ?? home) === home && !found.is_stranger,
    isBot: found.is_bot,
    isGuest: found.is_restricted || found.is_ultra_restricted,
    isDeactivated: found.deleted,
    email: found.profile.email ?? null,
    isEmailConfirmed: found.is_email_confirmed,
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
