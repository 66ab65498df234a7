import { expect, test } from '@jest/globals';
import { emptySeed } from '../../sandbox/waldur/demo-seed.ts';
import { ask, submission, withWaldur } from './waldur-with.ts';

const ME = '/api/users/me/?field=username';
const uuidOfPerson = (name: string) =>
  emptySeed.users.find((user) => user.username === name)?.uuid ?? '';

test('a token lives for an hour since its last use', () =>
  withWaldur({ as: 'recorded' }, async ({ url, waldur }) => {
    await waldur.advance(3000);
    expect((await ask(url, 'ana', 'GET', ME)).status).toBe(200);
    await waldur.advance(3000);
    expect((await ask(url, 'ana', 'GET', ME)).status).toBe(200);
    await waldur.advance(3700);
    expect(await ask(url, 'ana', 'GET', ME)).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Token' },
      body: { detail: 'Token has expired.' },
    });
  }));

test('impersonating keeps the session of the other alive, not the staff token', () =>
  withWaldur({ as: 'recorded' }, async ({ url, waldur }) => {
    const headers = { 'X-Impersonated-User-Uuid': uuidOfPerson('ana') };
    for (let i = 0; i < 2; i += 1) {
      await waldur.advance(1500);
      expect((await ask(url, 'stan', 'GET', ME, { headers })).body).toEqual({ username: 'ana' });
    }
    await waldur.advance(1500);
    expect((await ask(url, 'stan', 'GET', ME, { headers })).status).toBe(401);
    expect((await ask(url, 'ana', 'GET', ME)).status).toBe(200);
  }));

test('a deactivated user can be impersonated and create jobs, and only staff see their status', () =>
  withWaldur({ as: 'recorded' }, async ({ url, waldur }) => {
    const uuid = uuidOfPerson('ana');
    const headers = { 'X-Impersonated-User-Uuid': uuid };
    await waldur.setUser('ana', { active: false });
    expect((await ask(url, 'ana', 'GET', ME)).status).toBe(401);
    const me = '/api/users/me/?field=username&field=is_active';
    expect((await ask(url, 'stan', 'GET', me, { headers })).body).toEqual({ username: 'ana' });
    const standing = `/api/users/${uuid}/?field=is_active`;
    expect((await ask(url, 'stan', 'GET', standing)).body).toEqual({ is_active: false });
    expect((await ask(url, 'ben', 'GET', standing)).body).not.toHaveProperty('is_active');
    const body = await submission(url, 'stan', '#!/bin/bash\nsleep 1\n');
    const made = await ask(url, 'stan', 'POST', '/api/slurm-jobs/', { body, headers });
    expect(made).toMatchObject({ status: 201, body: { user_uuid: uuid } });
  }));

test('an answer or refusal for somebody else says who acts, unless the header was ignored', () =>
  withWaldur({ as: 'recorded' }, async ({ url }) => {
    const saidBy = async (path: string, uuid: string, person = 'stan') => {
      const asked = { headers: { 'X-Impersonated-User-Uuid': uuid } };
      const { status, headers } = await ask(url, person, 'GET', path, asked);
      return [status, headers['x-impersonator-uuid']];
    };
    const [ana, stan] = [uuidOfPerson('ana'), uuidOfPerson('stan')];
    const nowhere = `/api/slurm-jobs/${'0'.repeat(32)}/`;
    expect(await saidBy(ME, ana)).toEqual([200, stan]);
    expect(await saidBy(nowhere, ana)).toEqual([404, stan]);
    expect(await saidBy(ME, '0'.repeat(32))).toEqual([200, undefined]);
    expect(await saidBy(nowhere, 'abc')).toEqual([404, undefined]);
    expect(await saidBy(ME, ana, 'ben')).toEqual([200, undefined]);
  }));

test('people see jobs of all projects they have a role in, and change them with the right one', () =>
  withWaldur({ as: 'documented' }, async ({ url, waldur }) => {
    const [uuid] = await waldur.addJobs([{ project: 'bio', user: 'ana', backend_id: '1' }]);
    const pull = async (person: string) =>
      (await ask(url, person, 'POST', `/api/slurm-jobs/${uuid}/pull/`)).status;
    const statuses = [];
    for (const person of ['ana', 'ben', 'mia', 'eve', 'olga', 'stan']) {
      statuses.push([person, await pull(person)]);
      await waldur.advance(5);
    }
    expect(statuses).toEqual([
      ['ana', 202],
      ['ben', 404],
      ['mia', 403],
      ['eve', 404],
      ['olga', 202],
      ['stan', 202],
    ]);
    await waldur.setRole('ben', 'bio', 'PROJECT.MEMBER');
    expect(await pull('ben')).toBe(403);
    await waldur.setRole('ben', 'bio', null);
    expect(await pull('ben')).toBe(404);
  }));

test.each([
  ['Token', 'Invalid token. No credentials provided.'],
  ['Basic abc', 'Authentication credentials were not provided.'],
])('Authorization: %s', (authorization, detail) =>
  withWaldur({ as: 'recorded' }, async ({ url }) => {
    const reply = await ask(url, null, 'GET', ME, { headers: { authorization } });
    expect(reply).toMatchObject({ status: 401, body: { detail } });
  }),
);

test('nobody else sees any part of a token', () =>
  withWaldur({ as: 'recorded' }, async ({ url }) => {
    const reply = await ask(url, 'ana', 'GET', `/api/users/${uuidOfPerson('ben')}/`);
    expect(Object.keys(Object(reply.body))).not.toContain('token');
    expect(reply).toMatchObject({ status: 200, body: { username: 'ben' } });
  }));
