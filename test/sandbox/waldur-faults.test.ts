import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { fakeToken } from '../../sandbox/waldur/ids.ts';
import { ask, submission, submit, withWaldur } from './waldur-with.ts';

const JOBS = '/api/slurm-jobs/';
const SCRIPT = '#!/bin/sh\nsleep 1\n';

test.each([
  ['http500', 500, 'text/html; charset=utf-8'],
  ['http502', 502, 'text/html; charset=utf-8'],
  ['http503', 503, 'text/html'],
  ['http429', 429, 'application/json'],
  ['http400', 400, 'application/json'],
  ['html', 200, 'text/html; charset=utf-8'],
  ['wrong_shape', 200, 'application/json'],
  ['redirect', 302, 'text/html; charset=utf-8'],
] as const)('%s answers %d instead, once, and nothing is done', (kind, status, type) =>
  withWaldur({ as: 'documented' }, async ({ url, waldur }) => {
    const body = await submission(url, 'ana', SCRIPT);
    await waldur.fault({ kind, match: { method: 'POST', path: JOBS } });
    const reply = await ask(url, 'ana', 'POST', JOBS, { body });
    expect(reply).toMatchObject({ status, headers: { 'content-type': type } });
    expect(await waldur.jobs()).toEqual([]);
    expect((await ask(url, 'ana', 'POST', JOBS, { body })).status).toBe(201);
    expect(await waldur.faultsFired()).toEqual([{ kind, seq: 2, path: JOBS }]);
  }),
);

test('429 says when to come back', () =>
  withWaldur({ as: 'documented' }, async ({ url, waldur }) => {
    await waldur.fault({ kind: 'http429', retryAfter: 7 });
    const reply = await ask(url, 'ana', 'GET', JOBS);
    expect(reply).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
  }));

test('a broken body still has status and type of a good one', () =>
  withWaldur({ as: 'documented' }, async ({ url, waldur }) => {
    await waldur.fault({ kind: 'not_json' });
    await expect(ask(url, 'ana', 'GET', JOBS)).rejects.toThrow(/JSON/);
  }));

test.each([
  ['lost_answer', 1],
  ['cut', 0],
] as const)('%s cuts the connection with %d job stored', (kind, stored) =>
  withWaldur({ as: 'documented' }, async ({ url, waldur }) => {
    const body = await submission(url, 'ana', SCRIPT);
    await waldur.fault({ kind, match: { method: 'POST' } });
    await expect(ask(url, 'ana', 'POST', JOBS, { body })).rejects.toMatchObject({
      code: expect.stringMatching(/UND_ERR_SOCKET|ECONNRESET|EPIPE/),
    });
    expect(await waldur.jobs()).toHaveLength(stored);
    expect((await waldur.requests()).at(-1)).toMatchObject({ fault: kind, status: null });
  }),
);

test('a request that hangs is in the ledger, and is cut when faults are cleared', () =>
  withWaldur({ as: 'documented' }, async ({ url, waldur }) => {
    await waldur.fault({ kind: 'hang' });
    const asked = ask(url, 'ana', 'GET', JOBS).catch((error: unknown) => Object(error).code);
    for (let i = 0; i < 500 && (await waldur.faultsFired()).length === 0; i += 1);
    expect(await waldur.requests()).toMatchObject([{ fault: 'hang', status: null }]);
    await waldur.clearFaults();
    expect(await asked).toBe('UND_ERR_SOCKET');
    expect((await ask(url, 'ana', 'GET', JOBS)).status).toBe(200);
  }));

test('a fault can wait, hit several times, and still do what was asked', () =>
  withWaldur({ as: 'documented' }, async ({ url, waldur }) => {
    const body = await submission(url, 'ana', SCRIPT);
    await waldur.fault({
      kind: 'http502',
      match: { method: 'POST' },
      afterRequests: 1,
      times: 2,
      done: true,
    });
    const statuses = [];
    for (let i = 0; i < 4; i += 1) {
      statuses.push((await ask(url, 'ana', 'POST', JOBS, { body })).status);
    }
    expect(statuses).toEqual([201, 502, 502, 201]);
    expect(await waldur.jobs()).toHaveLength(4);
  }));

test("'always' lasts until it is cleared", () =>
  withWaldur({ as: 'documented' }, async ({ url, waldur }) => {
    await waldur.fault({ kind: 'http503', times: 'always' });
    const statuses = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await ask(url, 'ana', 'GET', JOBS)).status);
    await waldur.clearFaults();
    statuses.push((await ask(url, 'ana', 'GET', JOBS)).status);
    expect(statuses).toEqual([503, 503, 503, 200]);
  }));

test('the ledger tells who sent what, and never a token', () =>
  withWaldur({ as: 'documented' }, async ({ url, waldur }) => {
    await submit(url, 'ana', SCRIPT, { name: 'x' });
    await ask(url, 'ana', 'GET', '/api/users/me/?field=token&field=username');
    const [, created, me] = await waldur.requests();
    expect(created).toMatchObject({
      seq: 2,
      method: 'POST',
      path: JOBS,
      as: 'ana',
      token: 'ana',
      status: 201,
      fields: { name: 'x' },
      file: {
        filename: 'job.sh',
        bytes: SCRIPT.length,
        sha256: createHash('sha256').update(SCRIPT).digest('hex'),
      },
      body: { name: 'x', state: 'Creation Scheduled' },
    });
    expect(me?.body).toEqual({ username: 'ana', token: '(left out)' });
    expect(JSON.stringify(await waldur.requests())).not.toContain(fakeToken('ana'));
    expect(await waldur.requests(2)).toEqual([me]);
  }));
