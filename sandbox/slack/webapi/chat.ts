import * as z from 'zod';
import { checkMessage, type Refusal } from '../blocks/index.ts';
import { isObject, objects } from '../json.ts';
import { botIsIn, isMember } from '../membership.ts';
import { announceMessage } from '../message-events.ts';
import { messageObject } from '../message-object.ts';
import { addMessage, deleteMessage, editMessage } from '../posting.ts';
import { SlackError } from '../slack-error.ts';
import type { Channel, Json, Message, Metadata } from '../types.ts';
import type { Workspace } from '../workspace.ts';
import { BOT, TEAM } from '../world.ts';
import { flagArg, jsonArg, type Method, method, needed, textArg } from './method.ts';
import {
  joinedChannel,
  knownChannel,
  needScope,
  postableChannel,
  threadRoot,
} from './preconditions.ts';

const contentArgs = {
  text: textArg.optional(),
  blocks: jsonArg('invalid_blocks_format').optional(),
  attachments: jsonArg('invalid_attachments').optional(),
  markdown_text: textArg.optional(),
};

type Content = { text?: string | undefined; blocks?: unknown; attachments?: unknown };
type Given = Content & { markdown_text?: string | undefined };
type Posting = 'chat.postMessage' | 'chat.update' | 'chat.postEphemeral';

/** The most characters of markdown_text. */
const MAX_MARKDOWN = 12_000;

/** The content of a message. Throws if Slack would refuse it: because of limits, blocks, or a missing text. */
function contentOf(given: Given, method: Posting): Drafted {
  const content = withMarkdown(given);
  const found = checkMessage(content, method);
  if (found !== null) throw refusalOf(found, method);
  return {
    text: content.text,
    blocks: listOf(content.blocks),
    attachments: listOf(content.attachments),
  };
}

type Drafted = {
  text: string | undefined;
  blocks: Json[] | undefined;
  attachments: Json[] | undefined;
};

/** markdown_text stands alone and is shown as a markdown block. */
function withMarkdown({ markdown_text: text, ...rest }: Given): Content {
  if (text === undefined) return rest;
  if (rest.text !== undefined || rest.blocks !== undefined)
    throw new SlackError('markdown_text_conflict');
  if (text.length > MAX_MARKDOWN) throw new SlackError('msg_too_long');
  return { ...rest, text, blocks: [{ type: 'markdown', text }] };
}

function refusalOf({ error, messages }: Refusal, method: Posting): SlackError {
  const hasList = method === 'chat.postMessage' && error === 'invalid_blocks';
  const errors = messages.map((message) => message.replace('[ERROR] ', ''));
  return new SlackError(error, {
    ...(hasList ? { errors } : {}),
    ...(messages.length === 0 ? {} : { response_metadata: { messages } }),
  });
}

const listOf = (value: unknown): Json[] | undefined =>
  value === undefined ? undefined : objects(value);

const postMessage = method({
  scopes: ['chat:write'],
  args: z.object({
    ...contentArgs,
    channel: needed,
    thread_ts: textArg.optional(),
    reply_broadcast: flagArg.default(false),
    metadata: jsonArg('invalid_metadata_format').optional(),
    username: textArg.optional(),
    icon_url: textArg.optional(),
    icon_emoji: textArg.optional(),
  }),
  run(space, args) {
    if (args.username ?? args.icon_url ?? args.icon_emoji) needScope(space, 'chat:write.customize');
    const channel = postableChannel(space, args.channel);
    const content = contentOf(args, 'chat.postMessage');
    const metadata = metadataOf(args.metadata);
    const message = addMessage(space, {
      channel: channel.id,
      user: BOT,
      ...content,
      text: content.text ?? '',
      thread_ts: rootTs(space, channel, args.thread_ts),
      broadcast: args.reply_broadcast,
      metadata,
    });
    space.background(announceMessage(space, message));
    const object = {
      ...messageObject(space, message),
      ...(metadata === undefined ? {} : { metadata }),
    };
    return { channel: channel.id, ts: message.ts, message: object };
  },
});

const rootTs = (space: Workspace, channel: Channel, ts: string | undefined): string | undefined =>
  ts === undefined ? undefined : threadRoot(space, channel, ts).ts;

/** An empty object takes the metadata of a message away (chat.update). */
const isEmpty = (value: unknown): boolean => isObject(value) && Object.keys(value).length === 0;

/** Slack does not publish the limit of metadata; this is a strict guess, in characters of JSON. */
const MAX_METADATA = 4000;

function metadataOf(value: unknown): Metadata | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value)) throw new SlackError('invalid_metadata_format');
  const { event_type, event_payload } = value;
  if (typeof event_type !== 'string' || event_type === '' || !isObject(event_payload))
    throw new SlackError('invalid_metadata_schema');
  if (JSON.stringify(event_payload).length > MAX_METADATA)
    throw new SlackError('metadata_too_large');
  return { event_type, event_payload };
}

const update = method({
  scopes: ['chat:write'],
  args: z.object({
    ...contentArgs,
    channel: needed,
    ts: needed,
    metadata: jsonArg('invalid_metadata_format').optional(),
  }),
  run(space, args) {
    if (knownChannel(space, args.channel).is_archived) throw new SlackError('is_inactive');
    const message = ownMessage(space, args.channel, args.ts, 'cant_update_message');
    const content = contentOf(args, 'chat.update');
    editMessage(space, message, {
      ...content,
      metadata: isEmpty(args.metadata) ? null : metadataOf(args.metadata),
    });
    const { ts, ...object } = messageObject(space, message);
    return { channel: message.channel, ts, text: message.text, message: object };
  },
});

/** The bot's own message. Throws message_not_found, or `code` if it is somebody else's. */
function ownMessage(space: Workspace, channel: string, ts: string, code: string): Message {
  const message = space.messages.find(knownChannel(space, channel).id, ts);
  if (message === undefined) throw new SlackError('message_not_found');
  if (!message.by_app) throw new SlackError(code);
  return message;
}

const postEphemeral = method({
  scopes: ['chat:write'],
  args: z.object({ ...contentArgs, channel: needed, user: needed, thread_ts: textArg.optional() }),
  run(space, args) {
    const channel = postableChannel(space, args.channel);
    if (!botIsIn(channel)) throw new SlackError('not_in_channel');
    if (!isMember(channel, args.user)) throw new SlackError('user_not_in_channel');
    const content = contentOf(args, 'chat.postEphemeral');
    const message = addMessage(space, {
      channel: channel.id,
      user: BOT,
      ...content,
      text: content.text ?? '',
      thread_ts: args.thread_ts,
      to: args.user,
    });
    return { message_ts: message.ts };
  },
});

const remove = method({
  scopes: ['chat:write'],
  args: z.object({ channel: needed, ts: needed }),
  run(space, args) {
    const message = ownMessage(space, args.channel, args.ts, 'cant_delete_message');
    deleteMessage(space, message);
    return { channel: message.channel, ts: message.ts };
  },
});

const getPermalink = method({
  takesJson: false,
  args: z.object({ channel: needed, message_ts: needed }),
  run(space, { channel, message_ts }) {
    const message = space.messages.find(joinedChannel(space, channel).id, message_ts);
    if (message === undefined) throw new SlackError('message_not_found');
    const place = `https://${TEAM.domain}.slack.com/archives/${channel}/p${message_ts.replace('.', '')}`;
    const isReply = message.thread_ts !== undefined && message.thread_ts !== message.ts;
    const thread = isReply ? `?thread_ts=${message.thread_ts}&cid=${channel}` : '';
    return { permalink: `${place}${thread}`, channel };
  },
});

export const chatMethods: Record<string, Method> = {
  'chat.postMessage': postMessage,
  'chat.update': update,
  'chat.postEphemeral': postEphemeral,
  'chat.delete': remove,
  'chat.getPermalink': getPermalink,
};
