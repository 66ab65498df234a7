import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createResponseUrls } from '../../sandbox/slack/response-url-store.ts';
import { ANA, BEN, JOBS, PRIVATE_WITHOUT_BOT } from '../../sandbox/slack/world.ts';
import { connectApp, type Rig, startRig } from './slack-setup.ts';

let rig: Rig;
let app: Awaited<ReturnType<typeof connectApp>>;
beforeEach(async () => {
  rig = await startRig();
  app = await connectApp(rig.slack);
});
afterEach(async () => {
  app.close();
  await rig.close();
});

const ana = () => rig.control.person(ANA);
const lastUrl = () =>
  String(
    app.envelopes.findLast((one) => one.payload.response_url !== undefined)?.payload.response_url,
  );

async function respond(body: unknown, url = lastUrl()) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

const OK = { status: 200, text: 'ok' };
const refusal = (status: number, error: string) => ({
  status,
  text: expect.stringContaining(`"error":"${error}"`),
});

const BUTTON = [
  {
    type: 'actions',
    elements: [
      { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' }, value: 'v' },
    ],
  },
];

describe('the response_url of a command', () => {
  test('shows an ephemeral answer by default, or one in the channel', async () => {
    await ana().command(JOBS, '/try');
    expect(await respond({ text: 'for Ana' })).toEqual(OK);
    expect(await respond({ text: 'for all', response_type: 'in_channel' })).toEqual(OK);
    const texts = async (id: string) =>
      (await rig.control.person(id).screen(JOBS)).map((one) => one.text);
    expect(await texts(ANA)).toEqual(['for Ana', 'for all']);
    expect(await texts(BEN)).toEqual(['for all']);
  });

  test('works in a channel without the bot', async () => {
    await ana().command(PRIVATE_WITHOUT_BOT, '/try');
    expect(await respond({ text: 'secret' })).toEqual(OK);
    expect(await ana().screen(PRIVATE_WITHOUT_BOT)).toMatchObject([
      { text: 'secret', ephemeral: true },
    ]);
  });

  test('serves five times', async () => {
    await ana().command(JOBS, '/try');
    for (let use = 0; use < 5; use += 1) expect(await respond({ text: `${use}` })).toEqual(OK);
    expect(await respond({ text: 'sixth' })).toEqual(refusal(404, 'used_url'));
    expect(await ana().screen(JOBS)).toHaveLength(5);
  });

  test('checks what it shows, and a refused answer is no use', async () => {
    await ana().command(JOBS, '/try');
    expect(await respond({})).toEqual(refusal(400, 'no_text'));
    expect(await respond({ blocks: [{ type: 'nope' }] })).toEqual(refusal(400, 'invalid_blocks'));
    for (let use = 0; use < 5; use += 1) expect(await respond({ text: `${use}` })).toEqual(OK);
  });

  test('is not invented', async () => {
    expect(await respond({ text: 'x' }, `${rig.slack.url}/commands/T/1/abc`)).toEqual(
      refusal(404, 'invalid_url'),
    );
  });

  test('expires after 30 minutes', () => {
    let now = 0;
    const urls = createResponseUrls(() => now);
    const path = urls.issue('commands', { channel: JOBS, user: ANA, message: undefined });
    now = 30 * 60_000;
    expect(urls.check(path)).toMatchObject({ channel: JOBS });
    now += 1;
    expect(() => urls.check(path)).toThrow('expired_url');
  });
});

describe('the response_url of an action', () => {
  test('replaces and deletes an ephemeral message, which has no other way', async () => {
    await ana().command(JOBS, '/try');
    await respond({ text: 'list', blocks: BUTTON });
    const [list] = await ana().screen(JOBS);
    await ana().click(JOBS, String(list?.ts), 'Go');
    expect(app.envelopes.at(-1)?.payload).toMatchObject({
      container: { is_ephemeral: true, message_ts: list?.ts },
      actions: [{ action_id: 'go', value: 'v' }],
    });
    expect(app.envelopes.at(-1)?.payload).not.toHaveProperty('message');
    expect(await respond({ text: 'page 2', replace_original: true })).toEqual(OK);
    expect(await ana().screen(JOBS)).toMatchObject([
      { ts: list?.ts, text: 'page 2', ephemeral: true },
    ]);
    expect(await respond({ delete_original: true })).toEqual(OK);
    expect(await ana().screen(JOBS)).toEqual([]);
  });

  test('replaces a message of the channel, or answers beside it in its thread', async () => {
    const { ts } = await rig.api('chat.postMessage', {
      channel: JOBS,
      text: 'card',
      blocks: BUTTON,
    });
    await ana().click(JOBS, String(ts), 'Go');
    await respond({ text: 'aside', replace_original: false });
    await respond({ text: 'new card', replace_original: true });
    await rig.api('chat.postMessage', { channel: JOBS, text: 'reply', thread_ts: ts });
    await respond({ text: 'in thread', replace_original: false, thread_ts: ts });
    expect(await ana().screen(JOBS)).toMatchObject([
      { ts, text: 'new card', edited: true },
      { text: 'aside', ephemeral: true },
      { text: 'reply' },
      { text: 'in thread', ephemeral: true, thread_ts: ts },
    ]);
  });
});
