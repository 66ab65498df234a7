import { expect, test } from '@jest/globals';
import { ask, type Running, submission, submit, withWaldur } from './waldur-with.ts';

const SCRIPT = '#!/bin/sh\n#SBATCH -J slurm-name\nsleep 60; exit 3\n';

const first = async ({ waldur }: Running) => {
  const [job] = await waldur.jobs();
  return job && [job.state, job.backend_id, job.runtime_state, job.name].join('|');
};

test('a job follows Slurm within seconds, under the name that was typed', () =>
  withWaldur({ as: 'documented' }, async (running) => {
    await submit(running.url, 'ana', SCRIPT, { name: 'typed' });
    const seen = [await first(running)];
    for (const seconds of [4, 10, 60]) {
      await running.waldur.advance(seconds);
      seen.push(await first(running));
    }
    expect(seen).toEqual([
      'Creation Scheduled|||typed',
      'OK|48200|PENDING|typed',
      'OK|48200|RUNNING|typed',
      'OK|48200|FAILED|typed',
    ]);
  }));

test('an array is told as one job: running while one task is, failed when one has', () =>
  withWaldur({ as: 'documented' }, async (running) => {
    await submit(running.url, 'ana', '#!/bin/sh\n#SBATCH -a 1-4%2\nsleep 10; exit 1\n');
    const seen = [];
    for (const seconds of [12, 10, 10]) {
      await running.waldur.advance(seconds);
      seen.push(await first(running));
    }
    expect(seen).toEqual(['OK|48200|RUNNING|job', 'OK|48200|RUNNING|job', 'OK|48200|FAILED|job']);
  }));

test('pull answers 202 without a body, goes through its states and brings the news', () =>
  withWaldur({ as: 'documented' }, async (running) => {
    const uuid = await submit(running.url, 'ana', SCRIPT);
    await running.waldur.advance(20);
    await running.waldur.setJob(uuid, { runtime_state: 'OLD' });
    const pull = () => ask(running.url, 'ana', 'POST', `/api/slurm-jobs/${uuid}/pull/`);
    expect(await pull()).toMatchObject({ status: 202, body: '' });
    expect(await pull()).toMatchObject({
      status: 409,
      body: { detail: 'Valid states for operation: OK, Erred.' },
    });
    const seen = [await first(running)];
    for (const seconds of [1.5, 1]) {
      await running.waldur.advance(seconds);
      seen.push(await first(running));
    }
    expect(seen).toEqual([
      'Update Scheduled|48200|OLD|job',
      'Updating|48200|OLD|job',
      'OK|48200|RUNNING|job',
    ]);
  }));

test('DELETE is 204 and the job goes on in Slurm', () =>
  withWaldur({ as: 'documented' }, async ({ url, waldur }) => {
    const uuid = await submit(url, 'ana', SCRIPT);
    await waldur.advance(20);
    const path = `/api/slurm-jobs/${uuid}/`;
    expect(await ask(url, 'ana', 'DELETE', path)).toMatchObject({ status: 204, body: '' });
    expect(await ask(url, 'ana', 'GET', path)).toMatchObject({ status: 404 });
    expect(await waldur.slurm()).toMatchObject([{ id: '48200', state: 'RUNNING' }]);
  }));

test('or it is 202, and the row goes through its states until it is gone', () =>
  withWaldur({ as: 'documented', deletion: 'scheduled' }, async ({ url, waldur }) => {
    const [uuid] = await waldur.addJobs([{ runtime_state: 'COMPLETED' }]);
    const path = `/api/slurm-jobs/${uuid}/`;
    expect(await ask(url, 'ana', 'DELETE', path)).toMatchObject({
      status: 202,
      body: { detail: 'Deletion was scheduled.' },
    });
    const seen = [(await waldur.jobs())[0]?.state];
    for (let i = 0; i < 2; i += 1) {
      await waldur.advance(1.1);
      seen.push((await waldur.jobs())[0]?.state);
    }
    expect(seen).toEqual(['Deletion Scheduled', 'Deleting', undefined]);
  }));

test('PATCH changes name and description; PUT brings a new script', () =>
  withWaldur({ as: 'documented' }, async ({ url, waldur }) => {
    const uuid = await submit(url, 'ana', SCRIPT);
    await waldur.advance(20);
    const path = `/api/slurm-jobs/${uuid}/`;
    const patch = await ask(url, 'ana', 'PATCH', path, {
      body: JSON.stringify({ name: 'new', description: 'why' }),
      headers: { 'content-type': 'application/json' },
    });
    expect(patch).toMatchObject({ status: 200, body: { name: 'new', description: 'why' } });
    const body = await submission(url, 'ana', '#!/bin/sh\necho new\n', { name: 'newer' });
    const put = await ask(url, 'ana', 'PUT', path, { body });
    expect(put).toMatchObject({ status: 200, body: { name: 'newer', backend_id: '48200' } });
    const file = new URL(String(Object(put.body).file)).pathname;
    expect(await ask(url, 'ana', 'GET', file)).toMatchObject({ body: '#!/bin/sh\necho new\n' });
    expect(await ask(url, null, 'GET', file)).toMatchObject({ status: 401 });
    expect(await ask(url, 'ben', 'GET', file)).toMatchObject({ status: 404 });
  }));

test('a description may have 4,096 characters', () =>
  withWaldur({ as: 'documented' }, async ({ url }) => {
    const create = async (length: number) => {
      const body = await submission(url, 'ana', SCRIPT);
      body.set('description', 'x'.repeat(length));
      return (await ask(url, 'ana', 'POST', '/api/slurm-jobs/', { body })).status;
    };
    expect([await create(4096), await create(4097)]).toEqual([201, 400]);
  }));

test('states can be spelled as later versions do', () =>
  withWaldur({ as: 'documented', states: 'constants' }, async ({ url }) => {
    const uuid = await submit(url, 'ana', SCRIPT);
    const reply = await ask(url, 'ana', 'GET', `/api/slurm-jobs/${uuid}/?field=state`);
    expect(reply.body).toEqual({ state: 'CREATION_SCHEDULED' });
  }));
