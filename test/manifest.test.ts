import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { NEEDED_SCOPES, OPTIONAL_SCOPES } from '../src/slack/client.ts';

const source = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join('src', name), 'utf8'))
  .join('\n');
const manifestText = readFileSync('manifest.yml', 'utf8');

const found = (pattern: RegExp) =>
  [...new Set([...source.matchAll(pattern)].map(([, name = '']) => name))].sort();

/** Scopes of the Web API methods that src/ calls (docs.slack.dev, method reference). */
const scopesOf: Record<string, string[]> = {
  'auth.test': [],
  'chat.delete': ['chat:write'],
  'chat.getPermalink': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['im:history'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.open': ['im:write'],
  'conversations.replies': ['im:history'],
  'files.info': ['files:read'],
  'files.uploadV2': ['files:write'],
  'usergroups.users.list': ['usergroups:read'],
  'users.conversations': ['channels:read', 'groups:read'],
  'users.info': ['users:read'],
  'users.list': ['users:read'],
  'views.open': [],
  'views.publish': [],
  'views.update': [],
};
/** Scopes of the events and of commands (docs.slack.dev, event reference). */
const scopeOfEvent: Record<string, string> = {
  app_mention: 'app_mentions:read',
  file_deleted: 'files:read',
  'message.im': 'im:history',
  user_change: 'users:read',
};
/** Scopes that only some settings need, and what they are for. */
const optional = ['channels:history', 'groups:history', 'users:read.email', 'usergroups:read'];
const methods = found(
  /(?:slack|client)\.((?:auth|chat|conversations|files|users|views|usergroups)(?:\.\w+)+)\(/g,
);

test('every Web API method that src/ calls is known here', () => {
  expect(methods.filter((method) => !Object.hasOwn(scopesOf, method))).toEqual([]);
});

test('the manifest says what the code uses, and nothing else: no line can be missing', () => {
  const events = [
    'app_mention',
    'message.im',
    ...found(
      /z\.literal\('(user_change|\w+_revoked|app_uninstalled|app_home_opened|file_deleted)'\)/g,
    ),
  ].sort();
  const scopes = [
    ...methods.flatMap((method) => scopesOf[method] ?? []),
    ...events.flatMap((event) => scopeOfEvent[event] ?? []),
    'commands',
  ].filter((scope) => !optional.includes(scope));
  const manifest = parse(manifestText);
  expect(manifest).toEqual({
    display_information: { name: 'Slurm', description: expect.stringMatching(/^.{1,140}$/) },
    features: {
      app_home: {
        home_tab_enabled: true,
        messages_tab_enabled: true,
        messages_tab_read_only_enabled: false,
      },
      bot_user: { display_name: 'slurm', always_online: true },
      shortcuts: found(/callback_id: '(\w+)' \}, async/g).map((callback_id) => ({
        name: expect.stringMatching(/^.{1,24}$/),
        type: 'message',
        callback_id,
        description: expect.stringMatching(/^.{1,150}$/),
      })),
      slash_commands: found(/app\.command\('([^']+)'/g).map((command) => ({
        command,
        description: expect.stringMatching(/^.{1,140}$/),
        usage_hint: expect.stringMatching(/^.{1,1000}$/),
        should_escape: false,
      })),
    },
    oauth_config: {
      scopes: {
        bot: expect.arrayContaining([...new Set(scopes)]),
        bot_optional: optional,
      },
    },
    settings: {
      event_subscriptions: { bot_events: expect.arrayContaining(events) },
      interactivity: { is_enabled: true },
      org_deploy_enabled: false,
      socket_mode_enabled: true,
      token_rotation_enabled: false,
    },
  });
  expect(manifest.settings.event_subscriptions.bot_events.toSorted()).toEqual(events);
  expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual([...new Set(scopes)].sort());
});

test('doctor checks for the scopes of the manifest', () => {
  const { bot, bot_optional: optional } = parse(manifestText).oauth_config.scopes;
  expect([...NEEDED_SCOPES]).toEqual(bot.toSorted());
  expect([...OPTIONAL_SCOPES]).toEqual(optional.toSorted());
});

test('without any one of its lines the manifest is another one', () => {
  const lines = manifestText.split('\n');
  const same = lines.filter((line, index) => {
    if (line.trim() === '' || line.trim().startsWith('#')) return false;
    const without = lines.filter((_, each) => each !== index).join('\n');
    try {
      return JSON.stringify(parse(without)) === JSON.stringify(parse(manifestText));
    } catch {
      return false;
    }
  });
  expect(same).toEqual([]);
});
