import { expect, test } from '@jest/globals';
import { waldurDispatcher } from '../../src/api/http.ts';
import { type Answered, observing } from '../../src/api/observe-requests.ts';
import { createWaldur } from '../../src/api/waldur.ts';
import { answering, failing, startServer, TOKEN } from './scripted-server.ts';

/** The report about a Waldur that answers like this, and if the request succeeded. */
async function told(behave: Parameters<typeof startServer>[0], timeoutMs = 10_000) {
  const over: Answered[] = [];
  const server = await startServer(behave);
  const dispatcher = waldurDispatcher().compose(observing((answered) => over.push(answered)));
  const waldur = createWaldur({ baseUrl: server.url, token: TOKEN, dispatcher, timeoutMs });
  const failed = await failing(waldur.me()).catch(() => null);
  await dispatcher.destroy();
  await server.close();
  return { failed: failed !== null, status: over.map(({ status }) => status), over };
}

test.each([401, 404, 429, 500, 503])('a status of %d', async (status) => {
  expect(await told(answering(status, { detail: 'no' }))).toMatchObject({ status: [status] });
});

test('a broken connection has no status', async () => {
  const { failed, status } = await told((request) => request.socket.destroy());
  expect([failed, status]).toEqual([true, [null]]);
});

test('an answer that breaks off counts as none', async () => {
  const { failed, status } = await told((request, response) => {
    response.writeHead(200, { 'content-length': 1000 }).write('{');
    setImmediate(() => request.socket.destroy());
  });
  expect([failed, status]).toEqual([true, [null]]);
});

test('a timeout counts as no answer, after its time', async () => {
  const { status, over } = await told(() => undefined, 50);
  expect(status).toEqual([null]);
  expect(over[0]?.seconds).toBeGreaterThan(0.04);
});

test('a success is told once, and still is one', async () => {
  const me = { uuid: 'a'.repeat(32), username: 'ada', full_name: 'Ada', email: 'ada@example.org' };
  const { failed, status } = await told(answering(200, me));
  expect([failed, status]).toEqual([false, [200]]);
});
