import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { at } from '../../sandbox/slack/json.ts';
import { ANA, APP_ID, BOT, JOBS } from '../../sandbox/slack/world.ts';
import { connectApp, eventually, NO_ACK, type Rig, startRig } from './slack-setup.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig({ ackTimeoutMs: 80, redeliverMs: [0, 30, 60] });
});
afterEach(() => rig.close());

const retries = (app: Awaited<ReturnType<typeof connectApp>>) =>
  app.envelopes.map((one) => [one.retry_attempt, one.retry_reason]);

describe('sockets', () => {
  test('say hello, and a ticket opens one socket only', async () => {
    const app = await connectApp(rig.slack);
    expect(app.greeting).toMatchObject({
      type: 'hello',
      num_connections: 1,
      connection_info: { app_id: APP_ID },
    });
    const again = new WebSocket(app.url);
    const refused = await new Promise((resolve) => {
      again.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      again.on('error', () => undefined);
    });
    expect(refused).toBe(401);
  });

  test('each envelope goes to one of them, in turn', async () => {
    const apps = [await connectApp(rig.slack), await connectApp(rig.slack)];
    for (const text of ['/try 1', '/try 2', '/try 3', '/try 4'])
      await rig.control.person(ANA).command(JOBS, text);
    expect(apps.map((app) => app.envelopes.length)).toEqual([2, 2]);
  });

  test('there are at most ten', async () => {
    for (let count = 0; count < 10; count += 1) await connectApp(rig.slack);
    const eleventh = await connectApp(rig.slack);
    expect(eleventh.greeting).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' });
  });

  test('are told to reconnect', async () => {
    const app = await connectApp(rig.slack);
    await rig.control.disconnect('refresh_requested');
    const told = await eventually(() => app.control[1]);
    expect(told).toMatchObject({ type: 'disconnect', reason: 'refresh_requested' });
  });
});

describe('envelopes', () => {
  test('say their kind and if they take an answer', async () => {
    const app = await connectApp(rig.slack);
    await rig.control.person(ANA).command(JOBS, '/try it');
    await rig.control.person(ANA).say('dm', 'hello');
    expect(app.envelopes).toMatchObject([
      {
        type: 'slash_commands',
        accepts_response_payload: true,
        payload: { command: '/try', text: 'it' },
      },
      {
        type: 'events_api',
        accepts_response_payload: false,
        retry_attempt: 0,
        retry_reason: '',
        payload: {
          type: 'event_callback',
          event: { type: 'message', channel_type: 'im', text: 'hello' },
        },
      },
    ]);
    expect(Object.keys(app.envelopes[0] ?? {}).sort()).toEqual([
      'accepts_response_payload',
      'envelope_id',
      'payload',
      'type',
    ]);
  });

  test('an event that is not acknowledged comes again, three times', async () => {
    const app = await connectApp(rig.slack, () => NO_ACK);
    await rig.control.person(ANA).say('dm', 'hello');
    await eventually(() => (app.envelopes.length === 4 ? true : undefined));
    expect(retries(app)).toEqual([
      [0, ''],
      [1, 'timeout'],
      [2, 'timeout'],
      [3, 'timeout'],
    ]);
    const ids = app.envelopes.map((one) => at(one.payload, 'event_id'));
    expect(new Set(ids).size).toBe(1);
  });

  test('an event sent while no socket was open comes later, as a retry', async () => {
    await rig.control.person(ANA).say('dm', 'hello');
    const app = await connectApp(rig.slack);
    await eventually(() => app.envelopes[0]);
    expect(app.envelopes[0]).toMatchObject({ payload: { event: { text: 'hello' } } });
    expect(app.envelopes[0]?.retry_attempt).toBeGreaterThan(0);
  });

  test('a command fails for the person at once when no socket is open, and after the limit when it is not acknowledged', async () => {
    const ana = rig.control.person(ANA);
    expect(await ana.command(JOBS, '/try it')).toMatchObject({
      ok: false,
      refused: 'dispatch_failed',
    });
    const app = await connectApp(rig.slack, () => NO_ACK);
    expect(await ana.command(JOBS, '/try it')).toMatchObject({
      ok: false,
      refused: 'operation_timeout',
    });
    expect(app.envelopes).toHaveLength(1);
  });

  test('an event is sent again when it is asked for', async () => {
    const app = await connectApp(rig.slack);
    await rig.control.person(ANA).say('dm', 'hello');
    const id = String(at(app.envelopes[0]?.payload, 'event_id'));
    expect(await rig.control.redeliver(id)).toBe(true);
    expect(await rig.control.redeliver('Ev0')).toBe(false);
    expect(retries(app)).toEqual([
      [0, ''],
      [1, 'timeout'],
    ]);
  });

  test('a dropped socket loses the event, which comes again on the next one', async () => {
    const first = await connectApp(rig.slack, () => NO_ACK);
    await rig.control.fault({ method: 'delivery', kind: 'drop_socket' });
    const said = rig.control.person(ANA).say('dm', 'hello');
    const second = await connectApp(rig.slack);
    await said;
    await eventually(() => second.envelopes[0]);
    expect(first.envelopes.length).toBeLessThanOrEqual(1);
    expect(second.envelopes[0]?.retry_attempt).toBeGreaterThan(0);
    expect(await rig.control.faultsFired()).toMatchObject([
      { method: 'delivery', kind: 'drop_socket' },
    ]);
  });
});

describe('Slack itself refuses', () => {
  test('a command in a thread, and one that the app has not', async () => {
    const app = await connectApp(rig.slack);
    const ana = rig.control.person(ANA);
    const { ts } = await ana.say(JOBS, 'thread');
    const inThread = await ana.command(JOBS, '/try it', { thread_ts: ts });
    expect(inThread).toMatchObject({ ok: false, refused: 'not_supported_in_threads' });
    expect(await ana.command(JOBS, '/other')).toMatchObject({ refused: 'invalid_command' });
    expect(app.envelopes.filter((one) => one.type === 'slash_commands')).toEqual([]);
  });
});

describe('events', () => {
  test('a mention comes as a message and as app_mention, the bot’s own words as a message only', async () => {
    const app = await connectApp(rig.slack);
    await rig.control.person(ANA).say(JOBS, `<@${BOT}> hi`);
    await rig.api('chat.postMessage', { channel: JOBS, text: `<@${BOT}> me` });
    await eventually(() => (app.envelopes.length === 3 ? true : undefined));
    const events = app.envelopes.map((one) => [
      at(one.payload, 'event', 'type'),
      at(one.payload, 'event', 'user'),
    ]);
    expect(events.sort()).toEqual([
      ['app_mention', ANA],
      ['message', ANA],
      ['message', BOT],
    ]);
  });

  test('an upload in the direct messages is a file_share with the file in it', async () => {
    const app = await connectApp(rig.slack);
    const files = [{ name: 'a.sh', content: 'x' }];
    const said = await rig.control.person(ANA).say('dm', 'see', { files });
    const shared = app.envelopes.find(
      (one) => at(one.payload, 'event', 'subtype') === 'file_share',
    );
    expect(shared?.payload.event).toMatchObject({
      ts: said.ts,
      files: [{ id: said.files[0]?.id, name: 'a.sh' }],
    });
    expect(shared?.payload.event).not.toHaveProperty('team');
  });

  test('app_mention carries the files, or only their ids in its blocks', async () => {
    const app = await connectApp(rig.slack);
    const files = [{ name: 'a.sh', content: 'x' }];
    const ana = rig.control.person(ANA);
    await ana.say(JOBS, `<@${BOT}>`, { files });
    const bare = await ana.say(JOBS, `<@${BOT}>`, { files, mentionWithoutFiles: true });
    const mentions = app.envelopes
      .map((one) => one.payload.event)
      .filter((event) => at(event, 'type') === 'app_mention');
    expect(mentions[0]).toMatchObject({ files: [{ name: 'a.sh' }] });
    expect(mentions[1]).not.toHaveProperty('files');
    expect(JSON.stringify(at(mentions[1], 'blocks'))).toContain(bare.files[0]?.id);
  });
});
