import { expect, test } from '@jest/globals';
import { unsupportedBy } from '../../src/api/unsupported.ts';
import type { Waldur } from '../../src/api/waldur.ts';
import type { Operation } from '../../src/jobs/abilities.ts';
import { recordings, replaying } from './recorded.ts';
import { answering, failing, withWaldur } from './scripted-server.ts';

const uuid = 'd2035c217d01467ba3a1309afa2bf5c3';
const job = {
  name: 'ocean',
  description: '',
  serviceSettings: 'https://waldur.example.org/api/service-settings/1/',
  project: 'https://waldur.example.org/api/projects/1/',
  file: new Blob(['#!/bin/sh\n']),
  fileName: 'ocean.sh',
};
const operations: Record<Operation, (waldur: Waldur) => Promise<unknown>> = {
  pull: (waldur) => waldur.pull(uuid),
  'partial update': (waldur) => waldur.updateJob(uuid, job),
  update: (waldur) => waldur.replaceJob(uuid, job),
  delete: (waldur) => waldur.deleteJob(uuid),
  unlink: (waldur) => waldur.unlinkJob(uuid),
};

const taught = (operation: Operation, error: unknown) => {
  const lesson = unsupportedBy(operation, error);
  return lesson === null ? null : lesson.mayPass ? 'doubtful' : 'refused';
};

test.each<[string, string, Operation, string | null]>([
  ['pull', 'pull', 'pull', 'refused'],
  ['pull', 'pull-wrong-state', 'pull', null],
  ['pull', 'pull-as-member', 'pull', null],
  ['pull', 'pull-unknown', 'pull', null],
  ['update', 'patch-name', 'partial update', 'doubtful'],
  ['update', 'patch-blank-name', 'partial update', null],
  ['update', 'patch-erred', 'partial update', null],
  ['update', 'put-full', 'update', 'doubtful'],
  ['update', 'put-no-name', 'update', null],
  ['delete', 'delete', 'delete', 'doubtful'],
  ['delete', 'delete-wrong-state', 'delete', null],
  ['unlink', 'unlink-as-ada', 'unlink', null],
])('recorded: %s %s teaches about %s: %s', async (file, name, operation, lesson) => {
  const exchange = (await recordings(file)).get(name);
  if (exchange === undefined) throw new Error(`there is no recording ${name}`);
  await withWaldur(replaying(exchange), async ({ waldur, received }) => {
    const error = await failing(operations[operation](waldur));
    expect(taught(operation, error)).toBe(lesson);
    expect(received).toHaveLength(1);
  });
});

test.each<[number, Operation, string | null]>([
  [405, 'unlink', 'refused'],
  [405, 'partial update', 'refused'],
  [501, 'pull', 'refused'],
  [500, 'pull', null],
  [500, 'unlink', null],
  [502, 'delete', null],
])('status %i of %s: %s', async (status, operation, lesson) => {
  await withWaldur(answering(status, '<html></html>'), async ({ waldur }) => {
    const error = await failing(operations[operation](waldur));
    expect(taught(operation, error)).toBe(lesson);
  });
});

test('unlinked by staff as recorded: 204', async () => {
  const exchange = (await recordings('unlink')).get('unlink-as-staff');
  if (exchange === undefined) throw new Error('there is no such recording');
  await withWaldur(replaying(exchange), async ({ waldur, received }) => {
    await waldur.unlinkJob(uuid);
    expect(received.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST /api/slurm-jobs/${uuid}/unlink/`,
    ]);
  });
});

test('a change of the texts is JSON with these two, and nothing else', async () => {
  await withWaldur(answering(500, ''), async ({ waldur, received }) => {
    await failing(waldur.updateJob(uuid, job));
    const [request] = received;
    expect(request?.method).toBe('PATCH');
    expect(request?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(String(request?.body))).toEqual({ name: 'ocean', description: '' });
  });
});
