import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ANA, BOT, dmWith, JOBS } from '../../sandbox/slack/world.ts';
import { editPost, type Post, postOnce, postSettled, postSurely } from '../../src/slack/post.ts';
import { say } from '../../src/views/message.ts';
import { type Rig, startRig } from '../poller/rig.ts';

let rig: Rig;
let blind: Rig;
beforeAll(async () => {
  [rig, blind] = await Promise.all([startRig(), startRig({ grantOptional: false })]);
});
beforeEach(() => Promise.all([rig.slack.clearFaults(), blind.slack.clearFaults()]));
afterAll(() => Promise.all([rig.stop(), blind.stop()]));

function post(text: string, more: Partial<Post> = {}): Post {
  const nowhere = { threadTs: null, broadcast: false, maybeSent: false };
  return { id: `test:${text}`, channel: JOBS, message: say(text), ...nowhere, ...more };
}

async function texts(text: string, channel = JOBS, on = rig): Promise<number> {
  const seen = await on.slack.person(ANA).screen(channel);
  return seen.filter((message) => message.user === BOT && message.text === text).length;
}

const lose = (text: string, on = rig) =>
  on.slack.fault({ method: 'chat.postMessage', kind: 'lost_answer', match: text });

describe('a post that may have been sent', () => {
  test('is found by its stamp, and not by its text', async () => {
    const first = await postOnce(rig.client, post('same'));
    const again = await postOnce(rig.client, post('same', { maybeSent: true }));
    expect(again).toEqual(first);
    const other = await postOnce(rig.client, post('same', { id: 'test:other', maybeSent: true }));
    expect(other).not.toEqual(first);
    expect(await texts('same')).toBe(2);
  });

  test('is sent where it is not there', async () => {
    expect(await postOnce(rig.client, post('absent', { maybeSent: true }))).toMatchObject({
      kind: 'posted',
    });
    expect(await texts('absent')).toBe(1);
  });

  test('in a place that cannot be read is left alone, or settled by sending it again', async () => {
    const maybe = post('unread', { maybeSent: true });
    expect(await postOnce(blind.client, maybe)).toEqual({ kind: 'unreadable' });
    expect(await texts('unread', JOBS, blind)).toBe(0);
    expect(await postSettled(blind.client, maybe)).toMatchObject({ kind: 'posted' });
    expect(await texts('unread', JOBS, blind)).toBe(1);
  });

  test('to a person is looked for in their direct message, also without the optional scopes', async () => {
    const direct = { channel: ANA };
    const first = await postOnce(blind.client, post('direct', direct));
    expect(first).toMatchObject({ kind: 'posted', channel: dmWith(ANA) });
    expect(await postOnce(blind.client, post('direct', { ...direct, maybeSent: true }))).toEqual(
      first,
    );
  });

  test('is found on a later page of a long thread', async () => {
    const root = await rig.client.chat.postMessage({ channel: JOBS, text: 'long' });
    const threadTs = root.ts ?? '';
    const many = Array.from({ length: 210 }, (_, index) => index);
    for (const index of many) {
      await rig.client.chat.postMessage({ channel: JOBS, thread_ts: threadTs, text: `${index}` });
    }
    const last = await postOnce(rig.client, post('last', { threadTs }));
    expect(await postOnce(rig.client, post('last', { threadTs, maybeSent: true }))).toEqual(last);
  });
});

const SOON = { firstMs: 1, mostMs: 100 };

describe('a post that someone waits for', () => {
  test('is adopted after its answer was lost', async () => {
    await lose('surely');
    await postSurely(rig.client, post('surely'), SOON);
    expect(await texts('surely')).toBe(1);
  });

  test('waits as long as Slack says, also while it is looked for', async () => {
    await lose('slowly');
    await rig.slack.fault({ method: 'conversations.history', kind: 'ratelimited', retryAfter: 1 });
    await postSurely(rig.client, post('slowly'), SOON);
    expect(await texts('slowly')).toBe(1);
    expect(await rig.slack.faultsFired()).toContainEqual(
      expect.objectContaining({ method: 'conversations.history' }),
    );
  });

  test('is sent twice rather than never where the place cannot be read', async () => {
    await lose('twice', blind);
    await postSurely(blind.client, post('twice'), SOON);
    expect(await texts('twice', JOBS, blind)).toBe(2);
  });

  test('fails where Slack refuses it for good', async () => {
    const nowhere = post('never', { channel: 'C0NOWHERE' });
    await expect(postSurely(rig.client, nowhere, SOON)).rejects.toThrow(
      'Slack does not let the bot post there (channel_not_found).',
    );
  });
});

test('blocks that Slack refuses are left out, and the text is said all the same', async () => {
  const tooLong = { ...say('plain'), blocks: say('x'.repeat(3500)).blocks };
  const posted = await postOnce(rig.client, post('plain', { message: tooLong }));
  expect(posted).toMatchObject({ kind: 'posted' });
  expect(await texts('plain')).toBe(1);
  const place = { channel: JOBS, ts: posted.kind === 'posted' ? posted.ts : '' };
  expect(await editPost(rig.client, place, { ...tooLong, text: 'plainer' })).toBeNull();
  expect(await texts('plainer')).toBe(1);
});
