import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';

const flag = z.boolean().optional();

/** The parts of Slack's app manifest that change what an app gets and what people see of it. */
const manifestSchema = z.object({
  display_information: z.object({
    name: z.string().min(1).max(35),
    description: z.string().max(140).optional(),
  }),
  features: z
    .object({
      app_home: z
        .object({
          home_tab_enabled: flag,
          messages_tab_enabled: flag,
          messages_tab_read_only_enabled: flag,
        })
        .optional(),
      bot_user: z
        .object({ display_name: z.string().min(1).max(80), always_online: flag })
        .optional(),
      shortcuts: z
        .array(
          z.object({
            name: z.string().min(1).max(24),
            type: z.enum(['message', 'global']),
            callback_id: z.string().min(1).max(255),
            description: z.string().min(1).max(150),
          }),
        )
        .default([]),
      slash_commands: z
        .array(
          z.object({
            command: z.string().regex(/^\/\S{1,32}$/),
            description: z.string().min(1).max(2000),
            usage_hint: z.string().max(1000).optional(),
            should_escape: flag,
          }),
        )
        .default([]),
    })
    .prefault({}),
  oauth_config: z
    .object({
      scopes: z
        .object({
          bot: z.array(z.string()).default([]),
          bot_optional: z.array(z.string()).default([]),
        })
        .prefault({}),
    })
    .prefault({}),
  settings: z
    .object({
      event_subscriptions: z.object({ bot_events: z.array(z.string()).default([]) }).prefault({}),
      interactivity: z.object({ is_enabled: z.boolean() }).default({ is_enabled: false }),
      org_deploy_enabled: flag,
      socket_mode_enabled: flag,
      token_rotation_enabled: flag,
    })
    .prefault({}),
});

/** An app as its manifest declares it. */
export type Manifest = z.infer<typeof manifestSchema>;

/**
 * Reads manifest.yml. Throws Slack's `invalid_manifest` with the reasons if Slack would refuse it: a required field is
 * missing, or it asks for bot scopes without a bot user.
 */
export function readManifest(path: string): Manifest {
  const result = manifestSchema.safeParse(parse(readFileSync(path, 'utf8')));
  if (!result.success) throw new Error(`invalid_manifest: ${z.prettifyError(result.error)}`);
  const manifest = result.data;
  if (manifest.oauth_config.scopes.bot.length > 0 && manifest.features.bot_user === undefined)
    throw new Error('invalid_manifest: bot scopes need features.bot_user');
  return manifest;
}

/** True if people can write to the app: the messages tab is on and not read-only. Undeclared counts as not. */
export function takesDirectMessages(manifest: Manifest): boolean {
  const home = manifest.features.app_home;
  return home?.messages_tab_enabled === true && home.messages_tab_read_only_enabled === false;
}
