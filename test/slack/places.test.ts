import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { controlSlack } from '../../sandbox/slack/control.ts';
import { type SlackSandbox, startSlack } from '../../sandbox/slack/server.ts';
import {
  ANA,
  ANA_AND_BEN,
  ARCHIVED,
  BEN,
  BOT,
  dmWith,
  GENERAL,
  GROUP_MESSAGE,
  GUEST,
  JOBS,
  PRIVATE_WITH_BOT,
  PRIVATE_WITHOUT_BOT,
  TEAM,
} from '../../sandbox/slack/world.ts';
import { boltLogger, createLog } from '../../src/logging/logger.ts';
import { createSlackClient } from '../../src/slack/client.ts';
import { createPlaces, createSharing } from '../../src/slack/places.ts';
import { manifestFile } from '../sandbox/slack-setup.ts';

let slack: SlackSandbox;
let control: ReturnType<typeof controlSlack>;
beforeAll(async () => {
  slack = await startSlack({ manifest: 'manifest.yml' });
  control = controlSlack(slack.url);
});
afterAll(() => slack.close());

/** Places that know nothing yet, with a clock of their own. */
function freshPlaces({ apiUrl, botToken: token } = slack) {
  const logger = boltLogger(createLog({ level: 'error', write: () => undefined }));
  let time = Date.now();
  const places = createPlaces(createSlackClient({ token, apiUrl, logger }), () => new Date(time));
  const pass = (ms: number) => {
    time += ms;
  };
  return { places, pass };
}

const membership = (user: string, channel: string) =>
  freshPlaces().places.membership({ team: TEAM.id, user }, channel);

/** Calls of a method since `before` of them had been made. */
const calls = async (method: string, before = 0) =>
  (await control.ledger())
    .filter((one) => one.kind === 'api' && one.method === method)
    .slice(before);

test.each([
  ['a public channel with the bot', ANA, JOBS, 'member'],
  ['a guest’s channel', GUEST, JOBS, 'member'],
  ['a private channel with the bot', BEN, PRIVATE_WITH_BOT, 'member'],
  ['a public channel without the bot', ANA, GENERAL, 'member'],
  ['a private channel of others, with the bot', GUEST, PRIVATE_WITH_BOT, 'not a member'],
  ['a public channel of others, without the bot', GUEST, GENERAL, 'unknown'],
  ['a private channel without the bot', ANA, PRIVATE_WITHOUT_BOT, 'unknown'],
  ['an archived channel', ANA, ARCHIVED, 'unknown'],
  ['a group message', ANA, GROUP_MESSAGE, 'unknown'],
  ['the direct message with the bot', ANA, dmWith(ANA), 'unknown'],
  ['direct messages of two people', ANA, ANA_AND_BEN, 'unknown'],
  ['a person’s id', ANA, BEN, 'unknown'],
  ['a channel that is nowhere', ANA, 'C0NOWHERE1', 'unknown'],
  ['no id at all', ANA, 'C0JOBS0001 x', 'unknown'],
  ['a person whom Slack does not know', 'U0NOBODY01', JOBS, 'unknown'],
])('membership: %s', async (_name, user, channel, expected) => {
  expect(await membership(user, channel)).toBe(expected);
});

test('only Slack’s list of the person’s own channels is asked for, at most 200 at a time', async () => {
  const before = (await calls('users.conversations')).length;
  expect(await membership(BEN, JOBS)).toBe('member');
  expect((await calls('users.conversations', before)).map(({ args }) => args)).toEqual([
    { user: BEN, types: 'public_channel,private_channel', exclude_archived: 'true', limit: '200' },
  ]);
  expect(await calls('conversations.members')).toEqual([]);
});

test('a member of hundreds of channels is found on a later page', async () => {
  const user = 'U0MANY0001';
  const many = await startSlack({ manifest: 'manifest.yml' });
  const desk = controlSlack(many.url);
  await desk.addMember(user);
  for (let each = 0; each < 450; each += 1)
    await desk.addChannel(`C0MANY${String(each).padStart(4, '0')}`, 'public', [user, BOT]);
  const { places } = freshPlaces(many);
  expect(await places.membership({ team: TEAM.id, user }, 'C0MANY0449')).toBe('member');
  expect(await places.membership({ team: TEAM.id, user }, JOBS)).toBe('not a member');
  const asked = (await desk.ledger()).filter((one) => one.method === 'users.conversations');
  expect(asked).toHaveLength(6);
  await many.close();
});

test('a yes is believed for a minute and a no for seconds, and a person who has left is no member', async () => {
  const channel = 'C0OWN00001';
  await control.addChannel(channel, 'private', [ANA, BOT]);
  const { places, pass } = freshPlaces();
  const ben = { team: TEAM.id, user: BEN };
  expect(await places.membership(ben, channel)).toBe('not a member');
  await control.setMembership(channel, BEN, true);
  expect(await places.membership(ben, channel)).toBe('not a member');
  pass(5001);
  expect(await places.membership(ben, channel)).toBe('member');
  await control.setMembership(channel, BEN, false);
  pass(59_000);
  expect(await places.membership(ben, channel)).toBe('member');
  pass(1001);
  expect(await places.membership(ben, channel)).toBe('not a member');
});

test('knows the bot’s own membership, and notices an invitation within seconds', async () => {
  const channel = 'C0OWN00002';
  await control.addChannel(channel, 'private', [ANA]);
  const { places, pass } = freshPlaces();
  expect(await places.ownMembership(channel)).toBe('not a member');
  expect(await places.membership({ team: TEAM.id, user: ANA }, channel)).toBe('unknown');
  await control.setMembership(channel, BOT, true);
  pass(5001);
  expect(await places.ownMembership(channel)).toBe('member');
  expect(await places.membership({ team: TEAM.id, user: ANA }, channel)).toBe('member');
  expect(await places.ownMembership(GENERAL)).toBe('not a member');
  expect(await places.ownMembership(ANA)).toBe('unknown');
});

test.each(['ratelimited', 'http500', 'html', 'cut'] as const)(
  'where Slack fails (%s) nothing is known, and nothing is thrown',
  async (kind) => {
    await control.fault({ method: 'users.conversations', kind, match: ANA });
    expect(await membership(ANA, JOBS)).toBe('unknown');
    await control.fault({ method: 'conversations.info', kind, match: GENERAL });
    expect(await membership(GUEST, GENERAL)).toBe('unknown');
  },
);

test.each(['channels:read', 'groups:read'])(
  'without the scope %s nothing is known',
  async (scope) => {
    const manifest = parse(readFileSync('manifest.yml', 'utf8'));
    const { scopes } = manifest.oauth_config;
    scopes.bot = scopes.bot.filter((one: string) => one !== scope);
    const narrow = await startSlack({ manifest: manifestFile(manifest) });
    const { places } = freshPlaces(narrow);
    expect(await places.membership({ team: TEAM.id, user: ANA }, JOBS)).toBe('unknown');
    await narrow.close();
  },
);

test('a channel whose sharing Slack does not tell counts as shared', async () => {
  const { places } = freshPlaces();
  expect(await places.isShared(GROUP_MESSAGE)).toBe(true);
  expect(await places.isShared(JOBS)).toBe(false);
  expect(await places.isShared(PRIVATE_WITHOUT_BOT)).toBe(false);
});

describe('for one who asks about many channels', () => {
  /** What knows nothing yet, with a clock of its own. */
  function freshSharing({ apiUrl, botToken: token } = slack) {
    const logger = boltLogger(createLog({ level: 'error', write: () => undefined }));
    let time = Date.now();
    const client = createSlackClient({ token, apiUrl, logger });
    const isShared = createSharing(client, () => new Date(time));
    const pass = (ms: number) => {
      time += ms;
    };
    return { isShared, pass };
  }

  test('the list of the bot’s channels tells; others are asked for one by one', async () => {
    await control.addChannel('C0SHARE001', 'public', [ANA, BOT]);
    await control.setShared('C0SHARE001', true);
    const { isShared } = freshSharing();
    const lists = (await calls('users.conversations')).length;
    const infos = (await calls('conversations.info')).length;
    expect(await isShared(JOBS)).toBe(false);
    expect(await isShared(PRIVATE_WITH_BOT)).toBe(false);
    expect(await isShared('C0SHARE001')).toBe(true);
    expect(await isShared(dmWith(ANA))).toBe(false);
    expect(await calls('users.conversations', lists)).toHaveLength(1);
    expect(await calls('conversations.info', infos)).toHaveLength(0);
    expect(await isShared(ARCHIVED)).toBe(false);
    expect(await isShared(GROUP_MESSAGE)).toBe(true);
    expect(await calls('conversations.info', infos)).toHaveLength(2);
  });

  test('a channel that is shared later is noticed within five minutes', async () => {
    const channel = 'C0SHARE002';
    await control.addChannel(channel, 'private', [ANA, BOT]);
    const { isShared, pass } = freshSharing();
    expect(await isShared(channel)).toBe(false);
    await control.setShared(channel, true);
    pass(5 * 60_000);
    expect(await isShared(channel)).toBe(true);
  });

  test('without the scope for private channels, each is asked for by itself', async () => {
    const manifest = parse(readFileSync('manifest.yml', 'utf8'));
    const { scopes } = manifest.oauth_config;
    scopes.bot = scopes.bot.filter((one: string) => one !== 'groups:read');
    const narrow = await startSlack({ manifest: manifestFile(manifest) });
    const { isShared } = freshSharing(narrow);
    expect(await isShared(JOBS)).toBe(false);
    expect(await isShared(PRIVATE_WITH_BOT)).toBe(true);
    await narrow.close();
  });
});
