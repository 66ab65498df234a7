/** The events that a message causes. */

import { mentionsIn, richTextOf } from './composer.ts';
import { sendEvent } from './events.ts';
import { defined } from './json.ts';
import { botIsIn, CHANNEL_TYPE, SCOPE_FAMILY } from './membership.ts';
import { messageObject } from './message-object.ts';
import type { Channel, Json, Message } from './types.ts';
import type { Workspace } from './workspace.ts';
import { BOT } from './world.ts';

/** Tells the app about a new message: with a message event, and with app_mention if a person names the bot. */
export async function announceMessage(
  space: Workspace,
  message: Message,
  mentionWithoutFiles = false,
): Promise<void> {
  const channel = space.channels.get(message.channel);
  if (channel === undefined || !botIsIn(channel)) return;
  await Promise.all([
    sendEvent(
      space,
      eventName(channel),
      inChannel(channel, messageEvent(space, message), message.ts),
    ),
    isMention(channel, message)
      ? sendEvent(space, 'app_mention', mentionEvent(space, message, mentionWithoutFiles))
      : undefined,
    ...message.files.map((id) => sendEvent(space, 'file_shared', fileSharedEvent(message, id))),
  ]);
}

const isMention = (channel: Channel, message: Message): boolean =>
  !message.by_app &&
  channel.kind !== 'im' &&
  botIsIn(channel) &&
  mentionsIn(message.text).includes(BOT);

const eventName = (channel: Channel): string => `message.${SCOPE_FAMILY[channel.kind]}`;

const inChannel = (channel: Channel, event: Json, event_ts: string): Json => ({
  ...event,
  channel: channel.id,
  event_ts,
  channel_type: CHANNEL_TYPE[channel.kind],
});

/** The message as its event carries it: a share has the subtype file_share and no team. */
function messageEvent(space: Workspace, message: Message): Json {
  const { app_id: _appId, ...event } = messageObject(space, message);
  if (message.files.length === 0) return event;
  const { team: _team, bot_id: _botId, bot_profile: _profile, ...share } = event;
  return { ...share, subtype: 'file_share' };
}

/** app_mention usually carries `files`. Without them only the rich_text block names the file (hermes-agent 77141). */
function mentionEvent(space: Workspace, message: Message, withoutFiles: boolean): Json {
  const object = messageObject(space, message);
  const { files, upload, display_as_bot, parent_user_id: _parent, ...event } = object;
  const withFiles = { files, upload, display_as_bot };
  return defined({
    ...event,
    type: 'app_mention',
    ...(withoutFiles ? { blocks: [richTextOf(message.text, message.files)] } : withFiles),
    channel: message.channel,
    event_ts: message.ts,
  });
}

const fileSharedEvent = (message: Message, file_id: string): Json => ({
  type: 'file_shared',
  file_id,
  user_id: message.user,
  file: { id: file_id },
  channel_id: message.channel,
  event_ts: message.ts,
});

/** Tells the app that a message was edited; `before` is the earlier version. */
export async function announceEdit(
  space: Workspace,
  message: Message,
  before: Json,
): Promise<void> {
  const { app_id: _appId, ...now } = messageObject(space, message);
  const channel = space.channels.get(message.channel);
  await Promise.all([
    announceChange(space, message, {
      subtype: 'message_changed',
      message: now,
      previous_message: before,
    }),
    // A mention that is edited, or added by an edit, is one more app_mention.
    channel !== undefined && isMention(channel, message)
      ? sendEvent(space, 'app_mention', mentionEvent(space, message, false))
      : undefined,
  ]);
}

/** Tells the app that a message was deleted. One with replies stays as a tombstone: it has changed. */
export async function announceDeletion(space: Workspace, message: Message): Promise<void> {
  const { app_id: _appId, ...before } = messageObject(space, message);
  if (space.messages.replies(message.channel, message.ts).length > 0) {
    const { type, ts } = before;
    await announceChange(space, message, {
      subtype: 'message_changed',
      message: {
        type,
        subtype: 'tombstone',
        text: 'This message was deleted.',
        user: 'USLACKBOT',
        hidden: true,
        ts,
        thread_ts: ts,
      },
      previous_message: before,
    });
    return;
  }
  await announceChange(space, message, {
    subtype: 'message_deleted',
    deleted_ts: message.ts,
    previous_message: before,
  });
}

async function announceChange(space: Workspace, message: Message, change: Json): Promise<void> {
  const channel = space.channels.get(message.channel);
  if (channel === undefined || !botIsIn(channel)) return;
  const ts = space.nextTs();
  const event = inChannel(channel, { type: 'message', ...change, hidden: true, ts }, ts);
  await sendEvent(space, eventName(channel), event);
}
