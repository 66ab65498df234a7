import { takesDirectMessages } from './manifest.ts';
import type { Json } from './types.ts';
import type { Workspace } from './workspace.ts';

/**
 * The app as the people of the workspace see it: in the app directory, in the composer's list of commands, in the
 * menu of a message, and what its administrators are told. `null` stands where the manifest says nothing.
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
