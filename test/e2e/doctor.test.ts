import { once } from 'node:events';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { botEnvironment, startNode } from '../../sandbox/processes.ts';
import { ANA } from '../../sandbox/slack/world.ts';
import { connect, script, sees, share, startWorld, submitFrom, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ waldur: ['--as', 'recorded', '--speed', '20'] });
});
afterEach(async () => {
  rmSync(join(world.directory, '.env'), { force: true });
  await world.startOver();
});
afterAll(() => world.stop());

/** Runs the doctor beside the bot, where the bot keeps its data. */
async function doctor(environment: Record<string, string>, ...args: string[]) {
  const settings = { ...botEnvironment(world.slackReady, world.waldurReady), ...environment };
  const file = new URL('../../src/operator/doctor.ts', import.meta.url).pathname;
  const started = startNode([file, ...args], settings, world.directory);
  const [code] = await once(started.process, 'close');
  return { code, lines: started.lines };
}

test('a set-up that works: everything is ok, and nothing is left behind', async () => {
  const { ana, waldur, tokens } = world;
  await connect(world, ana, 'ana');
  const prompt = await share(ana, 'dm', { name: 'probe.sh', content: script('probe', 100_000) });
  await submitFrom(ana, 'dm', prompt);
  const card = await sees(ana, 'dm', /^\S+ probe — Submitted/);
  await ana.choose('dm', card.ts, 'Refresh');
  await sees(ana, 'dm', 'This Waldur cannot refresh on request');
  const before = await ana.screen('dm');
  const asked = (await waldur.requests()).length;

  const { code, lines } = await doctor({ WALDUR_TOKEN: tokens.ana ?? '' }, ANA);
  expect(lines).toEqual([
    'ok          Settings are complete (socket).',
    'ok          The modes of what the bot keeps let nobody else in.',
    expect.stringMatching(/^ok {10}Slack takes SLACK_BOT_TOKEN: slurm in /),
    expect.stringMatching(/^ok {10}The bot token has every scope it needs\./),
    'ok          Slack takes SLACK_APP_TOKEN for Socket Mode.',
    `ok          Posted, edited and deleted a message in the direct messages with ${ANA}.`,
    expect.stringMatching(/^ok {10}Waldur takes the token: .+ \(ana\)\.$/),
    expect.stringMatching(/^ok {10}Waldur lists jobs: read 10 of \d+ records\.$/),
    'What this Waldur answered last, by the audit:',
    expect.stringMatching(/^ {2}refresh: refused \(409\) on /),
    expect.stringMatching(/^ {2}submit: created on /),
    'What it refused to two people the running bot does not offer for a day: /slurm help tells, and the log ("this Waldur refuses").',
  ]);
  expect(code).toBe(0);
  expect((await ana.screen('dm')).map(({ ts }) => ts)).toEqual(before.map(({ ts }) => ts));
  const own = (await waldur.requests()).slice(asked).filter(({ method }) => method !== 'GET');
  expect(own).toEqual([]);

  await ana.command('dm', '/slurm refresh probe');
  await sees(ana, 'dm', 'This Waldur cannot refresh on request');
});

test('names what is wrong, without any secret', async () => {
  const { code, lines } = await doctor(
    { SLACK_BOT_TOKEN: 'xoxb-not-the-token', WALDUR_TOKEN: 'nobodys-token-1' },
    ANA,
  );
  expect(code).toBe(1);
  const text = lines.join('\n');
  expect(text).toMatch(/wrong {7}Slack does not take SLACK_BOT_TOKEN \(invalid_auth\)\./);
  expect(text).toMatch(/wrong {7}Slack did not let the bot open the direct message/);
  expect(text).toMatch(/wrong {7}.*Invalid token\./);
  expect(text).not.toMatch(/xoxb-not|nobodys-token/);
});

test('names what others on the machine can open, with the line to run', async () => {
  const folder = join(world.directory, 'data');
  const env = join(world.directory, '.env');
  writeFileSync(env, '', { mode: 0o600 });
  chmodSync(env, 0o644);
  chmodSync(folder, 0o755);
  const { code, lines } = await doctor({ ALLOW_PLAIN_HTTP: '1' });
  chmodSync(folder, 0o700);
  expect(code).toBe(1);
  expect(lines.slice(0, 3)).toEqual([
    'ok          Settings are complete (socket).',
    `note        Others can read the tokens in .env. Run: chmod 600 ${env}`,
    `wrong       Others can open what the bot keeps, so it does not start. Run: chmod 700 ${folder}`,
  ]);
  const far = await doctor({ WALDUR_URL: 'http://waldur.example.org' });
  expect(far.lines).toContainEqual(expect.stringContaining('WALDUR_URL is wrong: tokens would'));
});

test('Waldur’s texts cannot control the operator’s terminal', async () => {
  const who = {
    uuid: 'a'.repeat(32),
    username: 'eve',
    email: '',
    full_name: '\x1b]0;x\x07E\u202Eve\x9b2J',
  };
  const waldur = createServer((request, response) => {
    const body = request.url?.startsWith('/api/users/me/') ? who : [];
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(waldur, 'listening');
  const address = waldur.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const { lines } = await doctor({ WALDUR_URL: `http://127.0.0.1:${port}`, WALDUR_TOKEN: 'hers' });
  waldur.close();
  expect(lines).toContain(
    'ok          Waldur takes the token: \\u001b]0;x\\u0007E\\u202eve\\u009b2J (eve).',
  );
});

test('without a user id and a token the rest is checked all the same', async () => {
  const { code, lines } = await doctor({});
  expect(code).toBe(0);
  expect(lines.filter((line) => line.startsWith('not checked'))).toEqual([
    'not checked Posting: say who you are in Slack, npm run doctor -- U0123456789 (your member id).',
    'not checked Waldur: give a token of yours in WALDUR_TOKEN.',
  ]);
});
