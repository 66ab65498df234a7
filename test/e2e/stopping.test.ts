import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { botEnvironment, startNode } from '../../sandbox/processes.ts';
import type { SeenMessage } from '../../sandbox/slack/control.ts';
import { ANA } from '../../sandbox/slack/world.ts';
import type { Point } from './gate.ts';
import { type DeadlyWorld, moves, sent, startDeadlyWorld, threadOf } from './kills-world.ts';
import { answer, connect, script, sees, seesModal, share, until } from './world.ts';

const ALLOCATION = 'bio-gpu · 82 % of GPU hours used';
const waiting = (name: string) => script(name, 60, '# sandbox: queue 1000000');
const slack = (path: string, stop: Point['stop'], body = ''): Where => ({
  gate: 'slackGate',
  point: { path, stop, body },
});
const waldur = (method: string, path: string, stop: Point['stop']): Where => ({
  gate: 'waldurGate',
  point: { method, path, stop },
});
const JOBS_PATH = '/api/slurm-jobs/';

/** Where a test stops a request. */
interface Where {
  gate: 'slackGate' | 'waldurGate';
  point: Point;
}

/** The exit code, or the signal. */
const endOf = (bot: ChildProcess) =>
  new Promise((ended) => bot.once('exit', (code, signal) => ended(code ?? signal)));

describe.each([
  ['in Socket Mode', { http: false }],
  ['by signed HTTP', { http: true }],
])('SIGTERM, where Slack delivers %s', (_how, options) => {
  let world: DeadlyWorld;
  beforeAll(async () => {
    world = await startDeadlyWorld(options);
  });
  beforeEach(() => connect(world, world.ana, 'ana'));
  afterEach(() => world.startOver());
  afterAll(() => world.stop());

  /** Tells the bot to stop while it waits there, lets it go on, and starts the next one when it has ended. */
  async function stopsAt({ gate, point }: Where, act: () => Promise<unknown>): Promise<void> {
    const waits = world[gate].hold(point);
    const acted = act();
    const { release } = await waits;
    const { process: bot } = world.bot();
    const ended = endOf(bot);
    bot.kill('SIGTERM');
    await world.bot().line((line) => line.includes('stopping'));
    expect(bot.exitCode).toBeNull();
    release();
    expect(await ended).toBe(0);
    await acted;
    await world.revive();
  }

  const prompted = (name: string) =>
    share(world.ana, 'dm', { name: `${name}.sh`, content: waiting(name) });
  /** Shares a script and opens its form. */
  async function open(name: string): Promise<SeenMessage> {
    const prompt = await prompted(name);
    await world.ana.click('dm', prompt.ts, 'Submit…');
    await seesModal(world.ana, 'Allocation');
    await world.ana.suggest('Allocation', '');
    return prompt;
  }

  const submitForm = () => world.ana.submit({ Allocation: ALLOCATION });

  /** One job, one card, one reply, and the final state. */
  async function endsWell(name: string, { thread_ts: root = '' }: SeenMessage): Promise<void> {
    await sees(world.ana, 'dm', new RegExp(`^\\S+ ${name} — (Queued|Completed)`));
    await moves(world, name, 'COMPLETED');
    await sees(world.ana, 'dm', `<@${ANA}> ${name} completed`);
    const told = await threadOf(world, 'dm', root);
    expect(told.filter((text) => text.includes(` ${name} — `))).toEqual([
      expect.stringMatching(new RegExp(`^✅ ${name} — Completed`)),
    ]);
    expect(told.filter((text) => text.includes(`${name} completed`))).toHaveLength(1);
    expect(await sent(world, name)).toHaveLength(1);
  }

  test('while a form is being opened: it opens, and the next bot takes it', async () => {
    const prompt = await prompted('opening');
    await stopsAt(waldur('GET', '/slurm-allocations/', 'request'), () =>
      world.ana.click('dm', prompt.ts, 'Submit…'),
    );
    await seesModal(world.ana, 'Allocation');
    await world.ana.suggest('Allocation', '');
    await submitForm();
    await endsWell('opening', prompt);
  });

  test.each([
    ['file', slack('files.info', 'answer')],
    ['post', waldur('POST', JOBS_PATH, 'request')],
    ['answer', waldur('POST', JOBS_PATH, 'answer')],
    ['told', slack('views.update', 'request', 'Submitted')],
  ])('during a submission (%s): it is finished', async (name, where) => {
    const prompt = await open(name);
    await stopsAt(where, submitForm);
    await seesModal(world.ana, `Submitted ${name}`);
    await endsWell(name, prompt);
  });

  test('takes nothing new in: that comes again', async () => {
    const { ana } = world;
    const prompt = await open('grace');
    const posting = world.waldurGate.hold({ method: 'POST', path: JOBS_PATH, stop: 'answer' });
    await submitForm();
    const { release } = await posting;
    const ended = endOf(world.bot().process);
    world.bot().process.kill('SIGTERM');
    await world.bot().line((line) => line.includes('stopping'));
    const said = ana.say('dm', 'whoami');
    await until('the message on its way', async () =>
      (await ana.screen('dm')).some(({ text }) => text === 'whoami'),
    );
    expect(await ana.click('dm', prompt.ts, 'Submit…')).toMatchObject({ ok: false });
    release();
    expect(await ended).toBe(0);
    await said;
    await world.revive();
    const deliveries = (await world.slack.ledger()).filter(
      ({ kind, type, payload }) =>
        kind === 'delivery' &&
        type === 'events_api' &&
        JSON.stringify(payload).includes('"whoami"'),
    );
    expect(deliveries.map(({ outcome }) => outcome)).not.toContain('acked');
    const id = /"event_id":"(\w+)"/.exec(JSON.stringify(deliveries[0]))?.[1] ?? '';
    await answer(ana, 'dm', () => world.slack.redeliver(id), /^You are /);
    await endsWell('grace', prompt);
  });

  test('a second signal ends it at once, and the next bot finds the job', async () => {
    const prompt = await open('impatient');
    const posting = world.waldurGate.hold({ method: 'POST', path: JOBS_PATH, stop: 'answer' });
    await submitForm();
    const { release } = await posting;
    const ended = endOf(world.bot().process);
    world.bot().process.kill('SIGTERM');
    await world.bot().line((line) => line.includes('stopping'));
    world.bot().process.kill('SIGTERM');
    expect(await ended).toBe(1);
    release();
    await world.revive();
    await seesModal(world.ana, 'Submitted impatient');
    await endsWell('impatient', prompt);
  });

  // What follows is the same, however Slack delivers.
  if (options.http) return;

  test.each([
    ['card-out', 'request'],
    ['card-there', 'answer'],
  ] as const)('while a card is posted (%s): it is there once', async (name, stop) => {
    const prompt = await open(name);
    await stopsAt(slack('chat.postMessage', stop, `${name} — `), submitForm);
    await endsWell(name, prompt);
  });

  test.each([
    ['reply-out', 'chat.postMessage', 'request', ' completed'],
    ['reply-there', 'chat.postMessage', 'answer', ' completed'],
    ['edit-there', 'chat.update', 'answer', ' — Completed'],
  ] as const)('while the end is told (%s): it is told once', async (name, method, stop, said) => {
    const prompt = await open(name);
    await submitForm();
    await sees(world.ana, 'dm', new RegExp(`^\\S+ ${name} — Queued`));
    await stopsAt(slack(method, stop, `${name}${said}`), () => moves(world, name, 'COMPLETED'));
    await endsWell(name, prompt);
  });

  test('while a prompt is posted: it is there once', async () => {
    const files = [{ name: 'shared.sh', content: waiting('shared') }];
    await stopsAt(slack('chat.postMessage', 'request', 'is ready to submit'), () =>
      world.ana.say('dm', '', { files }),
    );
    await sees(world.ana, 'dm', 'shared.sh is ready to submit');
    const seen = await world.ana.screen('dm');
    expect(seen.filter(({ text }) => text.includes('is ready to submit'))).toHaveLength(1);
  });

  test('before Slack has let the next bot in: what that has taken up is finished', async () => {
    const { slackGate, waldurGate, slackReady, waldurReady } = world;
    const prompt = await open('early');
    const fetching = slackGate.hold({ path: 'files.info', stop: 'request' });
    await submitForm();
    await fetching;
    await world.kill();
    const entering = slackGate.hold({ path: 'apps.connections.open', stop: 'request' });
    const posting = waldurGate.hold({ method: 'POST', path: JOBS_PATH, stop: 'answer' });
    const environment = {
      ...botEnvironment(slackReady, waldurReady),
      SLACK_API_URL: `${slackGate.url}/api/`,
      WALDUR_URL: waldurGate.url,
    };
    const root = process.cwd();
    const args = ['--import', `${root}/runtime.js`, `${root}/src/app.ts`];
    const bot = startNode(args, environment, world.directory);
    await entering;
    const { release } = await posting;
    const ended = endOf(bot.process);
    bot.process.kill('SIGTERM');
    await bot.line((line) => line.includes('stopping'));
    release();
    expect(await ended).toBe(0);
    expect(bot.lines.at(-1)).toContain('"msg":"submitted"');
    slackGate.cut();
    await world.revive();
    await endsWell('early', prompt);
  });

  test('a start that fails finishes what it has taken up, and then says why', async () => {
    const { slackGate, waldurGate, slackReady, waldurReady } = world;
    const prompt = await open('unlucky');
    const fetching = slackGate.hold({ path: 'files.info', stop: 'request' });
    await submitForm();
    await fetching;
    await world.kill();
    slackGate.cut();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const environment = {
      ...botEnvironment(slackReady, waldurReady),
      SLACK_API_URL: `${slackGate.url}/api/`,
      WALDUR_URL: waldurGate.url,
      SLACK_APP_TOKEN: '',
      SLACK_SIGNING_SECRET: 'a-signing-secret',
      PORT: String(port),
    };
    const root = process.cwd();
    const args = ['--import', `${root}/runtime.js`, `${root}/src/app.ts`];
    const bot = startNode(args, environment, world.directory);

    const [code] = await once(bot.process, 'close');
    other.close();
    expect(code).toBe(1);
    expect(bot.lines.filter((line) => line.includes('"msg":"submitted"'))).toHaveLength(1);
    expect(bot.lines.at(-1)).toContain(`Nothing can be served on port ${port}`);
    await world.revive();
    await endsWell('unlucky', prompt);
  });
});
