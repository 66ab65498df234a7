import * as z from 'zod';
import { botIsIn, isMember, SCOPE_FAMILY } from '../membership.ts';
import { historyObject } from '../message-object.ts';
import { SlackError } from '../slack-error.ts';
import type { Channel, ChannelKind, Json, Message } from '../types.ts';
import type { Workspace } from '../workspace.ts';
import { BOT, dmWith, GENERAL, TEAM } from '../world.ts';
import { pageOf } from './cursor.ts';
import { flagArg, type Method, method, needed, numberArg, textArg, tsArg } from './method.ts';
import {
  joinedChannel,
  knownChannel,
  needScope,
  needScopeFor,
  threadRoot,
} from './preconditions.ts';

const READ = ['channels:read', 'groups:read', 'mpim:read', 'im:read'];
const HISTORY = ['channels:history', 'groups:history', 'mpim:history', 'im:history'];

const open = method({
  scopes: ['channels:manage', 'groups:write', 'im:write', 'mpim:write'],
  args: z.object({
    users: textArg.optional(),
    channel: textArg.optional(),
    return_im: flagArg.default(false),
    prevent_creation: flagArg.default(false),
  }),
  run(space, { users, channel, return_im }) {
    const ids = users?.split(',').map((id) => id.trim()) ?? [];
    if (ids.length === 0 && channel === undefined) throw new SlackError('users_list_not_supplied');
    needScope(space, ids.length > 1 ? 'mpim:write' : 'im:write');
    const im = ids.length === 0 ? knownChannel(space, channel ?? '') : directMessages(space, ids);
    const open = { user: im.members[0], is_open: true, priority: 0 };
    const full = return_im ? { ...imObject(im), ...open } : { id: im.id };
    return { no_op: true, already_open: true, channel: full };
  },
});

function directMessages(space: Workspace, ids: string[]): Channel {
  if (ids.length > 1) throw new SlackError('method_not_supported_for_channel_type');
  const [id = ''] = ids;
  const person = space.members.get(id);
  if (person === undefined || person.is_bot) throw new SlackError('user_not_found');
  if (person.deleted) throw new SlackError('user_disabled');
  return knownChannel(space, dmWith(id));
}

const imObject = (channel: Channel): Json => ({
  id: channel.id,
  created: channel.created,
  is_archived: channel.is_archived,
  is_im: true,
  is_org_shared: false,
  context_team_id: TEAM.id,
  updated: channel.created * 1000,
});

const info = method({
  scopes: READ,
  takesJson: false,
  args: z.object({ channel: needed, include_num_members: flagArg.default(false) }),
  run(space, args) {
    const channel = knownChannel(space, args.channel);
    needScopeFor(space, channel, 'read');
    const size = args.include_num_members ? { num_members: channel.members.length } : {};
    return {
      channel: { ...(channel.kind === 'im' ? imObject(channel) : channelObject(channel)), ...size },
    };
  },
});

const channelObject = (channel: Channel): Json => ({
  id: channel.id,
  name: channel.name,
  name_normalized: channel.name,
  is_channel: channel.kind === 'public',
  is_group: channel.kind === 'private',
  is_im: false,
  is_mpim: channel.kind === 'mpim',
  is_private: channel.kind !== 'public',
  is_member: botIsIn(channel),
  is_archived: channel.is_archived,
  is_general: channel.id === GENERAL,
  is_shared: channel.is_ext_shared,
  is_ext_shared: channel.is_ext_shared,
  is_org_shared: false,
  is_pending_ext_shared: false,
  shared_team_ids: [TEAM.id],
  pending_shared: [],
  pending_connected_team_ids: [],
  previous_names: [],
  unlinked: 0,
  created: channel.created,
  updated: channel.created * 1000,
  creator: channel.members[0],
  context_team_id: TEAM.id,
  topic: { value: '', creator: '', last_set: 0 },
  purpose: { value: '', creator: '', last_set: 0 },
});

const span = {
  latest: tsArg('invalid_ts_latest').optional(),
  oldest: tsArg('invalid_ts_oldest').optional(),
  inclusive: flagArg.default(false),
  include_all_metadata: flagArg.default(false),
  cursor: textArg.optional(),
};

type Span = { latest?: string | undefined; oldest?: string | undefined; inclusive: boolean };

function isWithin(message: Message, { latest, oldest, inclusive }: Span): boolean {
  const ts = Number(message.ts);
  if (inclusive && (message.ts === latest || message.ts === oldest)) return true;
  return (
    (latest === undefined || ts < Number(latest)) && (oldest === undefined || ts > Number(oldest))
  );
}

const replies = method({
  scopes: HISTORY,
  takesJson: false,
  args: z.object({
    ...span,
    channel: needed,
    ts: needed,
    limit: numberArg(1, 1000, 'invalid_limit').default(1000),
  }),
  run(space, args) {
    const channel = joinedChannel(space, args.channel);
    needScopeFor(space, channel, 'history');
    const root = threadRoot(space, channel, args.ts);
    const inSpan = space.messages.replies(channel.id, root.ts).filter((one) => isWithin(one, args));
    const { page, next } = pageOf([root, ...inSpan], args.cursor, args.limit);
    return listing(space, page, next, args.include_all_metadata);
  },
});

const history = method({
  scopes: HISTORY,
  takesJson: false,
  args: z.object({
    ...span,
    channel: needed,
    limit: numberArg(1, 999, 'invalid_limit').default(100),
  }),
  run(space, args) {
    const channel = joinedChannel(space, args.channel);
    needScopeFor(space, channel, 'history');
    const isTop = (one: Message) =>
      one.thread_ts === undefined || one.thread_ts === one.ts || one.broadcast;
    const inSpan = space.messages
      .history(channel.id)
      .filter((one) => isTop(one) && isWithin(one, args));
    const { page, next } = pageOf(inSpan.toReversed(), args.cursor, args.limit);
    return { ...listing(space, page, next, args.include_all_metadata), pin_count: 0 };
  },
});

const listing = (space: Workspace, page: Message[], next: string, withMetadata: boolean): Json => ({
  messages: page.map((message) => historyObject(space, message, withMetadata)),
  has_more: next !== '',
  ...(next === '' ? {} : { response_metadata: { next_cursor: next } }),
});

const members = method({
  scopes: READ,
  takesJson: false,
  args: z.object({
    channel: needed,
    cursor: textArg.optional(),
    limit: numberArg(1, 1000, 'invalid_limit').default(100),
  }),
  run(space, args) {
    const channel = knownChannel(space, args.channel);
    needScopeFor(space, channel, 'read');
    const { page, next } = pageOf(channel.members, args.cursor, args.limit);
    return { members: page, response_metadata: { next_cursor: next } };
  },
});

const KIND: Record<string, ChannelKind | undefined> = {
  public_channel: 'public',
  private_channel: 'private',
  mpim: 'mpim',
  im: 'im',
};

/** Slack's names of kinds, with commas. Throws invalid_types. */
const typesArg = textArg.default('public_channel').transform((text) =>
  text.split(',').map((word) => {
    const kind = KIND[word.trim()];
    if (kind === undefined) throw new SlackError('invalid_types');
    return kind;
  }),
);

/** The conversations of a person. Those that are not public are included only if the bot is in them. */
const conversationsOf = method({
  scopes: READ,
  takesJson: false,
  args: z.object({
    user: textArg.default(BOT),
    types: typesArg,
    exclude_archived: flagArg.default(false),
    cursor: textArg.optional(),
    limit: numberArg(1, 999, 'invalid_limit').default(100),
    team_id: textArg.optional(),
  }),
  run(space, { user, types, exclude_archived, cursor, limit }) {
    for (const kind of types) needScope(space, `${SCOPE_FAMILY[kind]}:read`);
    if (!space.members.has(user)) throw new SlackError('user_not_found');
    const theirs = [...space.channels.values()].filter(
      (one) =>
        types.includes(one.kind) &&
        isMember(one, user) &&
        (one.kind === 'public' || botIsIn(one)) &&
        !(exclude_archived && one.is_archived),
    );
    const { page, next } = pageOf(theirs, cursor, limit);
    return { channels: page.map(listedObject), response_metadata: { next_cursor: next } };
  },
});

/** A conversation as in lists: without is_member. */
function listedObject(channel: Channel): Json {
  if (channel.kind === 'im') return { ...imObject(channel), user: channel.members[0] };
  const { is_member: _, ...listed } = channelObject(channel);
  return listed;
}

export const conversationMethods: Record<string, Method> = {
  'conversations.open': open,
  'conversations.info': info,
  'conversations.replies': replies,
  'conversations.history': history,
  'conversations.members': members,
  'users.conversations': conversationsOf,
};
