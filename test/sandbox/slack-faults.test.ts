import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createRates } from '../../sandbox/slack/rates.ts';
import { ANA, JOBS } from '../../sandbox/slack/world.ts';
import { connectApp, eventually, post, type Rig, startRig } from './slack-setup.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig({ ackTimeoutMs: 100, redeliverMs: [0] });
});
afterEach(() => rig.close());

const POST = { channel: JOBS, text: 'a message' };
const texts = async () => (await rig.control.person(ANA).screen(JOBS)).map((one) => one.text);

describe('faults of the Web API', () => {
  test('429 has Retry-After and stores nothing; it fires as often as planned and then no more', async () => {
    await rig.control.fault({
      method: 'chat.postMessage',
      kind: 'ratelimited',
      retryAfter: 7,
      times: 2,
    });
    for (let turn = 0; turn < 2; turn += 1) {
      const response = await post(rig.slack, 'chat.postMessage', POST);
      expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
      expect(await response.json()).toEqual({ ok: false, error: 'ratelimited' });
    }
    expect((await post(rig.slack, 'chat.postMessage', POST)).status).toBe(200);
    expect(await texts()).toEqual(['a message']);
    const fired = await rig.control.faultsFired();
    expect(fired).toMatchObject([{ kind: 'ratelimited' }, { kind: 'ratelimited' }]);
    const ledger = await rig.control.ledger();
    expect(fired.map(({ seq }) => ledger[seq - 1]?.kind)).toEqual(['fault', 'fault']);
  });

  test.each([
    ['http500', 500],
    ['http503', 503],
  ] as const)('%s stores nothing', async (kind, status) => {
    await rig.control.fault({ method: 'chat.postMessage', kind });
    expect((await post(rig.slack, 'chat.postMessage', POST)).status).toBe(status);
    expect(await texts()).toEqual([]);
  });

  test('a lost answer comes after the message was stored, a cut before', async () => {
    await rig.control.fault({ method: 'chat.postMessage', kind: 'lost_answer' });
    await expect(post(rig.slack, 'chat.postMessage', POST)).rejects.toThrow('fetch failed');
    expect(await texts()).toEqual(['a message']);
    await rig.control.fault({ method: 'chat.postMessage', kind: 'cut' });
    await expect(post(rig.slack, 'chat.postMessage', POST)).rejects.toThrow('fetch failed');
    expect(await texts()).toEqual(['a message']);
  });

  test('a hang answers nothing', async () => {
    await rig.control.fault({ method: 'auth.test', kind: 'hang' });
    const hanging = fetch(`${rig.slack.apiUrl}auth.test`, { signal: AbortSignal.timeout(100) });
    await expect(hanging).rejects.toThrow('timeout');
    expect(await rig.control.faultsFired()).toMatchObject([{ method: 'auth.test', kind: 'hang' }]);
  });

  test('a fault waits for its request: by a part of the body, and after some that pass', async () => {
    await rig.control.fault({
      method: 'chat.postMessage',
      kind: 'http500',
      match: 'the third',
      afterRequests: 1,
    });
    const status = async (text: string) =>
      (await post(rig.slack, 'chat.postMessage', { ...POST, text })).status;
    expect(await status('another')).toBe(200);
    expect(await status('the third')).toBe(200);
    expect(await rig.control.faultsFired()).toEqual([]);
    expect(await status('the third')).toBe(500);
  });

  test('faults are cleared', async () => {
    await rig.control.fault({ method: 'chat.postMessage', kind: 'http500' });
    await rig.control.clearFaults();
    expect((await post(rig.slack, 'chat.postMessage', POST)).status).toBe(200);
  });
});

describe('faults of files, answers and deliveries', () => {
  const download = async (id: string) =>
    fetch(`${rig.slack.url}/files-pri/T0SANDBOX1-${id}/download/a`, {
      headers: { authorization: `Bearer ${rig.slack.botToken}` },
    });

  test('a download is a page, an error, or breaks off halfway', async () => {
    const files = [{ name: 'a', content: 'x'.repeat(100_000) }];
    const said = await rig.control.person(ANA).say('dm', '', { files });
    const id = String(said.files[0]?.id);
    await rig.control.fault({ method: 'files.download', kind: 'html' });
    expect(await (await download(id)).text()).toMatch(/^<!DOCTYPE html>/);
    await rig.control.fault({ method: 'files.download', kind: 'http503' });
    expect((await download(id)).status).toBe(503);
    await rig.control.fault({ method: 'files.download', kind: 'cut' });
    await expect(download(id).then((response) => response.text())).rejects.toThrow('terminated');
    expect(await (await download(id)).text()).toHaveLength(100_000);
  });

  test('an answer through response_url is lost after it was shown', async () => {
    const app = await connectApp(rig.slack);
    await rig.control.person(ANA).command(JOBS, '/try');
    const url = String(app.envelopes[0]?.payload.response_url);
    const send = () =>
      fetch(url, { method: 'POST', body: new URLSearchParams({ payload: '{"text":"shown"}' }) });
    await rig.control.fault({ method: 'response_url', kind: 'http500' });
    expect((await send()).status).toBe(500);
    await rig.control.fault({ method: 'response_url', kind: 'lost_answer' });
    await expect(send()).rejects.toThrow('fetch failed');
    expect(await texts()).toEqual(['shown']);
  });

  test('an event comes twice, or its acknowledgement is lost', async () => {
    const app = await connectApp(rig.slack);
    await rig.control.fault({ method: 'delivery', kind: 'redeliver' });
    await rig.control.person(ANA).say('dm', 'twice');
    expect(app.envelopes.map((one) => one.retry_attempt)).toEqual([0, 1]);
    await rig.control.fault({ method: 'delivery', kind: 'lost_answer' });
    await rig.control.person(ANA).say('dm', 'again');
    await eventually(() => (app.envelopes.length === 4 ? true : undefined));
    expect(app.envelopes.slice(2).map((one) => one.retry_attempt)).toEqual([0, 1]);
  });

  test('an interaction that never reaches the app fails for the person', async () => {
    const app = await connectApp(rig.slack);
    await rig.control.fault({ method: 'delivery', kind: 'cut' });
    expect(await rig.control.person(ANA).command(JOBS, '/try')).toMatchObject({
      refused: 'dispatch_failed',
    });
    expect(app.envelopes).toEqual([]);
  });
});

describe('rate limits', () => {
  test('are Slack’s tiers in a sliding minute, and one post a second for each channel', () => {
    let now = 0;
    const rates = createRates(() => now);
    for (let call = 0; call < 50; call += 1) expect(rates('chat.update', {})).toBe(0);
    now = 20_000;
    expect(rates('chat.update', {})).toBe(40);
    expect(rates('users.info', {})).toBe(0);
    now = 60_000;
    expect(rates('chat.update', {})).toBe(0);
    expect(rates('chat.postMessage', { channel: 'C1' })).toBe(0);
    expect(rates('chat.postMessage', { channel: 'C2' })).toBe(0);
    expect(rates('chat.postMessage', { channel: 'C1' })).toBe(1);
    now += 1000;
    expect(rates('chat.postMessage', { channel: 'C1' })).toBe(0);
  });

  test('are enforced only on request', async () => {
    const strict = await startRig({ rateLimits: true });
    const statuses = [];
    for (const one of [rig, strict])
      for (let call = 0; call < 2; call += 1)
        statuses.push((await post(one.slack, 'chat.postMessage', POST)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    await strict.close();
  });
});

test('starting over makes everything as it was, and the app stays installed', async () => {
  await post(rig.slack, 'chat.postMessage', POST);
  await rig.control.setUser(ANA, { is_restricted: true });
  await rig.control.addChannel('C0NEW00001', 'public', [ANA]);
  await rig.control.fault({ method: 'chat.postMessage', kind: 'http500' });
  await rig.control.startOver();
  expect(await rig.control.ledger()).toEqual([]);
  expect(await texts()).toEqual([]);
  await expect(rig.control.person(ANA).screen('C0NEW00001')).rejects.toThrow();
  expect((await post(rig.slack, 'chat.postMessage', POST)).status).toBe(200);
  expect(await texts()).toEqual(['a message']);
});
