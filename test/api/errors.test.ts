import { Blob } from 'node:buffer';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { Agent, errors } from 'undici';
import { isWaldurFailure } from '../../src/api/errors.ts';
import { createSend, waldurDispatcher } from '../../src/api/http.ts';
import { createWaldur, type Waldur } from '../../src/api/waldur.ts';
import { answering, failing, startServer, TOKEN, withWaldur } from './scripted-server.ts';

const OCEAN = 'd2035c217d01467ba3a1309afa2bf5c3';
const JOB = {
  name: 'ocean',
  description: 'the secret recipe',
  serviceSettings: 'https://waldur.example.org/api/service-settings/1/',
  project: 'https://waldur.example.org/api/projects/1/',
  file: new Blob(['#!/bin/bash\n']),
  fileName: 'ocean.sh',
};
const HTML = '<html>Server Error</html>';

/** The errors of a change and of a read. Neither may contain the token, the query or the body. */
async function failures(waldur: Waldur) {
  const change = await failing(waldur.createJob(JOB));
  const read = await failing(waldur.listCheap(1));
  for (const error of [change, read]) {
    expect(isWaldurFailure(error)).toBe(true);
    const told = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error);
    expect(told).not.toContain(TOKEN);
    expect(told).not.toContain('field=');
    expect(told).not.toContain('secret recipe');
  }
  return { change, read };
}

describe('a change that may have happened', () => {
  test.each([
    [500, true],
    [502, true],
    [503, true],
    [504, true],
    [400, false],
    [401, false],
    [403, false],
    [404, false],
    [409, false],
    [413, false],
    [429, false],
  ])('after %d: %p', async (status, ambiguous) => {
    await withWaldur(answering(status, HTML), async ({ waldur, received }) => {
      const { change, read } = await failures(waldur);
      expect(change).toMatchObject({ kind: 'refusal', status, ambiguous, details: [] });
      expect(read).toMatchObject({ kind: 'refusal', status, ambiguous: false });
      expect(received.map((one) => one.method)).toEqual(['POST', 'GET']);
    });
  });

  test.each([
    ['not JSON', HTML],
    ['cut JSON', '{"uuid": "d2035c21'],
    ['another shape', { uuid: OCEAN }],
    ['nothing', ''],
  ])('after an unreadable 201, %s: true', async (_name, body) => {
    await withWaldur(answering(201, body), async ({ waldur, received }) => {
      const { change, read } = await failures(waldur);
      expect(change).toMatchObject({ kind: 'surprise', status: 201, ambiguous: true });
      expect(read).toMatchObject({ kind: 'surprise', ambiguous: false });
      expect(received).toHaveLength(2);
    });
  });

  test('after a refused connection: false', async () => {
    const server = await startServer(answering(200, []));
    await server.close();
    const waldur = createWaldur({ baseUrl: server.url, token: TOKEN });
    const { change, read } = await failures(waldur);
    const expected = { kind: 'unreachable', code: 'ECONNREFUSED', ambiguous: false };
    expect(change).toMatchObject({ ...expected, method: 'POST', path: '/api/slurm-jobs/' });
    expect(read).toMatchObject(expected);
  });

  test('after a name that does not resolve: false', async () => {
    const waldur = createWaldur({ baseUrl: 'http://waldur.invalid', token: TOKEN });
    const { change } = await failures(waldur);
    expect(change).toMatchObject({ kind: 'unreachable', ambiguous: false });
  });

  test('after a connection that was never made in time: false', async () => {
    const dispatcher = new Agent({
      connect: (_options, done) => done(new errors.ConnectTimeoutError(), null),
    });
    const waldur = createWaldur({ baseUrl: 'http://127.0.0.1:1', token: TOKEN, dispatcher });
    const { change } = await failures(waldur);
    expect(change).toMatchObject({ kind: 'timeout', ms: 10_000, ambiguous: false });
  });

  test('after a connection that was cut as soon as it was made: true, and it is made once', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    server.unref();
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const waldur = createWaldur({ baseUrl: `http://127.0.0.1:${port}`, token: TOKEN });
    const error = await failing(waldur.createJob(JOB));
    expect(error).toMatchObject({ kind: 'unreachable', ambiguous: true });
    expect(connections).toBe(1);
    await new Promise((resolve) => server.close(resolve));
  });

  test('after a connection that was cut once the request was read: true', async () => {
    await withWaldur(
      (request) => request.socket.destroy(),
      async ({ waldur, received }) => {
        const { change, read } = await failures(waldur);
        expect(change).toMatchObject({ kind: 'unreachable', ambiguous: true });
        expect(read).toMatchObject({ kind: 'unreachable', ambiguous: false });
        expect(received.map((one) => one.method)).toEqual(['POST', 'GET']);
      },
    );
  });

  test('after an answer that was cut in the middle: true', async () => {
    await withWaldur(
      (request, response) => {
        response.writeHead(201, { 'content-length': '100' });
        response.write('{"uuid":', () => request.socket.destroy());
      },
      async ({ waldur, received }) => {
        const { change } = await failures(waldur);
        expect(change).toMatchObject({ kind: 'unreachable', ambiguous: true });
        expect(received).toHaveLength(2);
      },
    );
  });

  test('after silence: true', async () => {
    await withWaldur(
      () => undefined,
      async ({ waldur, received }) => {
        const { change, read } = await failures(waldur);
        expect(change).toMatchObject({ kind: 'timeout', ms: 100, ambiguous: true });
        expect(read).toMatchObject({ kind: 'timeout', ms: 100, ambiguous: false });
        expect(String(read)).toContain('Waldur did not answer within 0.1 s');
        expect(received).toHaveLength(2);
      },
      { timeoutMs: 100 },
    );
  });

  test('after an answer that never ends: true, at the deadline', async () => {
    await withWaldur(
      (request, response) => {
        response.writeHead(201);
        const timer = setInterval(() => response.write(' '), 20);
        request.socket.on('close', () => clearInterval(timer));
      },
      async ({ waldur }) => {
        const { change } = await failures(waldur);
        expect(change).toMatchObject({ kind: 'timeout', ms: 200, ambiguous: true });
      },
      { deadlineMs: 200 },
    );
  });
});

describe('a connection that was kept', () => {
  test('and closed by Waldur is made anew', async () => {
    const server = await startServer(answering(200, []));
    const waldur = createWaldur({ baseUrl: server.url, token: TOKEN });
    await waldur.listCheap(1);
    const closed = [...server.sockets].map((socket) => {
      socket.destroy();
      return new Promise((resolve) => socket.on('close', resolve));
    });
    await Promise.all(closed);
    expect(closed).toHaveLength(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await waldur.listCheap(1)).toMatchObject({ rows: [] });
    expect(server.received).toHaveLength(2);
    await server.close();
  });
});

describe('nobody else is asked', () => {
  test.each([301, 302, 303, 307, 308])('a redirect (%d) is not followed', async (status) => {
    const elsewhere = await startServer(answering(200, []));
    const headers = { location: `${elsewhere.url}/api/slurm-jobs/?token=stolen` };
    await withWaldur(answering(status, [], headers), async ({ waldur, received }) => {
      const { change, read } = await failures(waldur);
      const problem = `a redirect (${status}), which is not followed`;
      expect(read).toMatchObject({ kind: 'surprise', status, problem, ambiguous: false });
      expect(change).toMatchObject({ kind: 'surprise', status, problem, ambiguous: true });
      expect(String(read)).not.toContain('stolen');
      expect(received).toHaveLength(2);
    });
    expect(elsewhere.received).toHaveLength(0);
    await elsewhere.close();
  });

  test('a Link header that points elsewhere is not followed', async () => {
    const elsewhere = await startServer(answering(200, []));
    const headers = { link: `<${elsewhere.url}/?page=2>; rel="next"`, 'x-result-count': '301' };
    await withWaldur(answering(200, [], headers), async ({ waldur, received }) => {
      await waldur.allocations();
      expect(received).toHaveLength(1);
    });
    expect(elsewhere.received).toHaveLength(0);
    await elsewhere.close();
  });

  test('a URL of another origin, or with a name in it, is refused before it is asked', async () => {
    const elsewhere = await startServer(answering(200, []));
    await withWaldur(answering(200, []), async ({ url, received }) => {
      const send = createSend({
        baseUrl: url,
        token: TOKEN,
        dispatcher: waldurDispatcher(),
        timeoutMs: 1000,
        deadlineMs: 1000,
      });
      const withName = url.replace('http://', 'http://ada:x@');
      for (const target of [`${elsewhere.url}/api/`, `${withName}/api/`]) {
        expect(await failing(send({ method: 'GET', target }))).toMatchObject({
          kind: 'surprise',
          status: null,
          ambiguous: false,
        });
      }
      expect(received).toHaveLength(0);
      await send({ method: 'GET', target: `//${new URL(elsewhere.url).host}/api/` });
      expect(received).toHaveLength(1);
    });
    expect(elsewhere.received).toHaveLength(0);
    await elsewhere.close();
  });

  test.each(['tökèn', 'two\nlines', 'null\0', ''])('the token %p is not sent', async (token) => {
    await withWaldur(
      answering(200, []),
      async ({ waldur, received }) => {
        expect(await failing(waldur.createJob(JOB))).toMatchObject({
          kind: 'refusal',
          status: 401,
          ambiguous: false,
          details: ['Invalid token header. Token string should not contain invalid characters.'],
        });
        expect(received).toHaveLength(0);
      },
      { token },
    );
  });
});

describe('what a refusal tells', () => {
  test.each([
    [{ detail: 'Not found.' }, ['Not found.'], {}],
    [['One.', 'Two.'], ['One.', 'Two.'], {}],
    [{ non_field_errors: ['Both.'] }, ['Both.'], {}],
    [{ file: [{ line: ['Deep.'] }] }, ['file: Deep.'], { file: ['Deep.'] }],
    [{ name: 'Plain.', detail: ['All.'] }, ['All.', 'name: Plain.'], { name: ['Plain.'] }],
    [{ count: 3, ok: null }, [], { count: [], ok: [] }],
    ['text', [], {}],
    [null, [], {}],
  ])('%j', async (body, details, fieldErrors) => {
    await withWaldur(answering(400, JSON.stringify(body)), async ({ waldur }) => {
      expect(await failing(waldur.pull(OCEAN))).toMatchObject({ details, fieldErrors });
    });
  });

  test('a flood of sentences is cut', async () => {
    const body = Array.from({ length: 1000 }, () => 'x'.repeat(2000));
    await withWaldur(answering(400, body), async ({ waldur }) => {
      const error = await failing(waldur.pull(OCEAN));
      expect(error).toHaveProperty('details.length', 20);
      expect(error).toHaveProperty('details.0', expect.stringMatching(/^x{500,}…$/));
    });
  });

  test.each([
    ['120', 120],
    ['Wed, 21 Oct 2015 07:28:00 GMT', 1],
    ['soon', null],
  ])('Retry-After: %s', async (header, retryAfterS) => {
    await withWaldur(answering(429, {}, { 'retry-after': header }), async ({ waldur }) => {
      expect(await failing(waldur.listCheap(1))).toMatchObject({ status: 429, retryAfterS });
    });
  });

  test('the message has the method, the path and the sentences', async () => {
    await withWaldur(answering(409, { detail: 'Valid states.' }), async ({ waldur }) => {
      expect(String(await failing(waldur.pull(OCEAN)))).toBe(
        `WaldurRefusal: POST /api/slurm-jobs/${OCEAN}/pull/: Waldur answered 409; Valid states.`,
      );
    });
  });
});

describe('an answer that is too large', () => {
  test('is not read to its end', async () => {
    const megabyte = ' '.repeat(1024 * 1024);
    await withWaldur(
      (request, response) => {
        response.writeHead(200);
        let written = 0;
        const more = () => {
          written += 1;
          if (written <= 40 && !request.socket.destroyed) response.write(megabyte, more);
          else response.end();
        };
        more();
      },
      async ({ waldur }) => {
        expect(await failing(waldur.listCheap(1))).toMatchObject({
          kind: 'surprise',
          problem: 'more than 20971520 bytes',
        });
      },
    );
  });
});
