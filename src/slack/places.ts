import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { cached } from './cached.ts';
import { slackFailure } from './failures.ts';

const channelShape = z.object({
  is_member: z.boolean().default(false),
  is_archived: z.boolean().default(false),
  is_mpim: z.boolean().default(false),
  is_ext_shared: z.boolean().default(false),
  is_pending_ext_shared: z.boolean().default(false),
});
type Channel = z.output<typeof channelShape>;

const listedShape = channelShape
  .pick({ is_ext_shared: true, is_pending_ext_shared: true })
  .extend({ id: z.string() });
type Listed = z.output<typeof listedShape>;

const pageShape = z.object({
  channels: z.array(listedShape),
  response_metadata: z.object({ next_cursor: z.string().default('') }).default({ next_cursor: '' }),
});

/** How long Slack's answer about a channel is kept. */
const FRESH_MS = 5 * 60_000;
/** How long a person counts as a member after Slack said so. */
const MEMBER_MS = 60_000;
/** How long a "no" is kept: an invitation, which would change it, may be on its way. */
const RETRY_MS = 5000;

/** Slack recommends no more per page (docs.slack.dev, users.conversations). */
const PAGE = 200;
/** Of the bot's own channels as many as Slack gives: they may be thousands. */
const OWN_PAGE = 999;
/** Reads at most so many pages of one list; about other channels nothing is known. */
const MAX_PAGES = 25;

type Membership = 'member' | 'not a member' | 'unknown';

/** What Slack says about conversations. */
export interface Places {
  /**
   * True if people of another organisation read this conversation, or soon will (Slack Connect; a pending invitation
   * shows them what was said before). A conversation counts as shared if Slack does not tell because a scope is
   * missing. Other workspaces of the same Enterprise organisation do not count.
   * @throws whatever the call throws if trying later may help
   */
  isShared(channel: string): Promise<boolean>;
  /**
   * Says if a person is in a channel. The answer is `unknown` if Slack did not answer or cannot be asked: about direct
   * and group messages, and about somebody's absence from a channel that is archived or that the bot cannot see into.
   * Never throws.
   */
  membership(person: { team: string; user: string }, channel: string): Promise<Membership>;
  /** Says if the bot itself is in a channel; `unknown` if Slack did not answer. Never throws. */
  ownMembership(channel: string): Promise<Membership>;
}

/**
 * Like `Places.isShared`, for one who asks about many channels: it is told by Slack's list of the channels that the bot
 * is in, and only others are asked for one by one.
 */
export function createSharing(slack: WebClient, now: () => Date): Places['isShared'] {
  const { isShared } = createPlaces(slack, now);
  const own = cached(() => ownChannels(slack), { forMs: FRESH_MS, now });
  return async (channel) => {
    if (!isChannel(channel)) return false;
    return (await own('')).get(channel) ?? isShared(channel);
  };
}

export function createPlaces(slack: WebClient, now: () => Date): Places {
  const info = cached((channel) => channelInfo(slack, channel), {
    forMs: (told) => (typeof told === 'object' && told.is_member ? FRESH_MS : RETRY_MS),
    now,
  });
  const membership = cached(
    async (key): Promise<Membership> => {
      const [user = '', channel = ''] = key.split(' ');
      try {
        if (await isListed(slack, user, channel)) return 'member';
        const told = await info(channel);
        return typeof told === 'object' && provesAbsence(told) ? 'not a member' : 'unknown';
      } catch {
        return 'unknown';
      }
    },
    { forMs: (told) => (told === 'member' ? MEMBER_MS : RETRY_MS), now },
  );
  return {
    async isShared(channel) {
      if (!isChannel(channel)) return false;
      const told = await info(channel);
      // The bot is not in this channel, so it cannot post there either; trying will say so.
      if (told === 'channel_not_found') return false;
      return told === 'missing_scope' || othersRead(told);
    },
    membership: async ({ user }, channel) =>
      isChannel(channel) ? membership(`${user} ${channel}`) : 'unknown',
    async ownMembership(channel) {
      if (!isChannel(channel)) return 'unknown';
      const told = await info(channel).catch(() => 'unknown' as const);
      if (told === 'channel_not_found') return 'not a member';
      if (typeof told === 'string') return 'unknown';
      return told.is_member ? 'member' : 'not a member';
    },
  };
}

/** False for a direct message with the bot (D…, or the person's own id), which has one person in it. */
const isChannel = (id: string): boolean => /^[CG][A-Z0-9]+$/.test(id);

async function channelInfo(
  slack: WebClient,
  channel: string,
): Promise<Channel | 'channel_not_found' | 'missing_scope'> {
  try {
    return channelShape.parse((await slack.conversations.info({ channel })).channel);
  } catch (error) {
    const failure = slackFailure(error);
    const code = 'code' in failure ? failure.code : '';
    if (code === 'channel_not_found' || code === 'missing_scope') return code;
    throw error;
  }
}

/** True if people of another organisation read a channel, or soon will. */
const othersRead = (channel: Omit<Listed, 'id'>): boolean =>
  channel.is_ext_shared || channel.is_pending_ext_shared;

/**
 * True if Slack's list of a person's channels includes this one. The list includes private channels only if the bot is
 * in them too, Slack's reference contradicts itself about public ones without the bot, and archived ones are left out.
 */
async function isListed(slack: WebClient, user: string, channel: string): Promise<boolean> {
  for await (const page of channelPages(slack, { user, limit: PAGE })) {
    if (page.some(({ id }) => id === channel)) return true;
  }
  return false;
}

/** Whether others read the channels that the bot is in, by id. Empty if a scope is missing. */
async function ownChannels(slack: WebClient): Promise<Map<string, boolean>> {
  const found = new Map<string, boolean>();
  try {
    for await (const page of channelPages(slack, { limit: OWN_PAGE })) {
      for (const channel of page) found.set(channel.id, othersRead(channel));
    }
  } catch (error) {
    const failure = slackFailure(error);
    if (!('code' in failure) || failure.code !== 'missing_scope') throw error;
  }
  return found;
}

/** Pages of the list of somebody's channels; of the bot's own where no user is named. */
async function* channelPages(slack: WebClient, of: { user?: string; limit: number }) {
  let cursor = '';
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page = pageShape.parse(
      await slack.users.conversations({
        ...of,
        types: 'public_channel,private_channel',
        exclude_archived: true,
        ...(cursor !== '' && { cursor }),
      }),
    );
    yield page.channels;
    cursor = page.response_metadata.next_cursor;
    if (cursor === '') return;
  }
  throw new Error(`${of.user ?? 'the bot'} is in too many channels`);
}

/** True if the channel would be in the list of each of its members. */
const provesAbsence = (channel: Channel): boolean =>
  channel.is_member && !channel.is_archived && !channel.is_mpim;
