import { expect, test } from '@jest/globals';
import { emptySeed } from '../../sandbox/waldur/demo-seed.ts';
import { ask, withWaldur } from './waldur-with.ts';

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

test('nothing of a token is shown to anybody else', () =>
  withWaldur({ as: 'recorded' }, async ({ url }) => {
    const reply = await ask(url, 'ana', 'GET', `/api/users/${uuidOfPerson('ben')}/`);
    expect(Object.keys(Object(reply.body))).not.toContain('token');
    expect(reply).toMatchObject({ status: 200, body: { username: 'ben' } });
  }));
