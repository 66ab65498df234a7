import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { NotAsExpected } from '../../sandbox/demo/onlooker.ts';
import { reader } from '../../sandbox/demo/sandboxes.ts';
import { createStage } from '../../sandbox/demo/stage.ts';
import { controlSlack } from '../../sandbox/slack/control.ts';
import { type SlackSandbox, startSlack } from '../../sandbox/slack/server.ts';
import { ANA, BOT, JOBS } from '../../sandbox/slack/world.ts';

/** A local Slack without a bot. Expectations fail, and say what was missing. */
let slack: SlackSandbox;
const printed: string[] = [];
const stage = () =>
  createStage({
    slack: controlSlack(slack.url),
    bot: BOT,
    reader,
    print: (line) => printed.push(line),
    patienceMs: 50,
  });
beforeAll(async () => {
  slack = await startSlack({ manifest: 'manifest.yml' });
});
afterAll(() => slack.close());

async function post(text: string) {
  const body = new URLSearchParams({ channel: JOBS, text });
  const headers = { authorization: `Bearer ${slack.botToken}` };
  await fetch(`${slack.apiUrl}chat.postMessage`, { method: 'POST', headers, body });
}

const failureOf = (play: Promise<unknown>) =>
  play.then(
    () => null,
    (error: unknown) => (error instanceof NotAsExpected ? error.message : error),
  );

test('a step whose app does not answer fails by its name', async () => {
  const types = stage().person(ANA).types(JOBS, '/slurm list');
  expect(await failureOf(types)).toBe(
    'At this step: Ana types /slurm list\nSlack said: dispatch_failed',
  );
});

test('expected messages are printed, and unexpected ones are reported beside what was expected', async () => {
  const here = stage();
  await here.says('A test');
  await post('train: running');
  await here.shows({ in: JOBS, says: ['running'] });
  expect(printed).toContain('    Slurm: train: running');
  expect(await failureOf(here.shows({ in: JOBS, says: ['completed'] }))).toBe(
    [
      'At this step: A test',
      `expected within 50 ms: {"in":"${JOBS}","says":["completed"]}`,
      'The nearest differs:',
      '  - it does not say completed',
      'Slack showed in this step:',
      '    Slurm: train: running',
    ].join('\n'),
  );
});

test('a message that nobody expected is told at the end', async () => {
  const here = stage();
  await here.says('Another test');
  await post('twice');
  await post('twice');
  await here.shows({ in: JOBS, says: ['twice'] });
  expect(await failureOf(here.ends())).toMatch(/^The bot also posted:\n(.*\n)* {4}Slurm: twice$/);
});
