import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ANA, JOBS } from '../../sandbox/slack/world.ts';
import { eventually, post, type Rig, startRig } from './slack-setup.ts';

const SECRET = 'another secret for tests';

type Received = { headers: IncomingHttpHeaders; body: string };
type Reply = { status: number; headers?: Record<string, string>; body?: string };

/** A plain HTTP server in place of an app. */
async function startReceiver() {
  const received: Received[] = [];
  const answers = { next: (): Reply => ({ status: 200 }) };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    received.push({ headers: request.headers, body });
    const answer = answers.next();
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = () => new Promise((resolve) => server.close(resolve));
  return { received, answers, url: `http://127.0.0.1:${port}/slack/events`, server, close };
}

let receiver: Awaited<ReturnType<typeof startReceiver>>;
let rig: Rig;
beforeEach(async () => {
  receiver = await startReceiver();
  const signing = { url: receiver.url, secret: SECRET };
  rig = await startRig({ signing, redeliverMs: [0, 10, 20], ackTimeoutMs: 200 });
});
afterEach(async () => {
  await rig.close();
  receiver.server.closeAllConnections();
  await receiver.close();
});

const signatureOf = ({ headers, body }: Received): string => {
  const base = `v0:${headers['x-slack-request-timestamp']}:${body}`;
  return `v0=${createHmac('sha256', SECRET).update(base).digest('hex')}`;
};

describe('signed HTTP', () => {
  test('a command is a form, signed with the secret, and may be answered in the body', async () => {
    receiver.answers.next = () => ({ status: 200, body: 'plain words' });
    const act = await rig.control.person(ANA).command(JOBS, '/try it');
    expect(act).toMatchObject({ ok: true, response: { text: 'plain words' } });
    const [request] = receiver.received;
    expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(request?.headers['x-slack-signature']).toBe(request && signatureOf(request));
    const fields = Object.fromEntries(new URLSearchParams(request?.body));
    expect(fields).toMatchObject({ command: '/try', text: 'it', is_enterprise_install: 'false' });
  });

  test('an interaction is one field of JSON', async () => {
    const { ts } = await rig.control.person(ANA).say(JOBS, 'x');
    await rig.control.person(ANA).shortcut('take', JOBS, ts);
    const payload = new URLSearchParams(receiver.received.at(-1)?.body).get('payload');
    expect(JSON.parse(payload ?? '{}')).toMatchObject({
      type: 'message_action',
      callback_id: 'take',
    });
  });

  test('an event is JSON and comes again with the reason, until Slack gives up', async () => {
    receiver.answers.next = () => ({ status: 500 });
    await rig.control.person(ANA).say('dm', 'hello');
    await eventually(() => (receiver.received.length === 4 ? true : undefined));
    expect(receiver.received[0]?.headers['content-type']).toBe('application/json');
    const retries = receiver.received.map(({ headers }) => [
      headers['x-slack-retry-num'],
      headers['x-slack-retry-reason'],
    ]);
    expect(retries).toEqual([
      [undefined, undefined],
      ['1', 'http_error'],
      ['2', 'http_error'],
      ['3', 'http_error'],
    ]);
  });

  test('x-slack-no-retry stops the retries', async () => {
    receiver.answers.next = () => ({ status: 500, headers: { 'x-slack-no-retry': '1' } });
    await rig.control.person(ANA).say('dm', 'first');
    receiver.answers.next = () => ({ status: 200 });
    await rig.control.person(ANA).say('dm', 'second');
    const texts = receiver.received.map((one) => JSON.parse(one.body).event.text);
    expect(texts).toEqual(['first', 'second']);
  });

  test('a command fails for the person if the answer is an error or is missing', async () => {
    receiver.answers.next = () => ({ status: 404 });
    const ana = rig.control.person(ANA);
    expect(await ana.command(JOBS, '/try')).toMatchObject({ refused: 'http_service_error' });
    receiver.server.closeAllConnections();
    await receiver.close();
    expect(await ana.command(JOBS, '/try')).toMatchObject({ refused: 'dispatch_failed' });
  });

  test('the URL is verified by a challenge', async () => {
    expect(await rig.control.verifyUrl()).toBe(false);
    receiver.answers.next = () => ({
      status: 200,
      headers: { 'content-type': 'text/plain' },
      body: JSON.parse(receiver.received.at(-1)?.body ?? '{}').challenge,
    });
    expect(await rig.control.verifyUrl()).toBe(true);
  });

  test('there is no Socket Mode beside it', async () => {
    const response = await post(rig.slack, 'apps.connections.open', {}, rig.slack.appToken);
    expect(await response.json()).toMatchObject({ ok: false, error: 'forbidden_team' });
  });
});
