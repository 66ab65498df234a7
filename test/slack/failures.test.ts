import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { WebAPIRequestError } from '@slack/web-api';
import fc from 'fast-check';
import { controlSlack } from '../../sandbox/slack/control.ts';
import { type SlackSandbox, startSlack } from '../../sandbox/slack/server.ts';
import { ANA, ARCHIVED, GENERAL, GONE, JOBS } from '../../sandbox/slack/world.ts';
import { boltLogger, createLog } from '../../src/logging/logger.ts';
import { createSlackClient } from '../../src/slack/client.ts';
import { patiently, slackFailure } from '../../src/slack/failures.ts';
import { answering, startServer } from '../api/scripted-server.ts';

let slack: SlackSandbox;
let control: ReturnType<typeof controlSlack>;
beforeAll(async () => {
  slack = await startSlack({ manifest: 'manifest.yml' });
  control = controlSlack(slack.url);
});
beforeEach(() => control.clearFaults());
afterAll(() => slack.close());

function clientAt(apiUrl: string, token = slack.botToken, timeoutMs = 10_000) {
  const logger = boltLogger(createLog({ level: 'error', write: () => undefined }));
  return createSlackClient({ token, apiUrl, logger, timeoutMs });
}

/** What a failed post means. */
async function failureOf(
  post: { channel: string; text?: string },
  client = clientAt(slack.apiUrl),
) {
  try {
    await client.chat.postMessage({ text: 'hello', ...post });
  } catch (error) {
    return slackFailure(error);
  }
  throw new Error('it was posted');
}

const posts = async () =>
  (await control.ledger()).filter(
    ({ kind, method }) => kind === 'api' && method === 'chat.postMessage',
  );

test.each([
  ['http500', 'ambiguous'],
  ['http503', 'ambiguous'],
  ['lost_answer', 'ambiguous'],
  ['cut', 'ambiguous'],
  ['html', 'ambiguous'],
] as const)('%s is %s, and the call is not repeated', async (kind, means) => {
  const before = (await posts()).length;
  await control.fault({ method: 'chat.postMessage', kind });
  expect((await failureOf({ channel: JOBS })).kind).toBe(means);
  expect(await posts()).toHaveLength(before + 1);
});

test('hang is ambiguous once the time is up, and the call is not repeated', async () => {
  const before = (await posts()).length;
  await control.fault({ method: 'chat.postMessage', kind: 'hang' });
  const client = clientAt(slack.apiUrl, slack.botToken, 1000);
  expect((await failureOf({ channel: JOBS }, client)).kind).toBe('ambiguous');
  expect(await posts()).toHaveLength(before + 1);
});

test('a rate limit is "later", with the time that Slack asks for', async () => {
  await control.fault({ method: 'chat.postMessage', kind: 'ratelimited', retryAfter: 7 });
  expect(await failureOf({ channel: JOBS })).toEqual({ kind: 'later', ms: 7000 });
});

test.each([
  ['-5', 1000],
  ['0', 1000],
  ['99999999999', 3_600_000],
])('a Retry-After of %s is bounded', async (retryAfter, ms) => {
  const proxy = await startServer((_request, response) => {
    response.writeHead(429, { 'retry-after': retryAfter }).end();
  });
  const failure = await failureOf({ channel: JOBS }, clientAt(`${proxy.url}/api/`));
  await proxy.close();
  expect(failure).toEqual({ kind: 'later', ms });
});

// As web-api throws it: in Jest its own check of fetch's errors fails, since they are of another realm.
test.each([
  ['ECONNREFUSED', { kind: 'later', ms: 5000 }],
  ['ENOTFOUND', { kind: 'later', ms: 5000 }],
  ['ECONNRESET', { kind: 'ambiguous', code: 'ECONNRESET' }],
  ['UND_ERR_SOCKET', { kind: 'ambiguous', code: 'UND_ERR_SOCKET' }],
])('a connection that ended with %s', (code, means) => {
  const cause = Object.assign(new Error(`connect ${code}`), { code });
  const error = new WebAPIRequestError(new TypeError('fetch failed', { cause }));
  expect(slackFailure(error)).toEqual(means);
});

test.each([
  [ARCHIVED, 'permanent', 'is_archived'],
  [GENERAL, 'permanent', 'not_in_channel'],
  ['C0NOWHERE', 'permanent', 'channel_not_found'],
  [GONE, 'permanent', 'is_archived'],
] as const)('posting to %s is %s (%s)', async (channel, kind, code) => {
  expect(await failureOf({ channel })).toEqual({ kind, code });
});

test('a refusal because of the content or the token is no reason to leave the place', async () => {
  expect(await failureOf({ channel: ANA, text: '' })).toEqual({ kind: 'refused', code: 'no_text' });
  const stranger = clientAt(slack.apiUrl, 'xoxb-nobody');
  expect(await failureOf({ channel: ANA }, stranger)).toEqual({
    kind: 'refused',
    code: 'invalid_auth',
  });
});

test('no other code of Slack’s ends a place', async () => {
  let code = '';
  const server = await startServer((request, response) =>
    answering(200, { ok: false, error: code })(request, response),
  );
  const client = clientAt(`${server.url}/`);
  await fc.assert(
    fc.asyncProperty(fc.stringMatching(/^zz_[a-z_]{1,20}$/), async (any) => {
      code = any;
      expect(await failureOf({ channel: JOBS }, client)).toEqual({ kind: 'refused', code: any });
    }),
    { numRuns: 30 },
  );
  await server.close();
});

test('a rate-limited call waits as long as Slack says, and is made once more', async () => {
  const before = (await posts()).length;
  await control.fault({ method: 'chat.postMessage', kind: 'ratelimited', retryAfter: 1 });
  const client = clientAt(slack.apiUrl);
  const answer = await patiently(() => client.chat.postMessage({ channel: JOBS, text: 'patient' }));
  expect(answer.ok).toBe(true);
  const [refused, again] = (await posts()).slice(before);
  expect(Date.parse(again?.at ?? '') - Date.parse(refused?.at ?? '')).toBeGreaterThanOrEqual(1000);
});
