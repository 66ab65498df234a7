import { describe, expect, test } from '@jest/globals';
import { at } from '../../sandbox/slack/json.ts';
import { ANA, BOT, dmWith, JOBS } from '../../sandbox/slack/world.ts';
import { connectApp, fullManifest, manifestFile, post, type Rig, startRig } from './slack-setup.ts';

type Manifest = ReturnType<typeof fullManifest>;

/** Runs `act` in a workspace whose app has this manifest, and closes it. */
async function within<T>(
  change: (manifest: Manifest) => void,
  act: (rig: Rig) => Promise<T>,
): Promise<T> {
  const manifest = fullManifest();
  change(manifest);
  const rig = await startRig({ manifest: manifestFile(manifest), ackTimeoutMs: 200 });
  try {
    return await act(rig);
  } finally {
    await rig.close();
  }
}

const without = (scope: string) => (manifest: Manifest) => {
  const { scopes } = manifest.oauth_config;
  scopes.bot = scopes.bot.filter((one) => one !== scope);
  scopes.bot_optional = scopes.bot_optional.filter((one) => one !== scope);
};

const withoutEvent =
  (name: string) =>
  ({ settings }: Manifest) => {
    const events = settings.event_subscriptions;
    events.bot_events = events.bot_events.filter((one) => one !== name);
  };

/** The types of the events that one message of Ana's causes, sorted. */
const eventsOf = (channel: string, text: string) => async (rig: Rig) => {
  const app = await connectApp(rig.slack);
  await rig.control.person(ANA).say(channel, text);
  return app.envelopes.map((one) => String(at(one.payload, 'event', 'type'))).sort();
};

const unchanged = () => undefined;

describe('events come only if the manifest lists them and their scope is granted', () => {
  const mention = eventsOf(JOBS, `<@${BOT}> hi`);
  const direct = eventsOf('dm', 'hi');

  test('with everything', async () => {
    expect(await within(unchanged, mention)).toEqual(['app_mention', 'message']);
    expect(await within(unchanged, direct)).toEqual(['message']);
  });

  test.each([
    ['app_mention', withoutEvent('app_mention'), mention, ['message']],
    ['app_mentions:read', without('app_mentions:read'), mention, ['message']],
    ['message.channels', withoutEvent('message.channels'), mention, ['app_mention']],
    ['channels:history', without('channels:history'), mention, ['app_mention']],
    ['message.im', withoutEvent('message.im'), direct, []],
    ['im:history', without('im:history'), direct, []],
  ])('without %s', async (_name, change, act, expected) => {
    expect(await within(change, act)).toEqual(expected);
  });
});

describe('commands, shortcuts and actions', () => {
  const command = (rig: Rig) => rig.control.person(ANA).command(JOBS, '/try');
  const shortcut = async ({ control }: Rig) => {
    const { ts } = await control.person(ANA).say(JOBS, 'x');
    return control.person(ANA).shortcut('take', JOBS, ts);
  };
  const act = (run: (rig: Rig) => Promise<unknown>) => async (rig: Rig) => {
    await connectApp(rig.slack);
    return run(rig);
  };

  test.each([
    ['everything', unchanged, command, { ok: true }],
    [
      'the command',
      (one: Manifest) => one.features.slash_commands.pop(),
      command,
      { refused: 'invalid_command' },
    ],
    ['the scope commands', without('commands'), command, { refused: 'invalid_command' }],
    ['nothing missing', unchanged, shortcut, { ok: true }],
    [
      'the shortcut',
      (one: Manifest) => one.features.shortcuts.pop(),
      shortcut,
      { refused: 'unknown_shortcut' },
    ],
    [
      'interactivity',
      (one: Manifest) => Object.assign(one.settings.interactivity, { is_enabled: false }),
      shortcut,
      { refused: 'interactivity_disabled' },
    ],
  ])('without %s', async (_name, change, run, expected) => {
    expect(await within(change, act(run))).toMatchObject(expected);
  });

  test('should_escape turns typed names into ids', async () => {
    const text = (rig: Rig) =>
      connectApp(rig.slack).then(async (app) => {
        await rig.control.person(ANA).command(JOBS, '/try @ben #jobs @nobody');
        return app.envelopes[0]?.payload.text;
      });
    expect(await within(unchanged, text)).toBe('@ben #jobs @nobody');
    const escaping = ({ features }: Manifest) =>
      features.slash_commands.forEach((one) => {
        one.should_escape = true;
      });
    expect(await within(escaping, text)).toBe('<@U0BEN00001|ben> <#C0JOBS0001|jobs> @nobody');
  });
});

describe('what the app may do', () => {
  const call = (method: string, args: Record<string, unknown>) => (rig: Rig) =>
    rig.api(method, args);

  test.each([
    ['chat:write', call('chat.postMessage', { channel: JOBS, text: 'x' })],
    ['im:write', call('conversations.open', { users: ANA })],
    ['files:write', call('files.getUploadURLExternal', { filename: 'a', length: 1 })],
    ['files:read', call('files.info', { file: 'F0' })],
    ['users:read', call('users.info', { user: ANA })],
    ['users:read.email', call('users.lookupByEmail', { email: 'ana@lab.example' })],
    ['reactions:write', call('reactions.add', { channel: JOBS, timestamp: '1.1', name: 'x' })],
    ['team:read', call('team.info', {})],
    ['groups:history', call('conversations.history', { channel: 'C0PRIVATE1' })],
  ])('needs %s', async (scope, act) => {
    expect(await within(unchanged, act)).not.toMatchObject({ error: 'missing_scope' });
    expect(await within(without(scope), act)).toMatchObject({
      ok: false,
      error: 'missing_scope',
      needed: expect.stringContaining(scope),
      provided: expect.not.stringMatching(new RegExp(`(^|,)${scope}(,|$)`)),
    });
  });

  test('optional scopes are granted or not', async () => {
    const rig = await startRig({ grantOptional: false });
    const history = await rig.api('conversations.history', { channel: JOBS });
    expect(history).toMatchObject({ error: 'missing_scope', needed: 'channels:history' });
    await rig.close();
  });

  test('Socket Mode works only if it is enabled', async () => {
    const open = async ({ slack }: Rig) =>
      (await post(slack, 'apps.connections.open', {}, slack.appToken)).json();
    expect(await within(unchanged, open)).toMatchObject({ ok: true });
    const off = ({ settings }: Manifest) => Object.assign(settings, { socket_mode_enabled: false });
    expect(await within(off, open)).toMatchObject({ ok: false, error: 'forbidden_team' });
  });
});

describe('what people see of it', () => {
  test.each([
    ['messages_tab_enabled', false],
    ['messages_tab_read_only_enabled', true],
    ['messages_tab_read_only_enabled', undefined],
  ])('%s %s: nobody can write to it', async (key, value) => {
    const change = ({ features }: Manifest) => Object.assign(features.app_home, { [key]: value });
    const write = (rig: Rig) => rig.control.person(ANA).say('dm', 'hi');
    await expect(within(change, write)).rejects.toThrow('messages_tab_disabled');
  });

  test('without the messages tab the app cannot write either', async () => {
    const change = ({ features }: Manifest) =>
      Object.assign(features.app_home, { messages_tab_enabled: false });
    const send = (rig: Rig) => rig.api('chat.postMessage', { channel: dmWith(ANA), text: 'x' });
    expect(await within(change, send)).toMatchObject({ error: 'messages_tab_disabled' });
  });

  test('without a Home tab no view is published', async () => {
    const change = ({ features }: Manifest) =>
      Object.assign(features.app_home, { home_tab_enabled: false });
    const view = { type: 'home', blocks: [] };
    const publish = (rig: Rig) => rig.api('views.publish', { user_id: ANA, view });
    expect(await within(change, publish)).toMatchObject({ error: 'not_enabled' });
  });

  test('the app as people see it has what the manifest says, and null for the rest', async () => {
    const seen = (rig: Rig) => rig.control.app();
    expect(await within(unchanged, seen)).toMatchObject({
      name: 'Tester',
      description: 'Tries everything.',
      bot: { name: 'tester', presence: 'active' },
      tabs: { home: true, messages: true, read_only: false, can_be_written_to: true },
      commands: [{ command: '/try', usage_hint: null, should_escape: false }],
      scopes: { bot_optional: ['channels:history', 'groups:history'] },
      socket_mode: true,
      org_deploy: false,
      token_rotation: false,
    });
    const silent = ({ settings }: Manifest) =>
      Object.assign(settings, { org_deploy_enabled: undefined });
    expect(await within(silent, seen)).toMatchObject({ org_deploy: null });
  });

  test.each([
    ['no name', (one: Manifest) => Object.assign(one, { display_information: {} })],
    ['no bot user', (one: Manifest) => Object.assign(one.features, { bot_user: undefined })],
    [
      'a shortcut without description',
      (one: Manifest) => Object.assign(one.features.shortcuts[0] ?? {}, { description: undefined }),
    ],
    [
      'a long shortcut name',
      (one: Manifest) => Object.assign(one.features.shortcuts[0] ?? {}, { name: 'x'.repeat(25) }),
    ],
  ])('a manifest with %s is refused', async (_name, change) => {
    await expect(within(change, async () => undefined)).rejects.toThrow('invalid_manifest');
  });
});
