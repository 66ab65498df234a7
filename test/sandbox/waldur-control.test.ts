import { readdirSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { FormData, request } from 'undici';
import { fakeToken } from '../../sandbox/waldur/ids.ts';
import { ask, withWaldur } from './waldur-with.ts';

const SOURCES = new URL('../../sandbox/waldur/', import.meta.url);

test('the sandbox stands alone: it knows neither the recordings nor the app', () => {
  const guilty = readdirSync(SOURCES).filter((file) =>
    /fixtures|\.\.\/\.\.\/src|waldur-contract/.test(readFileSync(new URL(file, SOURCES), 'utf8')),
  );
  expect(guilty).toEqual([]);
});

test('rows can be added, changed and deleted, and fields have defaults', () =>
  withWaldur({ as: 'documented' }, async ({ url, waldur }) => {
    const created = '2026-01-02T03:04:05.000Z';
    const [first, second] = await waldur.addJobs([
      { name: 'one', user: 'ben', project: 'climate', created, report: { nodes: 2 } },
      { state: 'Erred', error_message: 'no', backend_id: '7' },
    ]);
    expect(await waldur.setJob(first ?? '', { runtime_state: 'RUNNING' })).toBe(true);
    expect(await waldur.setJob('nobody', { name: 'x' })).toBe(false);
    const reply = await ask(url, 'ben', 'GET', `/api/slurm-jobs/${first}/`);
    expect(reply.body).toMatchObject({
      name: 'one',
      project_name: 'climate',
      user_username: 'ben',
      created: '2026-01-02T03:04:05Z',
      runtime_state: 'RUNNING',
      report: { nodes: 2 },
    });
    expect(await waldur.jobs()).toMatchObject([
      { uuid: second, project: 'bio', user: null, state: 'Erred', error_message: 'no' },
      { uuid: first },
    ]);
    expect(await waldur.deleteJob(second ?? '')).toBe(true);
    expect(await waldur.deleteJob(second ?? '')).toBe(false);
    expect(await waldur.jobs()).toHaveLength(1);
  }));

test('so many old jobs have ended, newest first, each at its own time', () =>
  withWaldur({ as: 'documented' }, async ({ waldur }) => {
    await waldur.addJobs(40);
    const jobs = await waldur.jobs();
    const created = jobs.map((job) => job.created);
    expect(new Set(created).size).toBe(40);
    expect(created).toEqual(created.toSorted().reverse());
    expect(new Set(jobs.map((job) => job.runtime_state))).toEqual(
      new Set(['COMPLETED', 'FAILED', 'TIMEOUT', 'CANCELLED by 1000']),
    );
  }));

test('an unknown or wrong command gets an error', () =>
  withWaldur({ as: 'documented' }, async ({ url, waldur }) => {
    await expect(waldur.expireToken('nobody')).rejects.toThrow('no such person: nobody');
    await expect(waldur.addJobs([{ project: 'moon' }])).rejects.toThrow('moon');
    const answer = await request(`${url}/sandbox/explode`, { method: 'POST', body: '{}' });
    expect([answer.statusCode, await answer.body.text()]).toEqual([
      400,
      'no such command: explode',
    ]);
  }));

test('a Slurm job can be set to a state that nobody has heard of, and Waldur passes it on', () =>
  withWaldur({ as: 'documented' }, async ({ url, waldur }) => {
    const [allocation] = Object(
      (await ask(url, 'ana', 'GET', '/api/slurm-allocations/?field=project&field=service_settings'))
        .body,
    );
    const body = new FormData();
    for (const [name, value] of Object.entries(allocation)) body.set(name, String(value));
    body.set('name', 'odd');
    body.set('file', new File(['#!/bin/sh\nsleep 1\n'], 'a.sh'));
    await ask(url, 'ana', 'POST', '/api/slurm-jobs/', { body });
    await waldur.advance(3);
    expect(await waldur.setSlurmJob('48200', { state: 'DREAMING' })).toBe(true);
    await waldur.advance(100);
    expect(await waldur.jobs()).toMatchObject([{ runtime_state: 'DREAMING' }]);
  }));

test('bodies in a form that Waldur does not read', () =>
  withWaldur({ as: 'recorded' }, async ({ url }) => {
    const wrong = async (headers: Record<string, string>, body = 'x') =>
      (await ask(url, 'ana', 'POST', '/api/slurm-jobs/', { headers, body })).status;
    expect(await wrong({ 'content-type': 'multipart/form-data' })).toBe(400);
    expect(await wrong({ 'content-type': 'text/csv' })).toBe(415);
    expect(await wrong({ 'content-type': 'application/json' }, '[1]')).toBe(400);
    const csv = { headers: { accept: 'text/csv' } };
    expect((await ask(url, 'ana', 'GET', '/api/projects/', csv)).status).toBe(406);
    expect((await ask(url, 'ana', 'DELETE', '/api/projects/')).status).toBe(405);
  }));

test('a client that goes away in the middle of an upload leaves nothing behind', () =>
  withWaldur({ as: 'documented' }, async ({ url, waldur }) => {
    const stop = new AbortController();
    async function* endless() {
      yield '--x\r\nContent-Disposition: form-data; name="file"; filename="a.sh"\r\n\r\n#!/bin/sh\n';
      while (!stop.signal.aborted) {
        if ((await waldur.requests()).length > 0) stop.abort();
        yield '# more\n';
      }
    }
    const upload = request(`${url}/api/slurm-jobs/`, {
      method: 'POST',
      signal: stop.signal,
      headers: {
        authorization: `Token ${fakeToken('ana')}`,
        'content-type': 'multipart/form-data; boundary=x',
      },
      body: Readable.from(endless()),
    });
    await expect(upload).rejects.toMatchObject({ name: 'AbortError' });
    expect(await waldur.requests()).toMatchObject([{ method: 'POST', status: null }]);
    expect(await waldur.jobs()).toEqual([]);
  }));

test('starting over makes everything as it was: jobs, people, time, faults and the ledger', () =>
  withWaldur({ as: 'documented', seed: 'demo' }, async ({ url, waldur }) => {
    const names = (await waldur.jobs()).map(({ name }) => name);
    await waldur.addJobs([{ name: 'mine' }]);
    await waldur.expireToken('ana');
    await waldur.behave({ deletion: 'scheduled' });
    await waldur.fault({ kind: 'http502', times: 'always' });
    expect((await ask(url, 'ana', 'GET', '/api/slurm-jobs/')).status).toBe(502);
    await waldur.startOver();
    expect(await waldur.requests()).toEqual([]);
    expect(await waldur.faultsFired()).toEqual([]);
    expect((await waldur.jobs()).map(({ name }) => name)).toEqual(names);
    expect((await ask(url, 'ana', 'GET', '/api/slurm-jobs/')).status).toBe(200);
  }));
