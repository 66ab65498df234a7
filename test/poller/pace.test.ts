import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { ANA, TEAM } from '../../sandbox/slack/world.ts';
import { createOutage } from '../../src/poller/outage.ts';
import { sweepOnce } from '../../src/poller/sweep.ts';
import { forgetPerson } from '../../src/store/leaving.ts';
import { watchesOfPerson } from '../../src/store/watches.ts';
import { startServer } from '../api/scripted-server.ts';
import { until } from '../e2e/world.ts';
import { follow, job, link, type Rig, startRig } from './rig.ts';

let rig: Rig;
const people = [ANA, ...Array.from({ length: 29 }, (_, index) => `U0FLOOD${100 + index}`)];
beforeAll(async () => {
  rig = await startRig();
});
afterEach(async () => {
  for (const user of people) await forgetPerson(rig.db, { team: TEAM.id, user });
});
afterAll(() => rig.stop());

const json = { 'content-type': 'application/json' };
const me = JSON.stringify({ uuid: '1'.repeat(32), username: 'ana' });

test('sweeps use twelve connections, and four are left for people', async () => {
  const waiting: ServerResponse[] = [];
  let most = 0;
  const waldur = await startServer((request, response) => {
    if (request.url?.startsWith('/api/users/me/')) response.writeHead(200, json).end(me);
    else most = Math.max(most, waiting.push(response));
  });
  const parts = rig.partsFor(waldur.url);
  for (const user of people) {
    await link(parts.accounts, { team: TEAM.id, user }, user);
    await follow(rig, { user, job: job({ slurmId: '' }) });
  }
  const sweep = sweepOnce(parts, createOutage());
  await until('twelve are asked for', async () => waiting.length === 12);

  const asked = people.slice(0, 10).map(async (user) => {
    const { waldur: as } = await parts.accounts.actingAs({ team: TEAM.id, user });
    return as.listCheap(1);
  });
  await until('four people are answered at a time', async () => waiting.length === 16);
  expect(waldur.sockets.size).toBe(16);

  const release = () => {
    for (const response of waiting.splice(0)) response.writeHead(200, json).end('[]');
  };
  let done = false;
  const all = Promise.allSettled([sweep, ...asked]).then(() => (done = true));
  await until('everything is answered', async () => {
    release();
    return done;
  });
  await all;
  expect(most).toBe(16);
  await waldur.close();
});

test('a job is not looked at again before Waldur’s Retry-After', async () => {
  const waldur = await startServer((request, response) => {
    if (request.url?.startsWith('/api/users/me/')) response.writeHead(200, json).end(me);
    else response.writeHead(503, { ...json, 'retry-after': '120' }).end('{}');
  });
  const parts = rig.partsFor(waldur.url);
  const person = { team: TEAM.id, user: ANA };
  await link(parts.accounts, person, 'the token');
  await follow(rig);
  const before = Date.now();
  const next = await sweepOnce(parts, createOutage());
  const [watch] = await watchesOfPerson(rig.db, person);
  expect(watch?.dueAt.getTime()).toBeGreaterThanOrEqual(before + 120_000);
  expect(next).toEqual(watch?.dueAt);
  expect(waldur.received).toHaveLength(2);
  await waldur.close();
});
