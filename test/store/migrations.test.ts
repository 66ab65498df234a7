import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Kysely, SqliteDialect } from 'kysely';
import { type MigrationProvider, Migrator } from 'kysely/migration';
import type { z } from 'zod';
import { openDatabase } from '../../src/store/database.ts';
import * as first from '../../src/store/migrations/001-first.ts';
import * as people from '../../src/store/migrations/002-people.ts';
import * as waldur from '../../src/store/migrations/003-waldur.ts';
import * as keys from '../../src/store/migrations/004-script-keys.ts';
import * as abilities from '../../src/store/migrations/005-abilities.ts';
import * as retention from '../../src/store/migrations/006-retention.ts';
import * as queue from '../../src/store/migrations/008-queue.ts';
import * as once from '../../src/store/migrations/009-once.ts';
import { tables } from '../../src/store/schema.ts';
import { findScript, scriptOfSubmission } from '../../src/store/scripts.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { findSubmission } from '../../src/store/submissions.ts';
import { owedTransitions } from '../../src/store/transitions.ts';
import { findWatch } from '../../src/store/watches.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slurm-migrations-'));
  path = join(directory, 'slurm.db');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A database as these migrations leave it, with these rows. */
async function oldDatabase(
  migrations: Awaited<ReturnType<MigrationProvider['getMigrations']>>,
  rows: string,
): Promise<void> {
  const old = new Kysely<unknown>({ dialect: new SqliteDialect({ database: openSqlite(path) }) });
  const provider = { getMigrations: async () => migrations };
  await new Migrator({ db: old, provider }).migrateToLatest();
  await old.destroy();
  const file = new DatabaseSync(path);
  file.exec(rows);
  file.close();
  chmodSync(path, 0o600);
}

const until003 = { '001-first': first, '002-people': people, '003-waldur': waldur };
const until009 = {
  ...until003,
  '004-script-keys': keys,
  '005-abilities': abilities,
  '006-retention': retention,
  '008-queue': queue,
  '009-once': once,
};

test('004: numbered scripts get random keys, and each submission says if line endings are converted', async () => {
  const amount = { cpu: 0, gpu: 0, ram: 0 };
  const allocation = JSON.stringify({
    uuid: 'a'.repeat(32),
    name: 'bio',
    project: 'p',
    serviceSettings: 's',
    projectName: 'bio',
    serviceName: 'Hydra',
    isActive: true,
    usage: amount,
    limit: amount,
  });
  await oldDatabase(
    until003,
    `
    INSERT INTO scripts (id, team, channel, message_ts, shared_by, file_id, file_name, sha256, convert, prompt_ts) VALUES
      (1, 'T1', 'D1', '1.1', 'U1', 'F1', 'direct.sh', 'x', 1, '1.2'),
      (2, 'T1', 'D2', '2.1', 'U1', 'F2', 'between.sh', '', 0, NULL),
      (3, 'T1', 'C1', '3.1', 'U1', 'F3', 'channel.sh', 'x', 0, '3.2');
    INSERT INTO submissions (id, team, user, script_id, sha256, name, description, allocation, view_id, state, created_at, ref) VALUES
      ('0123456789ab', 'T1', 'U1', 1, 'x', 'n', '', '${allocation}', 'V1', 'committed', 1, 'r'),
      ('ab0123456789', 'T1', 'U1', 3, 'x', 'n', '', '${allocation}', 'V1', 'committed', 1, 'r');
  `,
  );

  const db = await openDatabase(path);
  const scripts = await Promise.all(
    [1, 2, 3].map((scriptId) => scriptOfSubmission(db, { team: 'T1', scriptId })),
  );
  const keys = scripts.map((script) => script?.key ?? '');
  for (const key of keys) expect(key).toMatch(/^[\w-]{22}$/);
  expect(new Set(keys).size).toBe(3);
  expect((await findScript(db, 'T1', keys[0] ?? ''))?.fileName).toBe('direct.sh');
  expect(scripts.map((script) => script?.message?.direct)).toEqual([true, false, false]);
  expect((await findSubmission(db, 'T1', '0123456789ab'))?.convert).toBe(true);
  expect((await findSubmission(db, 'T1', 'ab0123456789'))?.convert).toBe(false);
  await db.destroy();
});

test('011: a found job has columns of its own, and the reason for closing a watch is one of a few words', async () => {
  const reasons = ["'slack: is_archived'", "'ended'", 'NULL'];
  const watches = reasons.map(
    (closed, n) =>
      `(${n + 1}, 'T1', 'U1', 'C1', 'j', 1, 'n', 'p', 's', 'o', 'ok', '', '', '', 1, 'erred', 1, 1, 1, ${closed})`,
  );
  await oldDatabase(
    until009,
    `INSERT INTO watches (id, team, user, channel, job_uuid, job_created, name, project_name, service_settings,
       owner_name, state, runtime_state, slurm_id, error_message, modified, phase, phase_since, seen_at, due_at, closed)
       VALUES ${watches};
     INSERT INTO transitions (watch_id, kind, from_phase, to_phase, word, from_since, last_before, first_after, reply)
       VALUES (3, 'found', 'erred', 'erred', '48220 abc', 1, 1, 1, 'owed'),
         (3, 'ended', 'running', 'cancelled', 'CANCELLED by 1000', 1, 1, 1, 'owed');`,
  );
  const db = await openDatabase(path);
  const closed = await Promise.all([1, 2, 3].map(async (id) => (await findWatch(db, id)).closed));
  expect(closed).toEqual(['slack refuses', 'ended', null]);
  expect(await owedTransitions(db, 3)).toMatchObject([
    { found: { slurmId: '48220', uuid: 'abc' }, runtimeState: '' },
    { found: null, runtimeState: 'CANCELLED by 1000' },
  ]);
  await db.destroy();
});

test('the schema has the columns that the migrations make, and knows which may be empty', async () => {
  await (await openDatabase(path)).destroy();
  const file = new DatabaseSync(path, { readOnly: true });
  const camel = (name: unknown) => `${name}`.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
  for (const [table, { shape }] of Object.entries(tables)) {
    const name = table.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const columns = file.prepare('SELECT * FROM pragma_table_info(?)').all(name);
    const isFilled = columns.map(({ name, notnull, pk }) => [
      camel(name),
      notnull === 1 || pk !== 0,
    ]);
    const expected = Object.entries<z.ZodType>(shape).map(([key, type]) => [
      key,
      !type.safeParse(null).success,
    ]);
    expect({ table, ...Object.fromEntries(isFilled) }).toEqual({
      table,
      ...Object.fromEntries(expected),
    });
  }
  file.close();
});

test('a migration that fails leaves nothing behind, and the next start does all of it', async () => {
  // The last statements of 011 fail: there is already something of that name.
  await oldDatabase(until009, 'CREATE TABLE scripts_kept (id INTEGER)');
  await expect(openDatabase(path)).rejects.toThrow('scripts_kept');
  const file = new DatabaseSync(path);
  const done = file.prepare('SELECT name FROM kysely_migration').all();
  file.exec('DROP TABLE scripts_kept');
  file.close();
  expect(done).toHaveLength(Object.keys(until009).length);
  const db = await openDatabase(path);
  expect(await owedTransitions(db, 1)).toEqual([]);
  await db.destroy();
});
