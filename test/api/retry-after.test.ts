import { expect, test } from '@jest/globals';
import { waldurDispatcher } from '../../src/api/http.ts';
import { retryAfterS } from '../../src/api/retry-after.ts';
import { createWaldur } from '../../src/api/waldur.ts';
import { failing, startServer } from './scripted-server.ts';

const uuid = 'd2035c217d01467ba3a1309afa2bf5c3';

/** A Waldur that first asks to be left alone, and people who share the connections to it. */
async function busyWaldur(status: number, retryAfter: string) {
  let refusals = 1;
  const server = await startServer((_request, response) => {
    refusals -= 1;
    const headers = { 'content-type': 'application/json' };
    if (refusals < 0) response.writeHead(200, headers).end('[]');
    else response.writeHead(status, { ...headers, 'retry-after': retryAfter }).end('{}');
  });
  const dispatcher = waldurDispatcher();
  const as = (token: string, impersonate?: string) =>
    createWaldur({
      baseUrl: server.url,
      token,
      dispatcher,
      ...(impersonate !== undefined && { impersonate }),
    });
  return { ...server, as };
}

test.each([
  ['seconds', () => '120'],
  ['a date', () => new Date(Date.now() + 120_000).toUTCString()],
])('after a 429 with %s that person is not asked for again; others are', async (_what, header) => {
  const { as, received, close } = await busyWaldur(429, header());
  const ana = as('staff', 'a'.repeat(32));
  expect(await failing(ana.listCheap(1))).toMatchObject({ status: 429 });
  const again = await failing(ana.pull(uuid));
  expect(again).toMatchObject({ status: 429, ambiguous: false });
  expect([119, 120]).toContain(Reflect.get(Object(again), 'retryAfterS'));
  expect(received).toHaveLength(1);
  expect((await as('staff', 'b'.repeat(32)).listCheap(1)).rows).toEqual([]);
  expect((await as('own token').listCheap(1)).rows).toEqual([]);
  expect(received).toHaveLength(3);
  await close();
});

test('after a 503 nothing is sent for anybody, and what was not sent was certainly not done', async () => {
  const { as, received, close } = await busyWaldur(503, '120');
  expect(await failing(as('ana').deleteJob(uuid))).toMatchObject({ status: 503, ambiguous: true });
  expect(await failing(as('ben').deleteJob(uuid))).toMatchObject({ status: 503, ambiguous: false });
  expect(received).toHaveLength(1);
  await close();
});

test('a short time is waited for', async () => {
  const { as, received, close } = await busyWaldur(503, '1');
  const begin = Date.now();
  await failing(as('ana').listCheap(1));
  expect((await as('ben').listCheap(1)).rows).toEqual([]);
  expect(Date.now() - begin).toBeGreaterThanOrEqual(1000);
  expect(received).toHaveLength(2);
  await close();
});

test.each([
  ['120', 120],
  ['0', 1],
  ['Wed, 25 Nov 2026 12:01:00 GMT', 60],
  ['Wed, 25 Nov 2026 11:00:00 GMT', 1],
  ['999999999999', 3600],
  ['Sat, 25 Nov 2090 12:00:00 GMT', 3600],
  ['soon', null],
  ['', null],
  [null, null],
])('Retry-After: %s is %s s', (header, seconds) => {
  expect(retryAfterS(header, Date.UTC(2026, 10, 25, 12))).toBe(seconds);
});
