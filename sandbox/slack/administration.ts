/** What the workspace's administrators do, and the events by which the app hears of it. */
import { sendEvent } from './events.ts';
import { defined } from './json.ts';
import { ControlError } from './person/act.ts';
import type { Json, Member } from './types.ts';
import { userObject } from './webapi/users.ts';
import type { Workspace } from './workspace.ts';
import { BOT } from './world.ts';

/** Changes a person: the app hears of it with user_change. */
export async function setUser(
  space: Workspace,
  user: string,
  change: { [K in keyof Member]?: Member[K] | undefined },
): Promise<void> {
  const member = space.members.get(user);
  if (member === undefined) throw new ControlError(`There is no person ${user}.`);
  Object.assign(member, defined(change));
  await sendEvent(space, 'user_change', { type: 'user_change', user: userObject(space, member) });
}

/** Shares a channel with another organisation, or ends that. */
export function setShared(space: Workspace, channel: string, isShared: boolean): void {
  const found = space.channels.get(channel);
  if (found === undefined) throw new ControlError(`There is no conversation ${channel}.`);
  found.is_ext_shared = isShared;
}

/** Removes the app: its tokens are revoked, and it hears of both. */
export async function uninstall(space: Workspace): Promise<void> {
  const revoked: Json = { type: 'tokens_revoked', tokens: { oauth: [], bot: [BOT] } };
  await sendEvent(space, 'tokens_revoked', revoked);
  await sendEvent(space, 'app_uninstalled', { type: 'app_uninstalled' });
}
