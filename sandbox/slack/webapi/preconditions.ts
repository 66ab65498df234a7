/** What the bot may do in a conversation, and the errors with which Slack says that it may not. */

import { botIsIn, hasScope, SCOPE_FAMILY } from '../membership.ts';
import { SlackError } from '../slack-error.ts';
import type { Channel, Message } from '../types.ts';
import type { Workspace } from '../workspace.ts';
import { dmWith } from '../world.ts';

/** The refusal of a call for want of a scope. */
export const missingScope = (space: Workspace, scope: string): SlackError =>
  new SlackError('missing_scope', { needed: scope, provided: space.scopes.join(',') });

/** Throws missing_scope where the token lacks `scope`. */
export function needScope(space: Workspace, scope: string): void {
  if (!hasScope(space, scope)) throw missingScope(space, scope);
}

/** Throws missing_scope where the token lacks the scope for this kind of conversation, such as im:history. */
export const needScopeFor = (space: Workspace, channel: Channel, right: 'read' | 'history'): void =>
  needScope(space, `${SCOPE_FAMILY[channel.kind]}:${right}`);

/** The conversation, if the bot may know of it. Throws channel_not_found. */
export function knownChannel(space: Workspace, id: string): Channel {
  const channel = space.channels.get(id);
  if (channel === undefined) throw new SlackError('channel_not_found');
  if (channel.kind !== 'public' && !botIsIn(channel)) throw new SlackError('channel_not_found');
  return channel;
}

/** A conversation that the bot is in. Throws channel_not_found, not_in_channel. */
export function joinedChannel(space: Workspace, id: string): Channel {
  const channel = knownChannel(space, id);
  if (!botIsIn(channel)) throw new SlackError('not_in_channel');
  return channel;
}

/**
 * The conversation to post in: by id, by a public channel's name, or by a person's id for their direct messages.
 * Throws channel_not_found, is_archived, not_in_channel, messages_tab_disabled.
 */
export function postableChannel(space: Workspace, given: string): Channel {
  const channel = knownChannel(space, idOf(space, given));
  if (isClosed(space, channel)) throw new SlackError('is_archived');
  if (!botIsIn(channel) && !hasScope(space, 'chat:write.public'))
    throw new SlackError('not_in_channel');
  const home = space.manifest.features.app_home;
  if (channel.kind === 'im' && home?.messages_tab_enabled !== true)
    throw new SlackError('messages_tab_disabled');
  return channel;
}

function idOf(space: Workspace, given: string): string {
  if (space.members.has(given)) return dmWith(given);
  const name = given.replace(/^#/, '');
  const named = [...space.channels.values()].find(
    (one) => one.kind === 'public' && one.name === name,
  );
  return named?.id ?? given;
}

/** Archived, or the direct messages of a deactivated person. */
const isClosed = (space: Workspace, channel: Channel): boolean =>
  channel.is_archived ||
  (channel.kind === 'im' && channel.members.some((id) => space.members.get(id)?.deleted === true));

/** The thread's first message. Throws thread_not_found. */
export function threadRoot(space: Workspace, channel: Channel, ts: string): Message {
  const found = space.messages.find(channel.id, ts);
  const root =
    found?.thread_ts === undefined ? found : space.messages.find(channel.id, found.thread_ts);
  if (root === undefined) throw new SlackError('thread_not_found');
  return root;
}
