import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { Allocation } from '../../src/jobs/job.ts';
import { closedReasons } from '../../src/jobs/transition.ts';
import { inChunks } from '../../src/store/chunks.ts';
import { type Database, NewerDatabase, openDatabase } from '../../src/store/database.ts';
import { finishEvent, forgetEvents, keepEvent, unfinishedEvents } from '../../src/store/inbox.ts';
import { owingWatches } from '../../src/store/owing.ts';
import {
  duePrompts,
  promptIsDue,
  promptShown,
  scriptsOfMessage,
  updatePrompt,
  wantPrompt,
} from '../../src/store/prompts.ts';
import { findScript, recordScript, updateScript } from '../../src/store/scripts.ts';
import { findSeenRows, saveSights } from '../../src/store/seen-rows.ts';
import {
  advanceSubmission,
  commitSubmission,
  findSubmission,
  typedNames,
  unfinishedSubmissions,
} from '../../src/store/submissions.ts';
import { insertTransition, markReplies, owedTransitions } from '../../src/store/transitions.ts';
import {
  dueWatches,
  findWatch,
  insertWatch,
  nextDue,
  updateWatch,
  type Watch,
  type WatchChange,
  watchesOfJob,
  watchesOfThread,
} from '../../src/store/watches.ts';
import { job } from '../poller/rig.ts';

const T0 = new Date('2026-11-24T12:00:00Z');
const later = (ms: number) => new Date(T0.getTime() + ms);
const TEAM = 'T1';

let directory: string;
let db: Database;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'slurm-store-'));
  db = await openDatabase(join(directory, 'deep', 'slurm.db'));
});
beforeEach(async () => {
  for (const table of [
    'transitions',
    'watches',
    'submissions',
    'scripts',
    'inbox',
    'seenRows',
  ] as const) {
    await db.deleteFrom(table).execute();
  }
});
afterAll(async () => {
  await db.destroy();
  rmSync(directory, { recursive: true, force: true });
});

async function watch(fields: { name?: string; channel?: string } = {}): Promise<Watch> {
  const { name = 'train', channel = 'D1' } = fields;
  const followed = job({ name });
  await insertWatch(db, {
    team: TEAM,
    user: 'U1',
    channel,
    threadTs: null,
    job: followed,
    submissionId: null,
    name,
    projectName: 'bio',
    serviceSettings: '',
    ownerName: 'Ana Tamm',
    phase: 'queued',
    seenAt: T0,
  });
  const [found] = await watchesOfJob(db, followed.uuid);
  if (found === undefined) throw new Error('the watch was not written');
  return found;
}

const ended = (watchId: number) => ({
  watchId,
  kind: 'ended' as const,
  fromPhase: 'running' as const,
  toPhase: 'completed' as const,
  runtimeState: 'COMPLETED',
  fromAfter: T0,
  fromSince: T0,
  lastBefore: T0,
  firstAfter: later(1000),
  found: null,
  reply: 'owed' as const,
});

test('committed rows are there when the file is opened again, and migrations run once', async () => {
  const path = join(directory, 'again.db');
  const first = await openDatabase(path);
  await keepEvent(first, { id: 'Ev1', body: '{}', receivedAt: T0 });
  await first.destroy();
  const second = await openDatabase(path);
  expect(await unfinishedEvents(second)).toEqual([{ id: 'Ev1', body: '{}' }]);
  await second.destroy();
});

test('an event is kept once, finished, and forgotten only when it is old', async () => {
  const event = { id: 'Ev1', body: '{}', receivedAt: T0 };
  expect(await keepEvent(db, event)).toBe(true);
  expect(await keepEvent(db, event)).toBe(false);
  await forgetEvents(db, later(1));
  expect(await unfinishedEvents(db)).toHaveLength(1);
  await finishEvent(db, 'Ev1');
  expect(await unfinishedEvents(db)).toEqual([]);
  await forgetEvents(db, T0);
  expect(await keepEvent(db, event)).toBe(false);
  await forgetEvents(db, later(1));
  expect(await keepEvent(db, event)).toBe(true);
});

describe('a shared script', () => {
  const shared = {
    team: TEAM,
    message: { channel: 'C1', direct: false, ts: '1.1', threadTs: null },
    sharedBy: 'U1',
    fileId: 'F1',
    fileName: 'train.sh',
  };

  test('is one for the same file in the same message, and keeps what was written', async () => {
    const one = await recordScript(db, shared);
    await updateScript(db, one.id, { sha256: 'abc' });
    await updatePrompt(db, { team: TEAM, channel: 'C1', ts: '1.1' }, { promptTs: '2.2' });
    const kept = { ...one, sha256: 'abc', promptTs: '2.2' };
    expect(await recordScript(db, shared)).toEqual(kept);
    const elsewhere = { ...shared, message: { ...shared.message, ts: '9.9' } };
    expect((await recordScript(db, elsewhere)).id).not.toBe(one.id);
  });

  test('what changed while its prompt was drawn is shown after that', async () => {
    const prompt = { team: TEAM, channel: 'C7', ts: '7.7' };
    const { id } = await recordScript(db, {
      ...shared,
      message: { ...shared.message, channel: 'C7', ts: '7.7' },
    });
    await promptIsDue(db, id);
    // It has no prompt, and nobody wants one.
    expect(await duePrompts(db)).toEqual([]);
    await wantPrompt(db, prompt);
    const drawn = await scriptsOfMessage(db, prompt);
    await updatePrompt(db, prompt, { promptTs: '8.8' });
    await promptIsDue(db, id);
    await promptShown(db, drawn);
    expect(await duePrompts(db)).toEqual([prompt]);
    await promptShown(db, await scriptsOfMessage(db, prompt));
    expect(await duePrompts(db)).toEqual([]);
  });

  test('is not seen from another workspace', async () => {
    const { key } = await recordScript(db, shared);
    expect(await findScript(db, 'T2', key)).toBeNull();
  });
});

test('a file that a newer version has changed is refused with a sentence, and stays as it is', async () => {
  const path = join(directory, 'newer', 'slurm.db');
  const newer = await openDatabase(path);
  await sql`INSERT INTO kysely_migration VALUES ('999-later', '2027-01-01T00:00:00Z')`.execute(
    newer,
  );
  await newer.destroy();
  const before = readFileSync(path);
  await expect(openDatabase(path)).rejects.toThrow(
    /^.+slurm\.db was brought up to date by a newer version .+ Start the newer version, or restore .+ \(999-later\)\.$/,
  );
  await expect(openDatabase(path)).rejects.toBeInstanceOf(NewerDatabase);
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('a full disk is what the error says, and what did not fit was not written in part', async () => {
  const small = await openDatabase(join(directory, 'small', 'slurm.db'));
  const insert = (id: string) => sql`
    INSERT INTO inbox (event_id, body, received_at) VALUES (${id}, ${'x'.repeat(100_000)}, 0)`;
  const { rows } = await sql<{ pageCount: number }>`PRAGMA page_count`.execute(small);
  await sql`PRAGMA max_page_count=${sql.lit((rows[0]?.pageCount ?? 0) + 30)}`.execute(small);
  const both = small.transaction().execute(async (trx) => {
    await insert('one').execute(trx);
    await insert('two').execute(trx);
  });
  await expect(both).rejects.toThrow('database or disk is full');
  await small.transaction().execute((trx) => insert('one').execute(trx));
  const kept = await small.selectFrom('inbox').select('eventId').execute();
  expect(kept).toEqual([{ eventId: 'one' }]);
  await small.destroy();
});

describe('a submission', () => {
  const amount = { cpu: 0, gpu: 0, ram: 0 };
  const allocation: Allocation = {
    uuid: 'a'.repeat(32),
    name: 'bio-gpu',
    project: 'http://waldur/p/',
    serviceSettings: 'http://waldur/s/',
    projectName: 'bio',
    serviceName: 'Hydra',
    isActive: true,
    usage: amount,
    limit: amount,
  };
  async function intent(id: string) {
    const message = { channel: 'C1', direct: false, ts: '1.1', threadTs: null };
    const origin = { team: TEAM, message, sharedBy: 'U1', fileId: 'F1', fileName: 'train.sh' };
    const { id: scriptId } = await recordScript(db, origin);
    return {
      id,
      team: TEAM,
      user: 'U1',
      scriptId,
      convert: false,
      changes: [],
      sha256: 'abc',
      name: 'train',
      description: '',
      allocation,
      follow: { channel: 'C1', threadTs: '1.1' },
      viewId: 'V1',
      createdAt: T0,
      again: null,
      ref: 'abc123',
    };
  }

  test('is committed once', async () => {
    const given = await intent('0123456789ab');
    expect(await commitSubmission(db, given)).toBe(true);
    expect(await commitSubmission(db, { ...given, name: 'other' })).toBe(false);
    expect(await findSubmission(db, TEAM, given.id)).toMatchObject({
      ...given,
      state: 'committed',
      told: false,
    });
    expect(await findSubmission(db, 'T2', given.id)).toBeNull();
  });

  test('goes on when it is due, until there is nothing left to do', async () => {
    const [one, two] = ['0123456789ab', '0123456789ac'] as const;
    await commitSubmission(db, await intent(one));
    await commitSubmission(db, await intent(two));
    const stays = { from: ['committed'], to: 'committed' } as const;
    await advanceSubmission(db, one, { ...stays, dueAt: later(1) });
    expect(await unfinishedSubmissions(db)).toMatchObject([{ id: two, dueAt: T0 }, { id: one }]);
    await advanceSubmission(db, one, { ...stays, told: true, dueAt: null });
    expect(await unfinishedSubmissions(db)).toMatchObject([{ id: two }]);
  });

  test('takes each step once: of two who send it one is told that it may', async () => {
    const id = '0123456789ab';
    await commitSubmission(db, await intent(id));
    const step = { from: ['committed'], to: 'sending', sentAt: later(1) } as const;
    const taken = await Promise.all([
      advanceSubmission(db, id, step),
      advanceSubmission(db, id, step),
    ]);
    expect(taken.toSorted()).toEqual([false, true]);
    expect(await findSubmission(db, TEAM, id)).toMatchObject({
      state: 'sending',
      sentAt: later(1),
    });
  });
});

describe('a watch', () => {
  const date = fc.integer({ min: 0, max: 2 ** 41 }).map((ms) => new Date(ms));
  const text = fc.string({ maxLength: 40 });
  const orNull = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: null });
  const change: fc.Arbitrary<WatchChange> = fc.record(
    {
      channel: text,
      threadTs: orNull(text),
      cardTs: orNull(text),
      cardSending: fc.boolean(),
      cardShown: text,
      cardDue: fc.boolean(),
      note: text,
      name: text,
      projectName: text,
      serviceSettings: text,
      ownerName: text,
      state: fc.constantFrom('ok', 'erred', 'deleting', 'creation scheduled'),
      runtimeState: text,
      slurmId: text,
      errorMessage: text,
      modified: date,
      phase: fc.constantFrom('queued', 'running', 'left the queue', 'gone'),
      phaseSince: date,
      live: fc.boolean(),
      seenAt: date,
      failures: fc.nat(),
      missingSince: orNull(date),
      dueAt: date,
      closed: orNull(fc.constantFrom(...closedReasons)),
      deletedBy: orNull(text),
    },
    { requiredKeys: [] },
  );

  test('gives back every change as it was written, and nothing else has changed', async () => {
    const before = await watch();
    await fc.assert(
      fc.asyncProperty(change, async (given) => {
        fc.pre(Object.keys(given).length > 0);
        const known = await findWatch(db, before.id);
        await updateWatch(db, before.id, given);
        expect(await findWatch(db, before.id)).toEqual({ ...known, ...given });
      }),
    );
  });

  test('is due when its time has come and while it is open', async () => {
    const [one, two, three] = [await watch(), await watch(), await watch()];
    await updateWatch(db, one.id, { dueAt: later(10) });
    await updateWatch(db, two.id, { dueAt: later(5) });
    await updateWatch(db, three.id, { closed: 'ended' });
    expect(await dueWatches(db, later(4))).toEqual([]);
    expect((await dueWatches(db, later(10))).map(({ id }) => id)).toEqual([two.id, one.id]);
    expect(await nextDue(db)).toEqual(later(5));
    await updateWatch(db, one.id, { closed: 'ended' });
    await updateWatch(db, two.id, { closed: 'ended' });
    expect(await nextDue(db)).toBeNull();
  });

  test('owes Slack its card, then its replies until they are posted or given up, also when it is closed', async () => {
    const { id } = await watch();
    const anything = {
      limit: 10,
      canPost: true,
      canEdit: true,
      without: { channels: [], watches: [] },
    };
    const owing = async () => (await owingWatches(db, anything)).map((each) => each.id);
    expect(await owing()).toEqual([id]);
    await updateWatch(db, id, { cardDue: false, closed: 'ended' });
    expect(await owing()).toEqual([]);
    await insertTransition(db, ended(id));
    const [owed] = await owedTransitions(db, id);
    for (const state of ['sending', 'owed'] as const) {
      await markReplies(db, [owed?.id ?? 0], state);
      expect(await owing()).toEqual([id]);
    }
    await markReplies(db, [owed?.id ?? 0], 'posted', '3.3');
    expect(await owing()).toEqual([]);
  });

  test('is found by its thread, whether it began it or not, newest first', async () => {
    const one = await watch({ channel: 'C1' });
    const two = await watch({ channel: 'C1' });
    await updateWatch(db, one.id, { threadTs: '7.7' });
    await updateWatch(db, two.id, { cardTs: '7.7' });
    const thread = { team: TEAM, channel: 'C1', ts: '7.7' };
    expect((await watchesOfThread(db, thread)).map(({ id }) => id)).toEqual([two.id, one.id]);
    expect(await watchesOfThread(db, { ...thread, team: 'T2' })).toEqual([]);
  });
});

test('a snapshot and its transition are written together or not at all', async () => {
  const { id } = await watch();
  const both = db.transaction().execute(async (trx) => {
    await updateWatch(trx, id, { phase: 'completed' });
    await insertTransition(trx, { ...ended(id), watchId: id + 1 });
  });
  await expect(both).rejects.toThrow('FOREIGN KEY');
  expect((await findWatch(db, id)).phase).toBe('queued');
  expect(await owedTransitions(db, id)).toEqual([]);
});

test('33,000 rows are read and told in queries of at most 500 values', async () => {
  const uuids = Array.from({ length: 33_000 }, (_, n) => `${n}`);
  const chunks: number[] = [];
  const all = await inChunks(uuids, async (chunk) => {
    chunks.push(chunk.length);
    return chunk;
  });
  expect(all).toEqual(uuids);
  expect(Math.max(...chunks)).toBe(500);
  const row = {
    slurmId: '7',
    looks: '',
    runtimeState: 'RUNNING',
    beat: null,
    left: null,
    place: null,
  };
  const rows = uuids.map((uuid) => ({ ...row, uuid, modified: T0 }));
  await saveSights(db, rows.slice(1));
  await saveSights(db, rows);
  expect(await findSeenRows(db, uuids)).toEqual(new Map(rows.map((each) => [each.uuid, each])));
  expect(await typedNames(db, TEAM, uuids)).toEqual(new Map());
  await markReplies(db, [...uuids.keys()], 'none');
});

test('a row with an unknown word is refused, and the error names the column', async () => {
  const { id } = await watch();
  await sql`UPDATE watches SET closed = 'tired' WHERE id = ${id}`.execute(db);
  await expect(findWatch(db, id)).rejects.toThrow(/"closed"/);
});
