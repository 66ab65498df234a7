import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { BOT, JOBS, TEAM } from '../../sandbox/slack/world.ts';
import {
  answer,
  asksWaldur,
  connect,
  goesWrong,
  script,
  sees,
  seesModal,
  share,
  shown,
  slurm,
  startWorld,
  submitFrom,
  until,
  type World,
} from './world.ts';

/** The main flows with delivery by signed HTTP (SLACK_SIGNING_SECRET and PORT). */
let world: World;
const BIO = { cluster: 'Hydra', project: 'bio', user: 'ana', state: 'OK' } as const;

beforeAll(async () => {
  world = await startWorld({ http: true });
});
beforeEach(async () => {
  await world.waldur.addJobs([{ ...BIO, name: 'seen', backend_id: '981' }]);
});
afterEach(() => world.startOver());
afterAll(() => world.stop());

test('the log says how Slack reaches the bot, and Slack’s challenge is answered', async () => {
  expect(world.bot().lines.find((line) => line.includes(' started '))).toContain('receiver=http');
  expect(await world.slack.verifyUrl()).toBe(true);
});

test('a script is submitted and followed to its end', async () => {
  const { ana, waldur } = world;
  const prompt = await share(ana, 'dm', { name: 'web.sh', content: script('web', 5) });
  await ana.click('dm', prompt.ts, 'Submit…');
  const offer = await sees(ana, 'dm', 'Connect your Waldur account to submit.');
  await ana.click('dm', offer.ts, 'Connect…');
  await seesModal(ana, 'Waldur API token');
  await ana.submit({ 'Waldur API token': world.tokens.ana ?? '' });
  await seesModal(ana, 'Allocation');
  expect(await ana.suggest('Allocation', '')).toHaveLength(3);
  await ana.submit({ Allocation: 'bio-gpu · 82 % of GPU hours used' });
  await seesModal(ana, 'Submitted web.');
  await ana.closeModal();
  await sees(ana, 'dm', /^\S+ <@U0ANA00001> web completed/m);
  const posts = (await waldur.requests()).filter(({ method }) => method === 'POST');
  expect(posts).toHaveLength(1);
});

test('a list, its menu and its buttons', async () => {
  const { ana, ben } = world;
  await connect(world, ana, 'ana');
  const list = await slurm(ana, JOBS, 'list all');
  expect(list.text).toMatch(/^\*Jobs you can see\* · 1–10 of \d+ records/);
  await ana.click(JOBS, list.ts, 'Older');
  await sees(ana, JOBS, /· 11–\d+ of/);
  const searched = await slurm(ana, JOBS, 'list seen');
  const job = await answer(ana, JOBS, () => ana.choose(JOBS, searched.ts, 'Details'));
  expect(job.text).toMatch(/^\S+ seen — Submitted/);
  const posted = await answer(ben, JOBS, () => ana.click(JOBS, searched.ts, 'Post to channel'));
  expect(posted.ephemeral).toBe(false);
});

test('show, refresh and delete', async () => {
  const { ana } = world;
  await connect(world, ana, 'ana');
  expect((await slurm(ana, 'dm', 'show 981')).text).toMatch(/^\S+ seen — Submitted/);
  expect((await slurm(ana, 'dm', 'refresh 981')).text).toMatch(/^Asked Waldur to refresh seen\./);
  const [uuid] = await world.waldur.addJobs([{ ...BIO, name: 'unseen', backend_id: '982' }]);
  await ana.command('dm', `/slurm delete ${uuid}`);
  await seesModal(ana, 'Remove unseen');
  await ana.submit();
  await seesModal(ana, 'The record of unseen is deleted.');
  await ana.closeModal();
});

test('a mention in a thread, and the message shortcut', async () => {
  const { ana, ben } = world;
  await Promise.all([connect(world, ana, 'ana'), connect(world, ben, 'ben')]);
  const content = script('mentioned', 600, '# sandbox: queue 600');
  const prompt = await share(ben, JOBS, { name: 'm.sh', content, text: `<@${BOT}> please` });
  await submitFrom(ben, JOBS, prompt, { Allocation: 'climate-2026 · 41 % of CPU hours used' });
  await seesModal(ben, 'Submitted mentioned.');
  await ben.closeModal();
  await sees(ana, JOBS, /^\S+ mentioned — Queued/);
  const thread = prompt.thread_ts ?? '';
  const job = await answer(ana, JOBS, () => ana.say(JOBS, `<@${BOT}> show`, { thread_ts: thread }));
  expect(job.text).toMatch(/^\S+ mentioned — Queued/);
  await ana.shortcut('submit', JOBS, thread);
  expect(shown(await seesModal(ana, 'Allocation'))).toContain('Shared by <@U0BEN00001>.');
  await ana.closeModal();
});

test('a redelivered event has one prompt', async () => {
  const { ana, slack } = world;
  await slack.fault({ method: 'delivery', kind: 'redeliver', match: 'twice.sh' });
  const prompt = await share(ana, 'dm', { name: 'twice.sh', content: script('twice', 5) });
  expect((await slack.faultsFired()).map(({ kind }) => kind)).toEqual(['redeliver']);
  await slurm(ana, 'dm', 'whoami');
  const thread = (await ana.screen('dm')).filter((seen) => seen.thread_ts === prompt.thread_ts);
  expect(thread.filter(({ user }) => user === BOT)).toHaveLength(1);
});

test('a mistake is told and logged once', async () => {
  await connect(world, world.ana, 'ana');
  const wrong = await goesWrong(world, () => slurm(world.ana, JOBS, 'list owner:ben'));
  expect(wrong.told).toMatch(/^There is no filter "owner:"\./);
  expect(wrong.lines).toHaveLength(1);
});

describe('a request', () => {
  const text = new URLSearchParams({
    command: '/slurm',
    text: 'list',
    team_id: TEAM.id,
    user_id: 'U0ANA00001',
    channel_id: JOBS,
    channel_name: 'jobs',
    trigger_id: '1.2.3',
    response_url: 'http://127.0.0.1:9/none',
  }).toString();

  const sign = (secret: string, timestamp: string, body: string) =>
    `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;

  async function deliver(headers: Record<string, string>): Promise<number> {
    const { status } = await fetch(world.requestUrl ?? '', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: text,
    });
    return status;
  }

  async function signed(secondsFromNow: number, secret = world.slackReady.signingSecret) {
    const timestamp = String(Math.floor(Date.now() / 1000) + secondsFromNow);
    return deliver({
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': sign(secret, timestamp, text),
    });
  }

  test('that is signed and fresh is taken', async () => {
    await connect(world, world.ana, 'ana');
    const asked = await asksWaldur(world, async () => {
      // The response_url leads nowhere: the answer comes another way.
      const list = await answer(world.ana, JOBS, async () => expect(await signed(0)).toBe(200));
      expect(list.text).toMatch(/^\*Your jobs\*|^You have no jobs/);
    });
    expect(asked.filter((line) => line.startsWith('GET /api/slurm-jobs/ '))).not.toEqual([]);
  });

  test.each<[string, () => Promise<number>]>([
    ['of ten minutes ago', () => signed(-600)],
    ['of ten minutes from now', () => signed(600)],
    ['signed with another secret', () => signed(0, 'another secret')],
    ['without a signature', () => deliver({})],
    [
      'without a time',
      () => deliver({ 'x-slack-signature': sign(world.slackReady.signingSecret, '', text) }),
    ],
    [
      'whose time is no number',
      () =>
        deliver({
          'x-slack-request-timestamp': 'soon',
          'x-slack-signature': sign(world.slackReady.signingSecret, 'soon', text),
        }),
    ],
    [
      'whose body was changed',
      () => {
        const timestamp = String(Math.floor(Date.now() / 1000));
        const signature = sign(world.slackReady.signingSecret, timestamp, `${text}&text=delete`);
        return deliver({
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': signature,
        });
      },
    ],
  ])('%s is refused, and nothing is done', async (_what, send) => {
    const before = await world.ana.screen(JOBS);
    expect(await send()).toBe(401);
    // What comes next is answered, so that an answer to the refused one would have come before.
    await slurm(world.ana, JOBS, 'help');
    expect(await world.ana.screen(JOBS)).toHaveLength(before.length + 1);
  });

  /** Sends only headers that announce a body. Returns the answer that comes without it. */
  function announce(headers: string[]): Promise<string> {
    const { hostname, port } = new URL(world.requestUrl ?? '');
    const socket = connectTo(Number(port), hostname);
    const head = ['POST /slack/events HTTP/1.1', 'Host: bot', ...headers, '', ''];
    socket.write(head.join('\r\n'));
    const answered = new Promise<string>((resolve, reject) => {
      socket.once('data', (data) => resolve(data.toString().split('\r\n')[0] ?? ''));
      socket.once('error', reject);
    });
    return answered.finally(() => socket.destroy());
  }

  const soon = (seconds: number) =>
    `X-Slack-Request-Timestamp: ${Math.floor(Date.now() / 1000) + seconds}`;
  const someSignature = `X-Slack-Signature: v0=${'0'.repeat(64)}`;

  test.each([
    ['without a signature', () => [soon(0), 'Content-Length: 1000'], '401 Unauthorized'],
    ['without a time', () => [someSignature, 'Content-Length: 1000'], '401 Unauthorized'],
    ['that is stale', () => [soon(-400), someSignature, 'Content-Length: 9'], '401 Unauthorized'],
    ['from the future', () => [soon(400), someSignature, 'Content-Length: 9'], '401 Unauthorized'],
    [
      'larger than 1 MiB',
      () => [soon(0), someSignature, 'Content-Length: 1048577'],
      '413 Payload Too Large',
    ],
  ])('%s is refused before its body is read', async (_what, headers, status) => {
    expect(await announce(headers())).toBe(`HTTP/1.1 ${status}`);
  });

  test('whose body grows beyond 1 MiB is refused, and unfinished ones keep nobody out for good', async () => {
    const { hostname, port } = new URL(world.requestUrl ?? '');
    const chunk = 'x'.repeat(65_536);
    const growing = connectTo(Number(port), hostname);
    growing.on('error', () => undefined);
    const told = once(growing, 'data');
    const head = ['POST /slack/events HTTP/1.1', 'Host: bot', soon(0), someSignature];
    growing.write([...head, 'Transfer-Encoding: chunked', '', ''].join('\r\n'));
    for (let sent = 0; sent < 20; sent += 1) growing.write(`10000\r\n${chunk}\r\n`);
    expect(String((await told)[0])).toMatch(/^HTTP\/1\.1 413 /);

    const begun = Array.from({ length: 150 }, () => connectTo(Number(port), hostname));
    let closed = 0;
    for (const socket of begun) {
      socket.on('error', () => undefined).on('close', () => (closed += 1));
      socket.write([...head, 'Content-Length: 1000000', '', chunk].join('\r\n'));
    }
    await until('those above the limit are closed', async () => closed >= 50);
    for (const socket of begun) socket.destroy();
    await until('all are closed', async () => closed === 150);
    expect((await slurm(world.ana, JOBS, 'help')).text).toBe('What /slurm can do');
  });

  test.each([
    ['application/json', 'null'],
    ['application/json', '[]'],
    ['application/json', '7'],
    ['application/json', 'nothing'],
    ['application/x-www-form-urlencoded', 'payload=null'],
  ])('a signed body of %s, %s, is no payload and does no harm', async (type, body) => {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const headers = {
      'content-type': type,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': sign(world.slackReady.signingSecret, timestamp, body),
    };
    const { status } = await fetch(world.requestUrl ?? '', { method: 'POST', headers, body });
    expect(status).toBe(400);
    expect((await slurm(world.ana, JOBS, 'help')).text).toBe('What /slurm can do');
  });

  test.each([
    ['POST', '/elsewhere'],
    ['GET', '/slack/events'],
    ['GET', '/'],
  ])('%s %s finds nothing, and does no harm', async (method, path) => {
    const { status } = await fetch(new URL(path, world.requestUrl ?? ''), { method });
    expect(status).toBe(404);
    expect((await slurm(world.ana, JOBS, 'help')).text).toBe('What /slurm can do');
  });
});

test('SIGTERM ends it in good order, and the port is free', async () => {
  const { process: bot } = world.bot();
  await world.bot().stop();
  expect(bot.exitCode).toBe(0);
  await world.startBot();
});
