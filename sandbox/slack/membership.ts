/** Small questions about members and conversations, which many parts ask. */
import type { Channel, ChannelKind, Json, Member } from './types.ts';
import type { Workspace } from './workspace.ts';
import { BOT, dmWith, TEAM } from './world.ts';

export const isMember = (channel: Channel, user: string): boolean => channel.members.includes(user);

export const botIsIn = (channel: Channel): boolean => isMember(channel, BOT);

/** The conversation, if a person may know of it: they are in it, or it is public and they are no guest. */
export function seenChannel(space: Workspace, id: string, user: string): Channel | undefined {
  const channel = space.channels.get(id === 'dm' ? dmWith(user) : id);
  if (channel === undefined) return undefined;
  const isGuest = space.members.get(user)?.is_restricted === true;
  const isOpen = channel.kind === 'public' && !isGuest;
  return isOpen || isMember(channel, user) ? channel : undefined;
}

/** A conversation's name as payloads give it. */
export const payloadName = (channel: Channel): string => {
  if (channel.kind === 'im') return 'directmessage';
  return channel.kind === 'private' ? 'privategroup' : channel.name;
};

/** The name of a kind of conversation in Slack's scopes and events. */
export const SCOPE_FAMILY: Record<ChannelKind, string> = {
  public: 'channels',
  private: 'groups',
  mpim: 'mpim',
  im: 'im',
};

/** The name of a kind of conversation in a message event. */
export const CHANNEL_TYPE: Record<ChannelKind, string> = {
  public: 'channel',
  private: 'group',
  mpim: 'mpim',
  im: 'im',
};

/** The person as interaction payloads name them. */
export const userRef = (member: Member): Json => ({
  id: member.id,
  username: member.name,
  name: member.name,
  team_id: TEAM.id,
});

export const teamRef = (): Json => ({ id: TEAM.id, domain: TEAM.domain });

export const hasScope = (space: Workspace, scope: string): boolean => space.scopes.includes(scope);
