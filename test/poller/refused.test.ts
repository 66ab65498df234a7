import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ANA, TEAM } from '../../sandbox/slack/world.ts';
import { deliverNotices } from '../../src/poller/deliver-notices.ts';
import { createOutage } from '../../src/poller/outage.ts';
import { sweepOnce } from '../../src/poller/sweep.ts';
import { owedNotices } from '../../src/store/notices.ts';
import { watchesOfPerson } from '../../src/store/watches.ts';
import { startServer } from '../api/scripted-server.ts';
import { follow, job, link, type Rig, startRig } from './rig.ts';

const person = { team: TEAM.id, user: ANA };

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.stop());

/** A Waldur that takes the token for this many requests. */
function waldurFor(requests: number) {
  let left = requests;
  return startServer((request, response) => {
    left -= 1;
    const json = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    const uuid = request.url?.split('/')[3];
    if (left < 0) json(401, { detail: 'Token has expired.' });
    else if (uuid === 'me') json(200, { uuid: '1'.repeat(32), username: 'ana' });
    else json(200, row(uuid));
  });
}

const row = (uuid: string | undefined) => ({
  uuid,
  name: 'train',
  description: '',
  state: 'OK',
  runtime_state: 'RUNNING',
  backend_id: '4711',
  created: '2026-11-24T12:00:00Z',
  modified: '2026-11-24T13:00:00Z',
  error_message: '',
});

test('a token that expires in the middle of a sweep: the jobs read so far count, the rest waits, and one message is sent', async () => {
  const waldur = await waldurFor(2);
  const parts = rig.partsFor(waldur.url);
  await link(parts.accounts, person, 'the token');
  for (const _ of [1, 2, 3]) await follow(rig, { job: job({ slurmId: '' }) });
  await sweepOnce(parts, createOutage());
  const watches = await watchesOfPerson(rig.db, person);
  expect(watches.map(({ phase, paused }) => `${phase} ${paused}`).toSorted()).toEqual([
    'queued true',
    'queued true',
    'running true',
  ]);
  // me, the first job and the second one. After the refusal nothing more is asked, not even in later sweeps.
  expect(waldur.received).toHaveLength(3);
  await sweepOnce(parts, createOutage());
  expect(waldur.received).toHaveLength(3);

  expect(await owedNotices(rig.db)).toMatchObject([{ ...person, watches: 3, maybeSent: false }]);
  expect(await deliverNotices(parts)).toBe(null);
  expect(await deliverNotices(parts)).toBe(null);
  const told = (await rig.slack.person(ANA).screen('dm')).map(({ text }) => text);
  expect(told).toEqual([
    'Waldur rejected your token, so 3 jobs I follow for you are paused. Connect again, and you are told what was missed.',
  ]);
  await waldur.close();
});
