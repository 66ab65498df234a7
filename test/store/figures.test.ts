import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Kysely, SqliteDialect, sql } from 'kysely';
import { z } from 'zod';
import { Columns } from '../../src/store/columns.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { readFigures } from '../../src/store/figures.ts';
import type { Tables } from '../../src/store/schema.ts';
import { openSqlite, sqliteCodec } from '../../src/store/sqlite.ts';
import { insertTransition } from '../../src/store/transitions.ts';
import {
  insertWatch,
  updateWatch,
  type WatchChange,
  watchesOfJob,
} from '../../src/store/watches.ts';
import { job } from '../poller/rig.ts';

const T0 = new Date('2026-11-24T12:00:00Z');
const after = (seconds: number) => new Date(T0.getTime() + seconds * 1000);

let directory: string;
let db: Database;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'slurm-figures-'));
  db = await openDatabase(join(directory, 'data', 'slurm.db'));
});
afterEach(async () => {
  await db.destroy();
  rmSync(directory, { recursive: true, force: true });
});

async function watch(change: WatchChange): Promise<number> {
  const followed = job();
  await insertWatch(db, {
    team: 'T1',
    user: 'U1',
    channel: 'D1',
    threadTs: null,
    job: followed,
    submissionId: null,
    name: 'train',
    projectName: 'bio',
    serviceSettings: '',
    ownerName: 'Ana Tamm',
    phase: 'queued',
    seenAt: T0,
  });
  const [{ id } = { id: 0 }] = await watchesOfJob(db, followed.uuid);
  await updateWatch(db, id, change);
  return id;
}

const changed = (watchId: number, firstAfter: Date, reply: 'owed' | 'sending' | 'posted') =>
  insertTransition(db, {
    watchId,
    kind: 'started',
    fromPhase: 'queued',
    toPhase: 'running',
    runtimeState: 'RUNNING',
    found: null,
    fromSince: T0,
    fromAfter: T0,
    lastBefore: T0,
    firstAfter,
    reply,
  });

test('an empty database has nothing to tell', async () => {
  const none = { count: 0, since: null };
  expect(await readFigures(db, T0)).toEqual({
    followed: [],
    dueSince: null,
    owed: { card: none, reply: none, outcome: none, notice: none },
    submissions: [],
  });
});

test('counts followed jobs, due looks and owed news', async () => {
  const shown = { cardDue: false };
  const told = await watch({ ...shown, dueAt: after(100) });
  const owing = await watch({ phase: 'running', dueAt: after(50) });
  await watch({ ...shown, paused: true, dueAt: after(1) });
  await watch({ ...shown, closed: 'ended', phase: 'completed', dueAt: after(1) });
  await changed(told, after(5), 'posted');
  await changed(owing, after(20), 'owed');
  await changed(owing, after(10), 'sending');
  await sql`INSERT INTO scripts (id, team, shared_by, file_id, file_name, sha256)
    VALUES (1, 'T1', 'U1', 'F1', 'a.sh', '')`.execute(db);
  for (const [id, state, isTold] of [
    ['a', 'accepted', 1],
    ['b', 'accepted', 1],
    ['c', 'failed', 0],
  ] as const) {
    await sql`INSERT INTO submissions (id, team, user, script_id, sha256, name, description, allocation,
      view_id, state, created_at, told, ref) VALUES (${id}, 'T1', 'U1', 1, '', '', '', '{}', '', ${state},
      ${after(30).getTime()}, ${isTold}, '')`.execute(db);
  }

  const { followed, submissions, ...figures } = await readFigures(db, after(70));
  expect(followed).toEqual([
    { phase: 'queued', paused: false, count: 1 },
    { phase: 'queued', paused: true, count: 1 },
    { phase: 'running', paused: false, count: 1 },
  ]);
  expect(submissions).toEqual([
    { state: 'accepted', count: 2 },
    { state: 'failed', count: 1 },
  ]);
  expect(figures).toEqual({
    dueSince: after(50),
    owed: {
      card: { count: 1, since: null },
      reply: { count: 2, since: after(10) },
      outcome: { count: 1, since: after(30) },
      notice: { count: 0, since: null },
    },
  });
  expect((await readFigures(db, after(49))).dueSince).toBeNull();
});

test('a person with waiting jobs who has not been told yet that their token was refused', async () => {
  expect((await readFigures(db, T0)).owed.notice.count).toBe(0);
  await watch({ paused: true });
  await sql`INSERT INTO accounts (team, user, waldur_uuid, username, full_name, sealed, connected_at, expired_at,
    notice) VALUES ('T1', 'U1', '', '', '', '', 0, ${after(15).getTime()}, 'owed')`.execute(db);
  expect((await readFigures(db, T0)).owed.notice).toEqual({ count: 1, since: after(15) });
});

test('no large table is read completely', async () => {
  const asked: string[] = [];
  const database = openSqlite(join(directory, 'data', 'slurm.db'));
  const observed = new Kysely<Tables>({
    dialect: new SqliteDialect({ database }),
    plugins: [new Columns(sqliteCodec)],
    log({ query }) {
      asked.push(query.sql);
    },
  });
  await readFigures(observed, T0);
  const plans = asked.flatMap((text) =>
    z
      .array(z.object({ detail: z.string() }))
      .parse(database.prepare(`EXPLAIN QUERY PLAN ${text}`).all([]))
      .map(({ detail }) => detail),
  );
  await observed.destroy();
  expect(plans.length).toBeGreaterThan(6);
  const whole = plans.filter((detail) => detail.startsWith('SCAN') && !detail.includes('INDEX'));
  expect(whole).toEqual([]);
});
