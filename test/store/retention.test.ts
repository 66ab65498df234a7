import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { saveAccount } from '../../src/store/accounts.ts';
import { beginAudit } from '../../src/store/audit.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { forgetLeft, forgetPerson } from '../../src/store/leaving.ts';
import { forgetOld } from '../../src/store/retention.ts';
import { recordScript } from '../../src/store/scripts.ts';
import { advanceSubmission, commitSubmission } from '../../src/store/submissions.ts';
import { insertTransition } from '../../src/store/transitions.ts';
import {
  insertWatch,
  updateWatch,
  type WatchChange,
  watchesOfJob,
} from '../../src/store/watches.ts';
import { job } from '../poller/rig.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const T0 = new Date('2026-01-01T12:00:00Z');
const day = (n: number) => new Date(T0.getTime() + n * DAY_MS);
const keep = { jobsMs: 90 * DAY_MS, auditMs: 365 * DAY_MS };
const ANA = { team: 'T1', user: 'U1' };
const BEN = { team: 'T1', user: 'U2' };

let db: Database;
beforeEach(async () => {
  db = await openDatabase(':memory:');
});
afterEach(() => db.destroy());

let files = 0;
/** A script that somebody shares; `day(0)` is when the bot first tidies up after it. */
async function shareScript(by = ANA) {
  files += 1;
  const message = { channel: 'C1', ts: `${files}.1`, threadTs: null, direct: false };
  const shared = { team: by.team, message, sharedBy: by.user, fileId: `F${files}` };
  const { id } = await recordScript(db, { ...shared, fileName: 'train.sh' });
  await forgetOld(db, T0, keep);
  return id;
}

const nothing = { cpu: 0, gpu: 0, ram: 0 };
const allocation = {
  uuid: 'a'.repeat(32),
  name: 'bio-gpu',
  project: '',
  serviceSettings: '',
  projectName: 'bio',
  serviceName: 'Hydra',
  isActive: true,
  usage: nothing,
  limit: nothing,
};

/** Submits a script on day 0, and tells. */
async function submit(scriptId: number, { by = ANA, told = true } = {}) {
  const id = `${scriptId}`.padStart(12, '0');
  const chosen = {
    name: 'train',
    description: 'secret plans',
    allocation,
    follow: null,
    convert: false,
    changes: [],
    again: null,
  };
  const from = { ...by, scriptId, sha256: '', viewId: 'V1', createdAt: T0, ref: 'abc123' };
  await commitSubmission(db, { id, ...from, ...chosen });
  await advanceSubmission(db, id, { from: ['committed'], to: 'accepted', sentAt: T0, told });
  return id;
}

/** Follows a job that a submission made, as seen on day 0; everything about it has been told. */
async function follow(submissionId: string | null, change: WatchChange = {}, by = ANA) {
  const seen = job();
  await insertWatch(db, {
    ...by,
    channel: 'C1',
    threadTs: null,
    job: seen,
    submissionId,
    name: 'train',
    projectName: 'bio',
    serviceSettings: '',
    ownerName: 'Ana Tamm',
    phase: 'running',
    seenAt: T0,
  });
  const [watch] = await watchesOfJob(db, seen.uuid);
  if (watch === undefined) throw new Error('the watch was not written');
  await updateWatch(db, watch.id, { cardDue: false, ...change });
  return watch.id;
}

const ended = { endedAt: T0, closed: 'ended' as const };

function transition(watchId: number, reply: 'owed' | 'posted') {
  const times = { fromAfter: T0, fromSince: T0, lastBefore: T0, firstAfter: T0 };
  const what = { kind: 'ended', fromPhase: 'running', toPhase: 'completed' } as const;
  return insertTransition(db, {
    watchId,
    ...what,
    ...times,
    runtimeState: 'COMPLETED',
    found: null,
    reply,
  });
}

async function counts() {
  const tables = ['watches', 'transitions', 'submissions', 'scripts', 'audit'] as const;
  const found = tables.map(async (table) => {
    const rows = await db.selectFrom(table).select(sql<number>`count(*)`.as('n')).execute();
    return [table, rows[0]?.n ?? 0] as const;
  });
  return Object.fromEntries(await Promise.all(found));
}
const none = { watches: 0, transitions: 0, submissions: 0, scripts: 0, audit: 0 };

test('90 days after its end, a job goes with its watch, transitions, submission and script', async () => {
  const watch = await follow(await submit(await shareScript()), ended);
  await transition(watch, 'posted');
  const all = { watches: 1, transitions: 1, submissions: 1, scripts: 1, audit: 0 };
  await forgetOld(db, day(90), keep);
  expect(await counts()).toEqual(all);
  await forgetOld(db, day(91), keep);
  expect(await counts()).toEqual(none);
});

describe('nothing goes', () => {
  test.each<[string, WatchChange]>([
    ['while the job goes on', {}],
    ['while it is looked after its end', { endedAt: T0 }],
    ['that the card has to show yet', { ...ended, cardDue: true }],
  ])('%s', async (_when, change) => {
    await follow(await submit(await shareScript()), change);
    await forgetOld(db, day(500), keep);
    expect(await counts()).toMatchObject({ watches: 1, submissions: 1, scripts: 1 });
  });

  test('that the thread has to be told yet', async () => {
    await transition(await follow(null, ended), 'owed');
    await forgetOld(db, day(500), keep);
    expect(await counts()).toMatchObject({ watches: 1, transitions: 1 });
  });

  test('of a submission whose outcome has not been told', async () => {
    await submit(await shareScript(), { told: false });
    await forgetOld(db, day(500), keep);
    expect(await counts()).toMatchObject({ submissions: 1, scripts: 1 });
  });
});

test('the time of a job that is not followed any more counts from its last look', async () => {
  await follow(null, { paused: true });
  await follow(null, { closed: 'slack refuses' });
  await forgetOld(db, day(90), keep);
  expect(await counts()).toMatchObject({ watches: 2 });
  await forgetOld(db, day(91), keep);
  expect(await counts()).toEqual(none);
});

test('a script that is never submitted, and a submission without a job, go after the same time', async () => {
  await shareScript();
  await submit(await shareScript());
  await forgetOld(db, day(90), keep);
  expect(await counts()).toMatchObject({ submissions: 1, scripts: 2 });
  await forgetOld(db, day(91), keep);
  expect(await counts()).toEqual(none);
});

test('the audit has a time of its own', async () => {
  const act = { ...ANA, waldurUuid: 'w', waldurUser: 'ana', jobUuid: null, ref: 'abc123' };
  await beginAudit(db, { id: 'a1', at: T0, action: 'refresh', ...act });
  await forgetOld(db, day(365), keep);
  expect(await counts()).toMatchObject({ audit: 1 });
  await forgetOld(db, day(366), keep);
  expect(await counts()).toEqual(none);
});

test('it goes in bounded steps, and each says if there is more', async () => {
  const act = { ...ANA, waldurUuid: 'w', waldurUser: 'ana', jobUuid: null, ref: 'abc123' };
  for (let n = 0; n < 450; n += 1) {
    await beginAudit(db, { id: `a${n}`, at: T0, action: 'refresh', ...act });
  }
  expect(await forgetOld(db, day(366), keep)).toBe(true);
  expect(await counts()).toMatchObject({ audit: 250 });
  expect(await forgetOld(db, day(366), keep)).toBe(true);
  expect(await forgetOld(db, day(366), keep)).toBe(false);
  expect(await counts()).toEqual(none);
});

test('a person who leaves is forgotten at once, except for the audit and others’ submissions of their scripts', async () => {
  const who = { waldurUuid: 'w', username: 'ana', fullName: 'Ana Tamm' };
  const account = {
    ...who,
    sealed: 'sealed',
    email: null,
    rights: { staff: false, projects: [] },
    connectedAt: T0,
  };
  await saveAccount(db, { ...ANA, ...account });
  await beginAudit(db, {
    ...{ id: 'a1', at: T0, action: 'refresh', jobUuid: null, ref: 'abc123' },
    ...{ ...ANA, waldurUuid: 'w', waldurUser: 'ana' },
  });
  await shareScript();
  const open = await follow(await submit(await shareScript()));
  await follow(await submit(await shareScript()), ended);
  const bens = await submit(await shareScript(), { by: BEN });
  await follow(bens, {}, BEN);

  await forgetPerson(db, ANA);
  // The card of the open one has to say so first.
  expect(await counts()).toMatchObject({ watches: 2, submissions: 1, scripts: 1, audit: 1 });
  await forgetLeft(db);
  expect(await counts()).toMatchObject({ watches: 2 });
  await updateWatch(db, open, { cardDue: false });
  await forgetLeft(db);

  const names = async (table: 'accounts' | 'watches' | 'submissions') =>
    (await db.selectFrom(table).select('user').execute()).map(({ user }) => user);
  expect(await names('accounts')).toEqual([]);
  expect(await names('watches')).toEqual([BEN.user]);
  expect(await names('submissions')).toEqual([BEN.user]);
  expect(await db.selectFrom('scripts').select('sharedBy').execute()).toEqual([{ sharedBy: '' }]);
  expect(await counts()).toMatchObject({ audit: 1 });
});
