/** Adds messages to conversations, changes and removes them. The ledger has each of them as people see it. */
import { storedBlocks } from './block-tree.ts';
import { mentionsIn, richTextOf } from './composer.ts';
import { stringAt } from './json.ts';
import { announceDeletion, announceEdit } from './message-events.ts';
import { messageObject } from './message-object.ts';
import type { Json, Message, Metadata } from './types.ts';
import type { Workspace } from './workspace.ts';
import { BOT } from './world.ts';

/** The length at which Slack cuts a text. */
const MAX_TEXT = 40_000;

/** A message to be added. Without blocks, Slack makes one from the text. */
type Draft = {
  channel: string;
  user: string;
  text: string;
  blocks?: Json[] | undefined;
  attachments?: Json[] | undefined;
  files?: string[];
  thread_ts?: string | undefined;
  broadcast?: boolean;
  metadata?: Metadata | undefined;
  to?: string | undefined;
  client_msg_id?: string;
};

/** Stores a message and writes it to the ledger. The caller tells the app about it. */
export function addMessage(space: Workspace, draft: Draft): Message {
  const text = draft.text.slice(0, MAX_TEXT);
  const own = draft.blocks !== undefined && draft.blocks.length > 0;
  const message: Message = {
    channel: draft.channel,
    ts: space.nextTs(),
    user: draft.user,
    by_app: draft.user === BOT,
    text,
    blocks: own ? storedBlocks(draft.blocks ?? []) : blocksOfText(text),
    has_own_blocks: own,
    attachments: draft.attachments ?? [],
    files: draft.files ?? [],
    thread_ts: draft.thread_ts,
    broadcast: draft.broadcast ?? false,
    metadata: draft.metadata,
    edited_ts: undefined,
    to: draft.to,
    client_msg_id: draft.client_msg_id,
    reactions: [],
  };
  space.messages.add(message);
  for (const id of message.files)
    space.files
      .get(id)
      ?.shares.push({ channel: message.channel, ts: message.ts, thread_ts: message.thread_ts });
  note(space, 'posted', message);
  return message;
}

const blocksOfText = (text: string): Json[] => (text === '' ? [] : [richTextOf(text)]);

type Change = {
  text: string | undefined;
  blocks: Json[] | undefined;
  attachments: Json[] | undefined;
  /** Null removes it. */
  metadata?: Metadata | null | undefined;
};

/**
 * Changes a message in place. Fields that are left out stay, except that a new text without blocks replaces the old
 * blocks (Slack's reference of chat.update). An edit of a real message is announced.
 */
export function editMessage(space: Workspace, message: Message, change: Change): void {
  const { app_id: _appId, ...before } = messageObject(space, message);
  if (change.text !== undefined) message.text = change.text.slice(0, MAX_TEXT);
  if (change.attachments !== undefined) message.attachments = change.attachments;
  if (change.metadata !== undefined) message.metadata = change.metadata ?? undefined;
  if (change.blocks !== undefined || change.text !== undefined) {
    message.has_own_blocks = (change.blocks ?? []).length > 0;
    message.blocks = storedBlocks(change.blocks ?? []);
  }
  if (!message.has_own_blocks) message.blocks = blocksOfText(message.text);
  message.edited_ts = space.nextTs();
  note(space, 'edited', message);
  if (message.to === undefined) space.background(announceEdit(space, message, before));
}

/** Removes a message. */
export function deleteMessage(space: Workspace, message: Message): void {
  space.messages.remove(message);
  note(space, 'deleted', message);
  if (message.to === undefined) space.background(announceDeletion(space, message));
}

function note(space: Workspace, change: string, message: Message): void {
  const { channel, ts, user, text, blocks, attachments, thread_ts, broadcast, to } = message;
  const files = message.files.flatMap((id) => {
    const file = space.files.get(id);
    return file === undefined
      ? []
      : { id, name: file.name, title: file.title, size: file.bytes.byteLength };
  });
  const isShown = to === undefined || space.messages.findSeen(channel, ts, to) !== undefined;
  const facts = {
    change,
    channel,
    ts,
    user,
    text,
    blocks,
    attachments,
    files,
    thread_ts,
    broadcast,
    to,
  };
  space.ledger.add('message', { ...facts, shown: isShown, mentions: mentionsOf(message) });
}

/**
 * The people whom the message notifies: those named in what people see, which is the blocks if it has any of its own.
 */
function mentionsOf(message: Message): string[] {
  const shown = message.has_own_blocks ? mrkdwnIn(message.blocks) : [message.text];
  return [...new Set(shown.flatMap(mentionsIn))];
}

function mrkdwnIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnIn);
  if (typeof value !== 'object' || value === null) return [];
  if (stringAt(value, 'type') === 'mrkdwn') return [stringAt(value, 'text') ?? ''];
  if (stringAt(value, 'type') === 'user') return [`<@${stringAt(value, 'user_id') ?? ''}>`];
  if (stringAt(value, 'type') === 'broadcast') return [`<!${stringAt(value, 'range') ?? ''}>`];
  return Object.values(value).flatMap(mrkdwnIn);
}
