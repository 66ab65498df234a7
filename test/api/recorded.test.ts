import { Blob } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { WaldurRefusal, WaldurSurprise } from '../../src/api/errors.ts';
import { resourceState } from '../../src/api/records.ts';
import type { Waldur } from '../../src/api/waldur.ts';
import { type Exchange, recordings, replaying } from './recorded.ts';
import { failing, withWaldur } from './scripted-server.ts';

const OCEAN = 'd2035c217d01467ba3a1309afa2bf5c3';
const SETTINGS =
  'https://waldur.example.org/api/service-settings/107a905a29144a32947e5dc27a156c9d/';
const PROJECT = 'https://waldur.example.org/api/projects/c16ce57b81304c4ca6f913a1b29a406a/';
const NEW = {
  name: 'ocean',
  description: 'First run',
  serviceSettings: SETTINGS,
  project: PROJECT,
  file: new Blob(['#!/bin/bash\nsrun ./ocean\n']),
  fileName: 'ocean.sh',
};

/** Our client's result for one recorded answer: a value or an error. It asks as was recorded. */
async function replay<T>(exchange: Exchange | undefined, ask: (waldur: Waldur) => Promise<T>) {
  if (!exchange) throw new Error('There is no recording of this name');
  return withWaldur(replaying(exchange), async ({ waldur, received }) => {
    const result = await ask(waldur).catch((error: unknown) => error);
    const [path] = exchange.request.path.split('?');
    expect(received.map((one) => [one.method, one.url.split('?')[0]])).toEqual([
      [exchange.request.method, path],
    ]);
    return result;
  });
}

describe('create, as recorded', () => {
  test.each([
    'create',
    'create-name-150',
    'create-hostile-name',
    'create-foreign-project',
    'create-as-member',
    'create-as-manager',
    'create-as-owner',
    'create-rejected-by-slurm',
    'create-no-firecrest',
    'create-no-oauth',
  ])('%s gives a job that Slurm has not heard of', async (name) => {
    const exchange = (await recordings('create')).get(name);
    const job = await replay(exchange, (waldur) => waldur.createJob(NEW));
    expect(job).toMatchObject({ state: 'creation scheduled', slurmId: '', runtimeState: '' });
    expect(job).toMatchObject({ customerName: 'University of Example', report: null });
  });

  test('the whole job', async () => {
    const exchange = (await recordings('create')).get('create');
    expect(await replay(exchange, (waldur) => waldur.createJob(NEW))).toEqual({
      uuid: OCEAN,
      name: 'ocean',
      description: 'First run',
      state: 'creation scheduled',
      runtimeState: '',
      slurmId: '',
      created: new Date('2026-11-24T17:43:21.274Z'),
      modified: new Date('2026-11-24T17:43:21.274Z'),
      errorMessage: '',
      project: 'https://waldur.example.org/api/projects/c16ce57b81304c4ca6f913a1b29a406a/',
      projectName: 'Climate models',
      serviceSettings: SETTINGS,
      userUuid: '0bb3913311ba4a4d91f128b6eeabd9eb',
      username: '',
      customerName: 'University of Example',
      serviceName: 'Example cluster',
      errorTraceback: '',
      report: null,
    });
  });

  test.each([
    ['create-no-file', 'file: No file was submitted.'],
    ['create-empty-file', 'file: The submitted file is empty.'],
    ['create-long-name', 'name: Ensure this field has no more than 150 characters.'],
    ['create-blank-name', 'name: This field may not be blank.'],
    ['create-long-description', 'description: Ensure this field has no more than 2000 characters.'],
    ['create-bad-project-url', 'project: Invalid hyperlink - No URL match.'],
    ['create-unknown-project', 'project: Invalid hyperlink - Object does not exist.'],
    ['create-as-outsider', 'project: Invalid hyperlink - Object does not exist.'],
  ])('%s is a definite refusal', async (name, sentence) => {
    const exchange = (await recordings('create')).get(name);
    expect(await replay(exchange, (waldur) => waldur.createJob(NEW))).toMatchObject({
      kind: 'refusal',
      status: 400,
      details: [sentence],
      ambiguous: false,
    });
  });

  test('several fields at once keep their names', async () => {
    const exchange = (await recordings('create')).get('create-empty');
    expect(await replay(exchange, (waldur) => waldur.createJob(NEW))).toMatchObject({
      fieldErrors: {
        name: ['This field is required.'],
        service_settings: ['This field is required.'],
        project: ['This field is required.'],
        file: ['No file was submitted.'],
      },
    });
  });

  test('415 for another content type', async () => {
    const exchange = (await recordings('create')).get('create-wrong-content-type');
    expect(await replay(exchange, (waldur) => waldur.createJob(NEW))).toMatchObject({
      status: 415,
      details: ['Unsupported media type "text/plain" in request.'],
    });
  });
});

describe('live Slurm, as recorded', () => {
  test('every script that was handed over became a job', async () => {
    const creates = [...(await recordings('live')).values()].filter(
      (one) => one.request.method === 'POST',
    );
    expect(creates).toHaveLength(9);
    for (const exchange of creates) {
      const job = await replay(exchange, (waldur) => waldur.createJob(NEW));
      expect(job).toMatchObject({ state: 'creation scheduled' });
    }
  });

  test('lists after the hourly task: rows made by it have no user', async () => {
    const exchange = (await recordings('live')).get('live-list-after-hourly-task-1');
    if (!exchange) throw new Error('There is no recording of this name');
    const list = await replay(await completed(exchange), (waldur) => waldur.listCheap(1));
    expect(list).toMatchObject({ total: 14, pastEnd: false });
    expect(list).toHaveProperty('rows.0.name', 'ok');
    expect(list).toHaveProperty('rows.length', 14);
    expect(list).toHaveProperty('rows.0.runtimeState', 'RUNNING');
  });
});

describe('lists, as recorded', () => {
  test('all fields', async () => {
    const exchange = (await recordings('list')).get('list-default');
    const page = await replay(exchange, (waldur) => waldur.listListed(1, 10));
    expect(page).toMatchObject({ total: 10, pastEnd: false });
    expect(page).toHaveProperty('rows.length', 10);
    expect(page).toHaveProperty('rows.0.name', 'nooauth');
    expect(page).toHaveProperty('rows.0.state', 'erred');
    expect(page).toHaveProperty('rows.0.errorMessage', 'OAuth token is not found');
    expect(page).toHaveProperty('rows.0.projectName', 'Climate models');
  });

  test('no jobs', async () => {
    const list = await recordings('list');
    for (const name of ['list-empty', 'list-as-eve']) {
      const page = await replay(list.get(name), (waldur) => waldur.listCheap(1));
      expect(page).toMatchObject({ rows: [], total: 0, pastEnd: false, misfits: [] });
    }
  });

  test.each([
    ['list-page-size-2', 1],
    ['list-page-2', 2],
  ])('%s has two rows of ten', async (name, number) => {
    const exchange = (await recordings('list')).get(name);
    const page = await replay(exchange, (waldur) => waldur.listListed(number, 2));
    expect(page).toMatchObject({ total: 10 });
    expect(page).toHaveProperty('rows.length', 2);
  });

  test('a page past the end is empty, and says so', async () => {
    const exchange = (await recordings('list')).get('list-page-past-end');
    const page = await replay(exchange, (waldur) => waldur.listCheap(999));
    expect(page).toMatchObject({ rows: [], total: null, pastEnd: true });
  });

  test('the same answer to the first page is a refusal', async () => {
    const exchange = (await recordings('list')).get('list-page-zero');
    expect(await replay(exchange, (waldur) => waldur.listCheap(0))).toMatchObject({
      status: 404,
      details: ['Invalid page.'],
    });
  });

  test('a row with too few fields is left out, and the place is named', async () => {
    const exchange = (await recordings('list')).get('list-as-bob');
    expect(await replay(exchange, (waldur) => waldur.listCheap(1))).toMatchObject({
      rows: [],
      misfits: [expect.stringContaining('description: ')],
    });
  });
});

describe('one job, as recorded', () => {
  test.each([
    ['retrieve-just-created', 'creation scheduled', '', null],
    ['retrieve-submitted', 'ok', '4005', 'Job submitted'],
    ['retrieve', 'ok', '4005', 'Job submitted'],
    ['retrieve-after-delete', 'ok', '4005', 'Job submitted'],
  ])('%s', async (name, state, slurmId, report) => {
    const exchange = (await recordings('retrieve')).get(name);
    const job = await replay(exchange, (waldur) => waldur.getJob(OCEAN));
    expect(job).toMatchObject({ uuid: OCEAN, state, slurmId, report });
  });

  test.each([
    [
      'retrieve-rejected',
      'd1afee4c2b30499ebfb1c0f7195b6600',
      'sbatch: error: Batch job submission failed: Requested node configuration is not available',
    ],
    [
      'retrieve-no-firecrest',
      'dfa4cb7a946f4f368f275e31ef9e9a93',
      'Service does not have Firecrest API URL',
    ],
    ['retrieve-no-oauth', '6094f73c72624dce83926c87a96ca1d5', 'OAuth token is not found'],
  ])('%s', async (name, uuid, errorMessage) => {
    const exchange = (await recordings('retrieve')).get(name);
    const job = await replay(exchange, (waldur) => waldur.getCheap(uuid));
    expect(job).toMatchObject({ uuid, state: 'erred', errorMessage });
  });

  test.each([
    ['retrieve-dashed-uuid', 'd2035c21-7d01-467b-a3a1-309afa2bf5c3'],
    ['retrieve-uppercase', OCEAN.toUpperCase()],
  ])('%s: the answer has the plain uuid', async (name, uuid) => {
    const exchange = (await recordings('retrieve')).get(name);
    expect(await replay(exchange, (waldur) => waldur.getJob(uuid))).toMatchObject({ uuid: OCEAN });
  });

  test.each([
    ['retrieve-unknown', '00000000000000000000000000000000'],
    ['retrieve-malformed', 'xyz'],
    ['retrieve-other-user', OCEAN],
  ])('%s', async (name, uuid) => {
    const exchange = (await recordings('retrieve')).get(name);
    expect(await replay(exchange, (waldur) => waldur.getJob(uuid))).toMatchObject({
      status: 404,
      details: ['No Job matches the given query.'],
    });
  });

  test('the cluster and the user of a row', async () => {
    const exchange = (await recordings('retrieve')).get('retrieve');
    expect(await replay(exchange, (waldur) => waldur.getPlace(OCEAN))).toEqual({
      serviceSettings: SETTINGS,
      project: 'https://waldur.example.org/api/projects/c16ce57b81304c4ca6f913a1b29a406a/',
      projectName: 'Climate models',
      userUuid: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });
});

describe('changes, as recorded', () => {
  test.each([
    ['pull', OCEAN, 409, 'Pull operation is not implemented.'],
    ['pull-wrong-state', OCEAN, 409, 'Valid states for operation: OK, Erred.'],
    ['pull-as-member', OCEAN, 403, 'You do not have permission to perform this action.'],
    ['pull-unknown', '00000000000000000000000000000000', 404, 'No Job matches the given query.'],
    ['pull-erred', 'd1afee4c2b30499ebfb1c0f7195b6600', 400, 'Resource does not have backend ID.'],
  ])('%s', async (name, uuid, status, detail) => {
    const exchange = (await recordings('pull')).get(name);
    expect(await replay(exchange, (waldur) => waldur.pull(uuid))).toMatchObject({
      kind: 'refusal',
      status,
      details: [detail],
      fieldErrors: {},
      ambiguous: false,
    });
  });

  test.each([
    ['delete-wrong-state', 409, ['Valid states for operation: OK, Erred.'], false],
    ['delete-as-member', 403, ['You do not have permission to perform this action.'], false],
    ['delete-as-bob', 404, ['No Job matches the given query.'], false],
    ['delete', 500, [], true],
  ])('%s', async (name, status, details, ambiguous) => {
    const exchange = (await recordings('delete')).get(name);
    expect(await replay(exchange, (waldur) => waldur.deleteJob(OCEAN))).toMatchObject({
      kind: 'refusal',
      status,
      details,
      ambiguous,
    });
  });
});

describe('people, as recorded', () => {
  test('who a token belongs to', async () => {
    const exchange = (await recordings('identity')).get('me-field');
    expect(await replay(exchange, (waldur) => waldur.me())).toEqual({
      uuid: '0bb3913311ba4a4d91f128b6eeabd9eb',
      username: 'ada',
      fullName: 'Ada Lovelace',
      email: 'ada@example.org',
      // No roles were asked for in this one.
      rights: { staff: false, projects: [] },
    });
  });

  test('a token in an answer is not passed on', async () => {
    const exchange = (await recordings('identity')).get('me-ada');
    const me = await replay(exchange, (waldur) => waldur.me());
    expect(JSON.stringify(me)).not.toContain('TOKEN-OF-ADA');
    expect(me).toMatchObject({
      username: 'ada',
      rights: { staff: false, projects: ['Climate models'] },
    });
  });

  test.each([
    ['no-credentials', 'Authentication credentials were not provided.'],
    ['invalid-token', 'Invalid token.'],
    ['token-with-space', 'Invalid token. Token string should not contain spaces.'],
    ['bearer-instead-of-token', 'Authentication credentials were not provided.'],
    ['inactive-user', 'User inactive or deleted.'],
    ['expired-token', 'Token has expired.'],
  ])('%s', async (name, detail) => {
    const exchange = (await recordings('identity')).get(name);
    expect(await replay(exchange, (waldur) => waldur.listCheap(1))).toMatchObject({
      status: 401,
      details: [detail],
    });
  });

  test('allocations: amounts that were not sent are 0', async () => {
    const exchange = (await recordings('lookups')).get('allocations-ada');
    const all = await replay(exchange, (waldur) => waldur.allocations());
    expect(all).toHaveProperty('length', 3);
    expect(all).toHaveProperty('0', {
      uuid: '2b1225fcb83948028f90eb4b602a7c74',
      name: 'climate-2026',
      project: PROJECT,
      serviceSettings: SETTINGS,
      projectName: 'Climate models',
      serviceName: 'Example cluster',
      isActive: true,
      usage: { cpu: 0, gpu: 0, ram: 0 },
      limit: { cpu: 0, gpu: 0, ram: 0 },
    });
  });

  test('an allocation with its amounts; none at all', async () => {
    const lookups = await recordings('lookups');
    const full = await replay(lookups.get('allocations-name-filter'), (w) => w.allocations());
    expect(full).toHaveProperty('0.limit', { cpu: 100_000, gpu: 1000, ram: 100_000 });
    expect(await replay(lookups.get('allocations-eve'), (w) => w.allocations())).toEqual([]);
  });
});

/** Recordings of requests that our client never makes. They bind only the simulator. */
const NOT_OURS = [
  'file-with-token',
  'file-without-token',
  'head',
  'head-one',
  'method-not-allowed',
  'projects-ada',
  'pull-get',
  'service-settings-ada',
  'set-erred',
  'set-ok',
  'unknown-endpoint',
  'users-by-email',
  'users-by-email-as-ada',
  'users-by-email-none',
];

/** The call of our client that makes this request. */
function callFor({ request }: Exchange): ((waldur: Waldur) => Promise<unknown>) | null {
  const [path = ''] = request.path.split('?');
  const uuid = path.split('/')[3] ?? '';
  const calls: [RegExp, (waldur: Waldur) => Promise<unknown>][] = [
    [/^GET \/api\/slurm-jobs\/$/, (waldur) => waldur.listCheap(2)],
    [/^POST \/api\/slurm-jobs\/$/, (waldur) => waldur.createJob(NEW)],
    [/^GET \/api\/slurm-jobs\/\w+\/$/, (waldur) => waldur.getCheap(uuid)],
    [/^DELETE \/api\/slurm-jobs\/\w+\/$/, (waldur) => waldur.deleteJob(uuid)],
    [/^PATCH \/api\/slurm-jobs\/\w+\/$/, (waldur) => waldur.updateJob(uuid, NEW)],
    [/^PUT \/api\/slurm-jobs\/\w+\/$/, (waldur) => waldur.replaceJob(uuid, NEW)],
    [/^POST \/api\/slurm-jobs\/\w+\/pull\/$/, (waldur) => waldur.pull(uuid)],
    [/^POST \/api\/slurm-jobs\/\w+\/unlink\/$/, (waldur) => waldur.unlinkJob(uuid)],
    [/^GET \/api\/users\/me\/$/, (waldur) => waldur.me()],
    [/^GET \/api\/slurm-allocations\/$/, (waldur) => waldur.allocations()],
  ];
  return calls.find(([pattern]) => pattern.test(`${request.method} ${path}`))?.[1] ?? null;
}

describe('every recording', () => {
  test.each([
    'create',
    'delete',
    'identity',
    'list',
    'live',
    'lookups',
    'protocol',
    'pull',
    'retrieve',
    'unlink',
    'update',
  ])('%s: each exchange is understood as what it is, or is none of ours', async (file) => {
    for (const [name, exchange] of await recordings(file)) {
      const call = callFor(exchange);
      const noted = NOT_OURS.includes(name) || /-(dashed-uuid|no-slash)$/.test(name);
      expect({ name, ours: call !== null }).toEqual({ name, ours: !noted });
      if (call)
        expect({ name, outcome: await outcome(exchange, call) }).toEqual({
          name,
          outcome: expected(exchange),
        });
    }
  });

  test('every spelling of a state', async () => {
    const bodies = [...(await recordings('retrieve')).values()].filter((one) =>
      one.name.startsWith('state-'),
    );
    expect(
      bodies.map((one) =>
        resourceState(z.object({ state: z.unknown() }).parse(one.response.body).state),
      ),
    ).toEqual([
      'update scheduled',
      'updating',
      'ok',
      'erred',
      'creation scheduled',
      'creating',
      'deletion scheduled',
      'deleting',
    ]);
  });
});

/** A recording of a few fields, completed from another recording with the others that our client asks for. */
async function completed(exchange: Exchange): Promise<Exchange> {
  const { request, response } = exchange;
  if (response.status >= 400 || !request.path.includes('field=')) return exchange;
  const rest = request.path.includes('/users/')
    ? (await recordings('identity')).get('me-field')?.response.body
    : (await recordings('retrieve')).get('retrieve')?.response.body;
  const complete = (row: unknown) => Object.assign({}, rest, row);
  const { body } = response;
  const whole = Array.isArray(body) ? body.map(complete) : complete(body);
  return { ...exchange, response: { ...response, body: whole } };
}

async function outcome(exchange: Exchange, call: (waldur: Waldur) => Promise<unknown>) {
  const result = await replay(await completed(exchange), call);
  if (result instanceof WaldurRefusal) return result.status;
  return result instanceof WaldurSurprise ? 'surprise' : 'value';
}

function expected({ response }: Exchange): number | 'surprise' | 'value' {
  if (JSON.stringify(response.body) === '{"detail":"Invalid page."}') return 'value';
  if (response.status >= 400) return response.status;
  return typeof response.body === 'object' ? 'value' : 'surprise';
}

describe('the protocol, as recorded', () => {
  test('an HTML page instead of JSON', async () => {
    const exchange = (await recordings('protocol')).get('html-accept');
    expect(await replay(exchange, (waldur) => waldur.listCheap(1))).toMatchObject({
      kind: 'surprise',
      problem: 'not JSON (text/html)',
    });
  });

  test('the redirect to the path with a slash is not followed', async () => {
    const exchange = (await recordings('retrieve')).get('retrieve-no-slash');
    if (!exchange) throw new Error('There is no recording of this name');
    await withWaldur(replaying(exchange), async ({ waldur, received }) => {
      expect(await failing(waldur.getJob(OCEAN))).toMatchObject({ kind: 'surprise', status: 301 });
      expect(received).toHaveLength(1);
    });
  });
});
