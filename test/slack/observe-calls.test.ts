import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { controlSlack } from '../../sandbox/slack/control.ts';
import { type SlackSandbox, startSlack } from '../../sandbox/slack/server.ts';
import { JOBS } from '../../sandbox/slack/world.ts';
import { boltLogger, createLog } from '../../src/logging/logger.ts';
import { createSlackClient } from '../../src/slack/client.ts';

let slack: SlackSandbox;
beforeAll(async () => {
  slack = await startSlack({ manifest: 'manifest.yml' });
});
afterAll(() => slack.close());

/** The report of one call. */
async function told(token: string, channel: string) {
  const over: string[] = [];
  const client = createSlackClient({
    token,
    apiUrl: slack.apiUrl,
    logger: boltLogger(createLog({ level: 'error', write: () => undefined })),
    over: (method, result) => over.push(`${method} ${result}`),
  });
  const posted = client.chat.postMessage({ channel, text: 'hello' });
  const failed = await posted.then(
    () => false,
    () => true,
  );
  return { failed, over };
}

test('a call that Slack carries out', async () => {
  expect(await told(slack.botToken, JOBS)).toEqual({
    failed: false,
    over: ['chat.postMessage ok'],
  });
});

test('a refusal, and one of the token', async () => {
  expect(await told(slack.botToken, 'C0NOWHERE1')).toEqual({
    failed: true,
    over: ['chat.postMessage refused'],
  });
  expect(await told('xoxb-nobody', JOBS)).toEqual({
    failed: true,
    over: ['chat.postMessage unauthorized'],
  });
});

test.each([
  ['ratelimited', 'ratelimited'],
  ['http503', 'failed'],
  ['cut', 'failed'],
  ['html', 'failed'],
] as const)('%s is told as %s, once', async (kind, result) => {
  await controlSlack(slack.url).fault({ method: 'chat.postMessage', kind });
  expect(await told(slack.botToken, JOBS)).toEqual({
    failed: true,
    over: [`chat.postMessage ${result}`],
  });
});
