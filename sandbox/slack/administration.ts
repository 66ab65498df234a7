/** What the workspace's administrators do, and the events by which the app hears of it. */
import { sendEvent } from './events.ts';
import { defined } from './json.ts';
import { takesDirectMessages } from './manifest.ts';
import { ControlError } from './person/act.ts';
import type { Json, Member } from './types.ts';
import { userObject } from './webapi/users.ts';
import type { Workspace } from './workspace.ts';
import { BOT } from './world.ts';

/** Changes a person. The app hears of it with user_change. */
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

/**
 * The app as the people of the workspace see it: in the app directory, in the composer's list of commands, in the menu
 * of a message, and what its administrators are told. A field is null if the manifest does not mention it.
 */
export function appAsSeen({ manifest, scopes }: Workspace): Json {
  const { display_information, features, oauth_config, settings } = manifest;
  const home = features.app_home;
  return {
    name: display_information.name,
    description: display_information.description ?? null,
    bot: {
      name: features.bot_user?.display_name ?? null,
      presence: features.bot_user?.always_online === true ? 'active' : 'away',
    },
    tabs: {
      home: home?.home_tab_enabled ?? null,
      messages: home?.messages_tab_enabled ?? null,
      read_only: home?.messages_tab_read_only_enabled ?? null,
      can_be_written_to: takesDirectMessages(manifest),
    },
    commands: features.slash_commands.map((one) => ({
      command: one.command,
      description: one.description,
      usage_hint: one.usage_hint ?? null,
      should_escape: one.should_escape ?? null,
    })),
    shortcuts: features.shortcuts,
    events: settings.event_subscriptions.bot_events,
    scopes: { ...oauth_config.scopes, granted: scopes },
    interactivity: settings.interactivity.is_enabled,
    socket_mode: settings.socket_mode_enabled ?? null,
    org_deploy: settings.org_deploy_enabled ?? null,
    token_rotation: settings.token_rotation_enabled ?? null,
  };
}
