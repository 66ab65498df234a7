import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { at } from '../../sandbox/slack/json.ts';
import {
  ANA,
  ANA_AND_BEN,
  ARCHIVED,
  BEN,
  BOT,
  dmWith,
  GENERAL,
  GONE,
  GROUP_MESSAGE,
  GUEST,
  JOBS,
  PRIVATE_WITH_BOT,
  PRIVATE_WITHOUT_BOT,
} from '../../sandbox/slack/world.ts';
import { post, postJson, type Rig, startRig } from './slack-setup.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

const error = async (method: string, args: Record<string, unknown> = {}) =>
  (await rig.api(method, args)).error;

const NO_SUCH_TS = '1700000000.000001';

describe('tokens', () => {
  test('are asked for, checked, and taken by their kind', async () => {
    const { slack } = rig;
    const bare = await fetch(`${slack.apiUrl}auth.test`, { method: 'POST' });
    expect(await bare.json()).toEqual({ ok: false, error: 'not_authed' });
    const wrong = await post(slack, 'auth.test', {}, 'xoxb-wrong');
    expect(await wrong.json()).toEqual({ ok: false, error: 'invalid_auth' });
    const app = await post(slack, 'chat.postMessage', { channel: JOBS, text: 'x' }, slack.appToken);
    expect(await app.json()).toMatchObject({ error: 'not_allowed_token_type' });
    expect(await error('apps.connections.open')).toBe('not_allowed_token_type');
  });

  test('may stand in a form, but the app token only in the header', async () => {
    const { slack } = rig;
    const form = (token: string) => ({ method: 'POST', body: new URLSearchParams({ token }) });
    const auth = await fetch(`${slack.apiUrl}auth.test`, form(slack.botToken));
    expect(await auth.json()).toMatchObject({ ok: true, user_id: BOT });
    const open = await fetch(`${slack.apiUrl}apps.connections.open`, form(slack.appToken));
    expect(await open.json()).toMatchObject({ ok: false, error: 'not_authed' });
  });

  test('tell their scopes in the headers, as Slack does', async () => {
    const response = await post(rig.slack, 'files.info', { file: 'F0' });
    expect(response.headers.get('x-oauth-scopes')?.split(',')).toContain('files:read');
    expect(response.headers.get('x-accepted-oauth-scopes')).toBe('files:read');
  });
});

describe('requests', () => {
  test('unknown methods and broken bodies are refused in Slack’s words', async () => {
    expect(await error('chat.nothing')).toBe('unknown_method');
    expect(await error('constructor')).toBe('unknown_method');
    const send = (type: string, body: string) =>
      fetch(`${rig.slack.apiUrl}auth.test`, {
        method: 'POST',
        headers: { authorization: `Bearer ${rig.slack.botToken}`, 'content-type': type },
        body,
      });
    expect(await (await send('application/json', '{')).json()).toMatchObject({
      error: 'invalid_json',
    });
    expect(await (await send('application/json', '[]')).json()).toMatchObject({
      error: 'json_not_object',
    });
    expect(await (await send('text/plain', 'x')).json()).toMatchObject({
      error: 'invalid_post_type',
    });
  });

  test('JSON is for writing methods; a reading method sees no arguments in it', async () => {
    expect(
      await postJson(rig.slack, 'chat.postMessage', { channel: JOBS, text: 'by JSON' }),
    ).toMatchObject({
      ok: true,
      channel: JOBS,
    });
    expect(await postJson(rig.slack, 'conversations.info', { channel: JOBS })).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: { messages: ['[ERROR] missing required field: channel'] },
    });
  });

  test('reading works by GET', async () => {
    const response = await fetch(`${rig.slack.apiUrl}users.info?user=${ANA}`, {
      headers: { authorization: `Bearer ${rig.slack.botToken}` },
    });
    expect(await response.json()).toMatchObject({
      ok: true,
      user: { name: 'ana', real_name: 'Ana Tamm' },
    });
  });

  test('multipart forms are read', async () => {
    const body = new FormData();
    body.set('channel', JOBS);
    body.set('text', 'by multipart');
    const response = await fetch(`${rig.slack.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${rig.slack.botToken}` },
      body,
    });
    expect(await response.json()).toMatchObject({ ok: true, message: { text: 'by multipart' } });
  });

  test('api.test repeats its arguments', async () => {
    expect(await rig.api('api.test', { foo: 'bar' })).toEqual({ ok: true, args: { foo: 'bar' } });
    expect(await rig.api('api.test', { error: 'my_error' })).toMatchObject({
      ok: false,
      error: 'my_error',
    });
  });
});

describe('posting', () => {
  test.each([
    ['an unknown channel', { channel: 'C0NOTHING', text: 'x' }, 'channel_not_found'],
    ['a channel without the bot', { channel: GENERAL, text: 'x' }, 'not_in_channel'],
    [
      'a private channel without the bot',
      { channel: PRIVATE_WITHOUT_BOT, text: 'x' },
      'channel_not_found',
    ],
    ['other people’s direct messages', { channel: ANA_AND_BEN, text: 'x' }, 'channel_not_found'],
    ['an archived channel', { channel: ARCHIVED, text: 'x' }, 'is_archived'],
    ['a deactivated person', { channel: GONE, text: 'x' }, 'is_archived'],
    ['no text at all', { channel: JOBS }, 'no_text'],
    ['broken blocks', { channel: JOBS, blocks: '[{' }, 'invalid_blocks_format'],
    [
      'a block that does not exist',
      { channel: JOBS, blocks: [{ type: 'nope' }] },
      'invalid_blocks',
    ],
    [
      'a thread that does not exist',
      { channel: JOBS, text: 'x', thread_ts: NO_SUCH_TS },
      'thread_not_found',
    ],
    ['another name', { channel: JOBS, text: 'x', username: 'Bob' }, 'missing_scope'],
    ['broken metadata', { channel: JOBS, text: 'x', metadata: '{' }, 'invalid_metadata_format'],
    [
      'metadata without type',
      { channel: JOBS, text: 'x', metadata: {} },
      'invalid_metadata_schema',
    ],
    [
      'large metadata',
      {
        channel: JOBS,
        text: 'x',
        metadata: { event_type: 'a', event_payload: { a: 'x'.repeat(9000) } },
      },
      'metadata_too_large',
    ],
  ])('to or with %s is refused', async (_name, args, expected) => {
    expect(await error('chat.postMessage', args)).toBe(expected);
  });

  test('works by channel name and by person, and cuts a text at 40,000', async () => {
    expect(await rig.api('chat.postMessage', { channel: '#jobs', text: 'x' })).toMatchObject({
      channel: JOBS,
    });
    expect(await rig.api('chat.postMessage', { channel: ANA, text: 'x' })).toMatchObject({
      channel: dmWith(ANA),
    });
    const long = await rig.api('chat.postMessage', { channel: JOBS, text: 'x'.repeat(50_000) });
    expect(String(at(long.message, 'text'))).toHaveLength(40_000);
  });

  test('a reply to a reply goes to the same thread', async () => {
    const root = await rig.api('chat.postMessage', { channel: JOBS, text: 'root' });
    const reply = await rig.api('chat.postMessage', {
      channel: JOBS,
      text: 'a',
      thread_ts: root.ts,
    });
    const second = await rig.api('chat.postMessage', {
      channel: JOBS,
      text: 'b',
      thread_ts: reply.ts,
    });
    expect(second.message).toMatchObject({ thread_ts: root.ts, parent_user_id: BOT });
  });

  test('only own messages can be changed and deleted', async () => {
    const { ts } = await rig.control.person(ANA).say(JOBS, 'mine');
    expect(await error('chat.update', { channel: JOBS, ts, text: 'x' })).toBe(
      'cant_update_message',
    );
    expect(await error('chat.delete', { channel: JOBS, ts })).toBe('cant_delete_message');
    expect(await error('chat.update', { channel: JOBS, ts: NO_SUCH_TS, text: 'x' })).toBe(
      'message_not_found',
    );
    const own = await rig.api('chat.postMessage', { channel: JOBS, text: 'own' });
    expect(await error('chat.update', { channel: JOBS, ts: own.ts, text: 'x'.repeat(4001) })).toBe(
      'msg_too_long',
    );
    expect(await error('chat.delete', { channel: JOBS, ts: own.ts })).toBeUndefined();
    expect(await error('chat.update', { channel: JOBS, ts: own.ts, text: 'x' })).toBe(
      'message_not_found',
    );
  });

  test('an edit by text takes the old blocks away, and shows as edited; one by blocks does neither', async () => {
    const section = (text: string) => [{ type: 'section', text: { type: 'mrkdwn', text } }];
    const posted = { channel: JOBS, text: 'first', blocks: section('one') };
    const { ts } = await rig.api('chat.postMessage', posted);
    const byBlocks = await rig.api('chat.update', { ...posted, ts, blocks: section('two') });
    expect(byBlocks.message).toMatchObject({ text: 'first', blocks: [{ text: { text: 'two' } }] });
    expect(byBlocks.message).not.toHaveProperty('edited');
    const byText = await rig.api('chat.update', { channel: JOBS, ts, text: 'second' });
    expect(byText.message).toMatchObject({
      blocks: [{ type: 'rich_text' }],
      edited: { user: BOT },
    });
  });

  test('markdown_text stands alone', async () => {
    const post = { channel: JOBS, markdown_text: '**bold**' };
    expect(await rig.api('chat.postMessage', post)).toMatchObject({
      message: { blocks: [{ type: 'markdown', text: '**bold**' }] },
    });
    expect(await error('chat.postMessage', { ...post, text: 'x' })).toBe('markdown_text_conflict');
  });

  test('an ephemeral message is for one member, and is in no history and no edit', async () => {
    const whisper = { channel: JOBS, user: ANA, text: 'psst' };
    expect(await error('chat.postEphemeral', { ...whisper, user: GONE })).toBe(
      'user_not_in_channel',
    );
    expect(await error('chat.postEphemeral', { ...whisper, channel: GENERAL })).toBe(
      'not_in_channel',
    );
    const { message_ts: ts } = await rig.api('chat.postEphemeral', whisper);
    const mine = await rig.control.person(ANA).screen(JOBS);
    expect(mine.filter((one) => one.text === 'psst')).toMatchObject([{ ts, ephemeral: true }]);
    const others = await rig.control.person(BEN).screen(JOBS);
    expect(others.filter((one) => one.text === 'psst')).toEqual([]);
    expect(await error('chat.update', { channel: JOBS, ts, text: 'x' })).toBe('message_not_found');
    const history = await rig.api('conversations.history', { channel: JOBS });
    expect(JSON.stringify(history.messages)).not.toContain('psst');
  });

  test('an ephemeral message in a thread shows only once the thread has replies', async () => {
    const { ts } = await rig.control.person(ANA).say(JOBS, 'quiet thread');
    await rig.api('chat.postEphemeral', {
      channel: JOBS,
      user: ANA,
      text: 'hidden',
      thread_ts: ts,
    });
    const texts = async () => (await rig.control.person(ANA).screen(JOBS)).map((one) => one.text);
    expect(await texts()).not.toContain('hidden');
    await rig.api('chat.postMessage', { channel: JOBS, text: 'a reply', thread_ts: ts });
    expect(await texts()).toContain('hidden');
  });
});

describe('reading', () => {
  test('a thread comes in pages, with metadata only on request', async () => {
    const metadata = { event_type: 'job', event_payload: { id: '7' } };
    const root = await rig.api('chat.postMessage', { channel: JOBS, text: 'root' });
    for (const text of ['1', '2', '3'])
      await rig.api('chat.postMessage', { channel: JOBS, text, thread_ts: root.ts, metadata });
    const page = { channel: JOBS, ts: root.ts, limit: 2 };
    const first = await rig.api('conversations.replies', page);
    expect(first).toMatchObject({
      has_more: true,
      messages: [{ text: 'root', reply_count: 3 }, { text: '1' }],
    });
    expect(JSON.stringify(first)).not.toContain('event_payload');
    const cursor = at(first, 'response_metadata', 'next_cursor');
    const second = await rig.api('conversations.replies', {
      ...page,
      cursor,
      include_all_metadata: true,
    });
    expect(second).toMatchObject({
      has_more: false,
      messages: [{ text: '2', metadata }, { text: '3' }],
    });
    expect(await error('conversations.replies', { ...page, ts: NO_SUCH_TS })).toBe(
      'thread_not_found',
    );
    expect(await error('conversations.replies', { ...page, cursor: 'x' })).toBe('invalid_cursor');
  });

  test('oldest and latest leave out messages outside, and those at the ends unless inclusive', async () => {
    const root = await rig.api('chat.postMessage', { channel: JOBS, text: 'root' });
    const reply = await rig.api('chat.postMessage', {
      channel: JOBS,
      text: 'reply',
      thread_ts: root.ts,
    });
    const span = { channel: JOBS, ts: root.ts, oldest: reply.ts };
    const without = await rig.api('conversations.replies', span);
    expect(without.messages).toHaveLength(1);
    const inclusive = await rig.api('conversations.replies', { ...span, inclusive: true });
    expect(inclusive.messages).toHaveLength(2);
    expect(await error('conversations.replies', { ...span, oldest: 'x' })).toBe(
      'invalid_ts_oldest',
    );
  });

  test("only in the bot's conversations, and only with the scope for their kind", async () => {
    expect(await error('conversations.history', { channel: GENERAL })).toBe('not_in_channel');
    expect(await error('conversations.history', { channel: PRIVATE_WITHOUT_BOT })).toBe(
      'channel_not_found',
    );
    expect(await error('conversations.history', { channel: PRIVATE_WITH_BOT })).toBeUndefined();
    const narrow = await startRig({ grantOptional: false });
    expect(await narrow.api('conversations.history', { channel: JOBS })).toMatchObject({
      error: 'missing_scope',
      needed: 'channels:history',
      provided: expect.stringContaining('im:history'),
    });
    expect(await narrow.api('conversations.history', { channel: dmWith(ANA) })).toMatchObject({
      ok: true,
    });
    await narrow.close();
  });

  test('people and conversations', async () => {
    expect(await error('users.info', { user: 'U0' })).toBe('user_not_found');
    expect(await error('users.lookupByEmail', { email: 'no@lab.example' })).toBe('users_not_found');
    expect(await rig.api('users.info', { user: GUEST })).toMatchObject({
      user: { is_restricted: true },
    });
    expect(await rig.api('users.info', { user: GONE })).toMatchObject({ user: { deleted: true } });
    expect(await error('conversations.open', { users: GONE })).toBe('user_disabled');
    expect(await error('conversations.open', { users: 'U0' })).toBe('user_not_found');
    expect(await error('conversations.open')).toBe('users_list_not_supplied');
    expect(await rig.api('conversations.open', { users: BEN })).toMatchObject({
      channel: { id: dmWith(BEN) },
    });
    const members = await rig.api('conversations.members', { channel: JOBS });
    expect(members.members).toEqual([ANA, BEN, GUEST, BOT]);
  });

  test('the conversations of a person: private ones only with the bot, by kind, in pages', async () => {
    const idsOf = async (args: Record<string, unknown>) => {
      const { channels } = await rig.api('users.conversations', args);
      return Array.isArray(channels) ? channels.map((one) => at(one, 'id')) : channels;
    };
    const types = 'public_channel,private_channel';
    expect(await idsOf({ user: ANA })).toEqual([JOBS, GENERAL, ARCHIVED]);
    const live = { user: ANA, types, exclude_archived: true };
    expect(await idsOf(live)).toEqual([JOBS, GENERAL, PRIVATE_WITH_BOT]);
    expect(await idsOf({ user: GUEST, types })).toEqual([JOBS]);
    expect(await idsOf({ user: ANA, types: 'im' })).toEqual([dmWith(ANA)]);
    const first = await rig.api('users.conversations', { ...live, limit: 2 });
    const cursor = at(first, 'response_metadata', 'next_cursor');
    expect(await idsOf({ ...live, limit: 2, cursor })).toEqual([PRIVATE_WITH_BOT]);
    expect(JSON.stringify(first)).not.toContain('is_member');
    expect(await error('users.conversations', { ...live, cursor: 'x' })).toBe('invalid_cursor');
    expect(await error('users.conversations', { ...live, limit: 1000 })).toBe('invalid_limit');
    expect(await error('users.conversations', { types: 'channels' })).toBe('invalid_types');
    expect(await error('users.conversations', { user: 'U0' })).toBe('user_not_found');
    expect(await rig.api('users.conversations', { types: 'mpim' })).toMatchObject({
      error: 'missing_scope',
      needed: 'mpim:read',
      provided: expect.stringContaining('channels:read'),
    });
    expect(await rig.api('conversations.info', { channel: GROUP_MESSAGE })).toMatchObject({
      error: 'missing_scope',
      needed: 'mpim:read',
    });
  });

  test('a permalink is for an existing message', async () => {
    const root = await rig.api('chat.postMessage', { channel: JOBS, text: 'root' });
    const reply = await rig.api('chat.postMessage', {
      channel: JOBS,
      text: 'r',
      thread_ts: root.ts,
    });
    const link = await rig.api('chat.getPermalink', { channel: JOBS, message_ts: reply.ts });
    expect(link.permalink).toContain(
      `/archives/${JOBS}/p${String(reply.ts).replace('.', '')}?thread_ts=${root.ts}`,
    );
    expect(await error('chat.getPermalink', { channel: JOBS, message_ts: NO_SUCH_TS })).toBe(
      'message_not_found',
    );
  });

  test('a reaction is added once', async () => {
    const { ts } = await rig.api('chat.postMessage', { channel: JOBS, text: 'x' });
    const reaction = { channel: JOBS, timestamp: ts, name: 'eyes' };
    expect(await error('reactions.add', reaction)).toBeUndefined();
    expect(await error('reactions.add', reaction)).toBe('already_reacted');
    expect(await error('reactions.add', { ...reaction, name: 'no such!' })).toBe('invalid_name');
    expect(await error('reactions.add', { ...reaction, timestamp: NO_SUCH_TS })).toBe(
      'message_not_found',
    );
  });
});
