/** A message as Slack describes it in answers, payloads and events. */
import { fileObject } from './file-object.ts';
import { defined } from './json.ts';
import type { Json, Message } from './types.ts';
import type { Workspace } from './workspace.ts';
import { APP_ID, BOT_ID, CREATED, TEAM } from './world.ts';

/** The bot as messages describe it. */
const botProfile = (space: Workspace): Json => ({
  id: BOT_ID,
  app_id: APP_ID,
  name: space.manifest.display_information.name,
  deleted: false,
  updated: CREATED,
  team_id: TEAM.id,
});

const filesOf = (space: Workspace, message: Message): Json[] | undefined => {
  const files = message.files.flatMap((id) => space.files.get(id) ?? []);
  return files.length === 0 ? undefined : files.map((file) => fileObject(space, file));
};

/** The fields that all descriptions of a message have in common. */
export function messageObject(space: Workspace, message: Message): Json {
  const parent =
    message.thread_ts === undefined
      ? undefined
      : space.messages.find(message.channel, message.thread_ts);
  const isReply = message.thread_ts !== undefined && message.thread_ts !== message.ts;
  const isShare = message.files.length > 0;
  return defined({
    type: 'message',
    subtype: isReply && message.broadcast ? 'thread_broadcast' : undefined,
    user: message.user,
    ts: message.ts,
    client_msg_id: isShare ? undefined : message.client_msg_id,
    ...(message.by_app ? { bot_id: BOT_ID, app_id: APP_ID, bot_profile: botProfile(space) } : {}),
    text: message.text,
    team: TEAM.id,
    blocks: message.blocks.length === 0 ? undefined : message.blocks,
    attachments: message.attachments.length === 0 ? undefined : message.attachments,
    files: filesOf(space, message),
    upload: isShare ? false : undefined,
    display_as_bot: isShare ? false : undefined,
    thread_ts: message.thread_ts,
    parent_user_id: isReply ? parent?.user : undefined,
    // Slack shows no "edited" on a message with blocks.
    edited:
      message.edited_ts === undefined || message.has_own_blocks
        ? undefined
        : { user: message.user, ts: message.edited_ts },
  });
}

/** A forwarded message as Slack's attachment. Its files are there and nowhere else. */
export function forwarded(space: Workspace, message: Message): Json {
  const { channel, ts, text, user, blocks } = message;
  const url = `https://${TEAM.domain}.slack.com/archives/${channel}/p${ts.replace('.', '')}`;
  const name = space.members.get(user)?.real_name ?? user;
  return defined({
    ...{ ts, author_id: user, channel_id: channel, channel_team: TEAM.id },
    ...{ is_msg_unfurl: true, is_share: true },
    message_blocks: [{ team: TEAM.id, channel, ts, message: { blocks } }],
    files: filesOf(space, message),
    ...{ id: 1, original_url: url, from_url: url, fallback: `${name}: ${text}`, text },
    ...{ author_name: name, author_subname: name, mrkdwn_in: ['text'], color: 'D0D0D0' },
  });
}

/** A message as conversations.history and .replies give it: with its thread's numbers, metadata only if asked. */
export function historyObject(space: Workspace, message: Message, withMetadata: boolean): Json {
  const replies = space.messages.replies(message.channel, message.ts);
  const users = [...new Set(replies.map((one) => one.user))];
  const thread =
    replies.length === 0
      ? {}
      : {
          thread_ts: message.ts,
          reply_count: replies.length,
          reply_users_count: users.length,
          latest_reply: replies.at(-1)?.ts,
          reply_users: users,
          is_locked: false,
          subscribed: false,
        };
  const reactions = message.reactions.map((one) => ({ ...one, count: one.users.length }));
  return defined({
    ...messageObject(space, message),
    ...thread,
    reactions: reactions.length === 0 ? undefined : reactions,
    metadata: withMetadata ? message.metadata : undefined,
  });
}
