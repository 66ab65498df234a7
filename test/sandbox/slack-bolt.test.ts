import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { at, objects } from '../../sandbox/slack/json.ts';
import { ANA, BEN, BOT, JOBS } from '../../sandbox/slack/world.ts';
import { eventually, plainModal, type Rig, startRig } from './slack-setup.ts';

const SECRET = 'a signing secret for tests';

/** A port that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const button = (text: string) => ({
  type: 'button' as const,
  text: { type: 'plain_text' as const, text },
  action_id: `do:${text}`,
  value: `value of ${text}`,
});

/** An ordinary Bolt app that uses what a bot uses. */
function addListeners(app: App, botToken: string): void {
  app.command('/try', async ({ ack, command, client, respond }) => {
    if (command.text === 'inline') return ack({ text: 'inline answer' });
    await ack();
    if (command.text === 'form')
      await client.views.open({ trigger_id: command.trigger_id, view: form('form') });
    else
      await respond({ text: 'a list', blocks: [{ type: 'actions', elements: [button('Older')] }] });
  });
  app.action('do:Older', async ({ ack, respond }) => {
    await ack();
    await respond({ text: 'an older list', replace_original: true });
  });
  app.view('form', async ({ ack, view }) => {
    const name = view.state.values.name?.text?.value;
    if (name === 'wrong')
      return ack({ response_action: 'errors', errors: { name: 'Not this one' } });
    if (name === 'more') return ack({ response_action: 'push', view: form('form') });
    if (name === 'other') return ack({ response_action: 'update', view: form('form', 'Changed') });
    return ack({ response_action: 'clear' });
  });
  app.options('ext', async ({ ack, payload }) => {
    await ack({
      options: [{ text: { type: 'plain_text', text: `found ${payload.value}` }, value: 'f' }],
    });
  });
  app.shortcut('take', async ({ ack, client, body }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view: form('form') });
  });
  app.event('app_mention', async ({ event, say }) => {
    await say({ text: 'yes?', thread_ts: event.ts });
  });
  app.message(async ({ message, say }) => {
    if (message.subtype !== 'file_share') return;
    const headers = { authorization: `Bearer ${botToken}` };
    const response = await fetch(String(message.files?.[0]?.url_private_download), { headers });
    await say({ text: `read: ${await response.text()}`, thread_ts: message.ts });
  });
}

const form = (callback_id: string, title = 'Form') => ({
  type: 'modal' as const,
  callback_id,
  title: { type: 'plain_text' as const, text: title },
  submit: { type: 'plain_text' as const, text: 'Send' },
  blocks: [
    ...plainModal().blocks,
    {
      type: 'input' as const,
      block_id: 'allocation',
      optional: true,
      label: { type: 'plain_text' as const, text: 'Allocation' },
      element: { type: 'external_select' as const, action_id: 'ext', min_query_length: 0 },
    },
  ],
});

type Kind = 'Socket Mode' | 'signed HTTP';

async function startBoth(kind: Kind): Promise<{ rig: Rig; stop: () => Promise<unknown> }> {
  const port = kind === 'signed HTTP' ? await freePort() : 0;
  const signing = { url: `http://127.0.0.1:${port}/slack/events`, secret: SECRET };
  const rig = await startRig(kind === 'signed HTTP' ? { signing } : {});
  const { botToken, appToken, apiUrl } = rig.slack;
  const quiet = { logLevel: LogLevel.ERROR };
  const receiver =
    kind === 'signed HTTP'
      ? new HTTPReceiver({ signingSecret: SECRET, port, ...quiet })
      : new SocketModeReceiver({
          appToken,
          installerOptions: { clientOptions: { slackApiUrl: apiUrl } },
          ...quiet,
        });
  const app = new App({
    token: botToken,
    receiver,
    clientOptions: { slackApiUrl: apiUrl },
    ...quiet,
  });
  addListeners(app, botToken);
  await app.start();
  return { rig, stop: () => app.stop() };
}

describe.each<Kind>(['Socket Mode', 'signed HTTP'])('a Bolt app by %s', (kind) => {
  let rig: Rig;
  let stop: () => Promise<unknown>;
  const person = (id = ANA) => rig.control.person(id);
  const seen = (channel: string, text: string) =>
    eventually(async () => (await person().screen(channel)).find((one) => one.text === text));

  beforeAll(async () => {
    ({ rig, stop } = await startBoth(kind));
  });
  afterAll(async () => {
    await stop();
    await rig.close();
  });

  test('answers a command through response_url, and a click replaces the ephemeral answer', async () => {
    expect(await person().command(JOBS, '/try list')).toMatchObject({ ok: true });
    const list = await seen(JOBS, 'a list');
    expect(list.ephemeral).toBe(true);
    expect(await person(BEN).screen(JOBS)).toEqual([]);
    expect(await person().click(JOBS, list.ts, 'Older')).toMatchObject({ ok: true });
    expect(await seen(JOBS, 'an older list')).toMatchObject({ ts: list.ts, ephemeral: true });
  });

  test('answers a command in the acknowledgement', async () => {
    const { response } = await person().command(JOBS, '/try inline');
    expect(response).toEqual({ text: 'inline answer' });
    expect(await seen(JOBS, 'inline answer')).toMatchObject({ ephemeral: true });
  });

  test('shows a form with errors, an update, a second form, and clears them', async () => {
    await person().command('dm', '/try form');
    const opened = await eventually(async () => (await person().modal()) ?? undefined);
    expect(await person().submit({})).toMatchObject({
      action: 'none',
      refused: 'invalid_input',
      errors: { name: 'Please complete this required field.' },
    });
    expect(await person().submit({ Name: 'wrong' })).toMatchObject({
      action: 'errors',
      errors: { name: 'Not this one' },
    });
    expect(await person().submit({ Name: 'other' })).toMatchObject({ action: 'update' });
    expect(await person().modal()).toMatchObject({ id: opened.id, title: { text: 'Changed' } });
    expect(await person().suggest('Allocation', 'bio')).toMatchObject([
      { text: { text: 'found bio' } },
    ]);
    expect(await person().submit({ Name: 'more', Allocation: 'found bio' })).toMatchObject({
      action: 'push',
    });
    expect(await person().modal()).toMatchObject({ previous_view_id: opened.id });
    expect(await person().submit({ Name: 'fine' })).toMatchObject({ ok: true, action: 'clear' });
    expect(await person().modal()).toBeNull();
  });

  test('opens a form from a message shortcut', async () => {
    const { ts } = await person(BEN).say(JOBS, 'take this');
    expect(await person().shortcut('take', JOBS, ts)).toMatchObject({ ok: true });
    await eventually(async () => (await person().modal()) ?? undefined);
    expect(await person().closeModal()).toMatchObject({ ok: true });
  });

  test('hears a mention, and reads a script sent in the direct messages', async () => {
    const mention = await person().say(JOBS, `<@${BOT}> hello`);
    expect(await seen(JOBS, 'yes?')).toMatchObject({ thread_ts: mention.ts });
    const files = [{ name: 'a.sh', content: '#!/bin/sh' }];
    const said = await person().say('dm', 'my script', { files });
    expect(await seen('dm', 'read: #!/bin/sh')).toMatchObject({ thread_ts: said.ts });
  });

  test('proves that its URL is its own, if it has one', async () => {
    expect(await rig.control.verifyUrl()).toBe(kind === 'signed HTTP');
  });

  test('writes each delivery to the ledger with its acknowledgement', async () => {
    const entries = await rig.control.ledger();
    const deliveries = entries.filter((one) => one.kind === 'delivery');
    expect(deliveries.map((one) => one.outcome)).toEqual(deliveries.map(() => 'acked'));
    const submitted = deliveries.filter((one) => at(one.payload, 'type') === 'view_submission');
    expect(objects(submitted.map((one) => one.body)).map((one) => one.response_action)).toEqual([
      'errors',
      'update',
      'push',
      'clear',
    ]);
  });
});
