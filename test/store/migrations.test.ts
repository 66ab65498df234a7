import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '@jest/globals';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { openDatabase } from '../../src/store/database.ts';
import * as first from '../../src/store/migrations/001-first.ts';
import * as people from '../../src/store/migrations/002-people.ts';
import * as waldur from '../../src/store/migrations/003-waldur.ts';
import { findScript, scriptOfSubmission } from '../../src/store/scripts.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { findSubmission } from '../../src/store/submissions.ts';

test('004: counted scripts get random keys, and what is converted is a matter of each submission', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'slurm-migrations-'));
  const path = join(directory, 'slurm.db');
  const old = new Kysely<unknown>({ dialect: new SqliteDialect({ database: openSqlite(path) }) });
  const migrations = { '001-first': first, '002-people': people, '003-waldur': waldur };
  await new Migrator({
    db: old,
    provider: { getMigrations: async () => migrations },
  }).migrateToLatest();
  await old.destroy();

  const file = new DatabaseSync(path);
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
  file.exec(`
    INSERT INTO scripts (id, team, channel, message_ts, shared_by, file_id, file_name, sha256, convert, prompt_ts) VALUES
      (1, 'T1', 'D1', '1.1', 'U1', 'F1', 'direct.sh', 'x', 1, '1.2'),
      (2, 'T1', 'D2', '2.1', 'U1', 'F2', 'between.sh', '', 0, NULL),
      (3, 'T1', 'C1', '3.1', 'U1', 'F3', 'channel.sh', 'x', 0, '3.2');
    INSERT INTO submissions (id, team, user, script_id, sha256, name, description, allocation, view_id, state, created_at, ref) VALUES
      ('0123456789ab', 'T1', 'U1', 1, 'x', 'n', '', '${allocation}', 'V1', 'committed', 1, 'r'),
      ('ab0123456789', 'T1', 'U1', 3, 'x', 'n', '', '${allocation}', 'V1', 'committed', 1, 'r');
  `);
  file.close();
  chmodSync(path, 0o600);

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
  rmSync(directory, { recursive: true, force: true });
});
