import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { markDeleted } from '../../src/commands/removal.ts';
import { type Account, findAccount, saveAccount, updateAccount } from '../../src/store/accounts.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { forgetPerson } from '../../src/store/leaving.ts';
import { insertWatch, watchesOfJob } from '../../src/store/watches.ts';
import { job } from '../poller/rig.ts';

const T0 = new Date('2026-11-24T12:00:00Z');
const ANA = { team: 'T1', user: 'U1' };
const BEN = { team: 'T1', user: 'U2' };

let directory: string;
let db: Database;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'slurm-meanwhile-'));
  db = await openDatabase(join(directory, 'slurm.db'));
});
afterAll(async () => {
  await db.destroy();
  rmSync(directory, { recursive: true, force: true });
});

const rights = { staff: false, projects: [] };
const allocation = {
  uuid: 'a1',
  name: 'bio-gpu',
  project: 'p1',
  projectName: 'bio',
  serviceSettings: '',
  serviceName: 'cluster',
  isActive: true,
  usage: { cpu: 0, gpu: 0, ram: 0 },
  limit: { cpu: 0, gpu: 0, ram: 0 },
};

async function connected(waldurUuid: string): Promise<Account> {
  const about = { username: waldurUuid, fullName: '', email: null, sealed: waldurUuid };
  await saveAccount(db, { ...ANA, waldurUuid, ...about, rights, connectedAt: T0 });
  const account = await findAccount(db, ANA);
  if (account === null) throw new Error('nobody is connected');
  return account;
}

test('what Waldur said of one identity is not kept as another’s: the person has connected as somebody else', async () => {
  const before = await connected('w1');
  const after = await connected('w2');
  const change = { allocations: [allocation], lastAllocation: 'a1', rights, rightsAt: new Date() };
  await updateAccount(db, before, change);
  expect(await findAccount(db, ANA)).toEqual(after);
  await updateAccount(db, after, change);
  expect(await findAccount(db, ANA)).toEqual({ ...after, ...change });
});

test('a card says that its person left, though somebody deletes the record at the same moment', async () => {
  const followed = job({ name: 'both' });
  const about = { ...BEN, channel: 'C1', threadTs: null, submissionId: null, name: 'both' };
  const more = { projectName: 'bio', serviceSettings: '', ownerName: '', seenAt: T0 };
  await insertWatch(db, { ...about, ...more, job: followed, phase: 'queued' });
  const parts = { db, now: () => T0, wake: () => undefined };
  await Promise.all([
    markDeleted(parts, ANA, { uuid: followed.uuid, by: 'Ana' }),
    forgetPerson(db, BEN),
  ]);
  const [watch] = await watchesOfJob(db, followed.uuid);
  expect(watch?.note).toContain('has left the workspace');
});
