import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createStaffAccess, startStaffKeeper } from '../../src/accounts/staff-access.ts';
import { waldurDispatcher } from '../../src/api/http.ts';
import { failing, startServer } from '../api/scripted-server.ts';

/** A Waldur whose users/me answers as told. */
async function waldurThat(answer: { status: number; body: unknown }) {
  const server = await startServer((_request, response) => {
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  });
  const alarms: string[] = [];
  const staff = createStaffAccess({
    staffToken: 'staff',
    waldurUrl: server.url,
    dispatcher: waldurDispatcher(),
    timeoutMs: 10_000,
    alarm: (what) => alarms.push(what),
  });
  return { server, staff, alarms, answer };
}

test('the token is used for itself again and again, and one alarm is raised when it is of staff no more', async () => {
  const { server, staff, alarms, answer } = await waldurThat({
    status: 200,
    body: { is_staff: true },
  });
  const keeper = await startStaffKeeper(staff, 10);
  while (server.received.length < 4) await sleep(5);
  expect(alarms).toEqual([]);
  for (const { url, headers } of server.received) {
    expect(url).toBe('/api/users/me/?field=is_staff');
    expect(headers.authorization).toBe('Token staff');
    expect(headers['x-impersonated-user-uuid']).toBeUndefined();
  }
  answer.body = {};
  const notStaff = 'WALDUR_STAFF_TOKEN is not the token of a staff user.';
  const more = async () => {
    const until = server.received.length + 3;
    while (server.received.length < until) await sleep(5);
  };
  await more();
  expect(alarms).toEqual([notStaff]);
  answer.body = { is_staff: true };
  await more();
  answer.body = {};
  await more();
  expect(alarms).toEqual([notStaff, notStaff]);
  keeper.stop();
  await server.close();
});

test.each([
  [401, { detail: 'Invalid token.' }, 'Waldur does not take WALDUR_STAFF_TOKEN.'],
  [200, {}, 'WALDUR_STAFF_TOKEN is not the token of a staff user.'],
])('it does not start with %d %p', async (status, body, problem) => {
  const { server, staff } = await waldurThat({ status, body });
  expect(await failing(startStaffKeeper(staff))).toEqual(new Error(problem));
  await server.close();
});

test('a Waldur that is down is no reason for an alarm', async () => {
  const { server, staff, alarms } = await waldurThat({ status: 502, body: {} });
  const keeper = await startStaffKeeper(staff, 10);
  while (server.received.length < 3) await sleep(5);
  keeper.stop();
  expect(alarms).toEqual([]);
  await server.close();
});
