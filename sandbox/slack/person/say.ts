import { randomUUID } from 'node:crypto';
import { addFile } from '../file-store.ts';
import { takesDirectMessages } from '../manifest.ts';
import { botIsIn, isMember } from '../membership.ts';
import { announceMessage } from '../message-events.ts';
import { forwarded } from '../message-object.ts';
import { addMessage, deleteMessage, editMessage } from '../posting.ts';
import type { Channel, FileMode, Json, Message } from '../types.ts';
import type { Workspace } from '../workspace.ts';
import { actor, ControlError, place } from './act.ts';

export type GivenFile = {
  name: string;
  bytes: Uint8Array;
  mode?: FileMode | undefined;
  mimetype?: string | undefined;
  connect?: boolean;
  madeBy?: string | undefined;
  sharedIn?: string | undefined;
};

type Said = {
  user: string;
  channel: string;
  text: string;
  thread_ts?: string | undefined;
  files: GivenFile[];
  mentionWithoutFiles: boolean;
  broadcast: boolean;
  forward?: { channel: string; ts: string } | undefined;
};

/** A person writes a message, with or without files. Resolves when the app has acknowledged its events, or not. */
export async function say(
  space: Workspace,
  said: Said,
): Promise<{ ts: string; files: { id: string }[] }> {
  const member = actor(space, said.user);
  const channel = place(space, said.user, said.channel);
  needPlaceToWrite(space, channel, member.id);
  const files = said.files.map((file) => shareFile(space, file, member.id));
  const message = addMessage(space, {
    channel: channel.id,
    user: member.id,
    text: said.text,
    files,
    attachments: passedOn(space, said),
    thread_ts: threadOf(space, channel, said.thread_ts),
    broadcast: said.broadcast,
    client_msg_id: randomUUID(),
  });
  const { ts, thread_ts, text } = message;
  space.ledger.add('person', {
    act: 'say',
    user: member.id,
    channel: channel.id,
    thread_ts,
    ts,
    text,
    files,
  });
  await announceMessage(space, message, said.mentionWithoutFiles);
  return { ts, files: files.map((id) => ({ id })) };
}

/** The message that a person forwards. They must see it. */
function passedOn(space: Workspace, { user, forward }: Said): Json[] {
  if (forward === undefined) return [];
  const { id } = place(space, user, forward.channel);
  const message = space.messages.findSeen(id, forward.ts, user);
  if (message === undefined) throw new ControlError(`There is no message ${forward.ts} in ${id}.`);
  return [forwarded(space, message)];
}

/** A file that was shared elsewhere before also carries that share. */
function shareFile(space: Workspace, given: GivenFile, user: string): string {
  const file = addFile(space, { ...given, user: given.madeBy ?? user });
  if (given.sharedIn !== undefined) {
    const ts = `${file.created - 60}.000100`;
    file.shares.push({ channel: given.sharedIn, ts, thread_ts: undefined });
  }
  return file.id;
}

function needPlaceToWrite(space: Workspace, channel: Channel, user: string): void {
  if (!isMember(channel, user)) throw new ControlError(`${user} is not in ${channel.id}.`);
  if (channel.is_archived) throw new ControlError(`${channel.id} is archived.`);
  if (channel.kind === 'im' && botIsIn(channel) && !takesDirectMessages(space.manifest))
    throw new ControlError(
      'Sending messages to this app has been turned off (messages_tab_disabled).',
    );
}

/** A reply goes to the thread's first message, whichever of its messages was named. */
function threadOf(space: Workspace, channel: Channel, ts: string | undefined): string | undefined {
  if (ts === undefined) return undefined;
  const found = space.messages.find(channel.id, ts);
  if (found === undefined) throw new ControlError(`There is no message ${ts} in ${channel.id}.`);
  return found.thread_ts ?? found.ts;
}

/** A person edits a message of their own. The app is told of it in the background. */
export function edit(
  space: Workspace,
  { text, ...where }: { user: string; channel: string; ts: string; text: string },
): void {
  const nothing = { blocks: undefined, attachments: undefined };
  editMessage(space, ownMessage(space, where), { text, ...nothing });
}

/** A person deletes a message of their own. The app is told of it in the background. */
export function remove(
  space: Workspace,
  where: { user: string; channel: string; ts: string },
): void {
  deleteMessage(space, ownMessage(space, where));
}

function ownMessage(
  space: Workspace,
  { user, channel, ts }: { user: string; channel: string; ts: string },
): Message {
  const found = space.messages.find(place(space, user, channel).id, ts);
  if (found?.user !== actor(space, user).id)
    throw new ControlError(`${user} has no message ${ts} in ${channel}.`);
  return found;
}
