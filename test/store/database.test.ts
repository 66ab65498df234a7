import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Kysely, SqliteDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { removeAccount, saveAccount } from '../../src/store/accounts.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { finishEvent, keepEvent } from '../../src/store/inbox.ts';
import { forgetPerson } from '../../src/store/leaving.ts';
import * as first from '../../src/store/migrations/001-first.ts';
import * as people from '../../src/store/migrations/002-people.ts';
import * as waldur from '../../src/store/migrations/003-waldur.ts';
import { forgetOld } from '../../src/store/retention.ts';
import { BUSY_MS, openSqlite } from '../../src/store/sqlite.ts';

let directory: string;
let folder: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slurm-at-rest-'));
  folder = join(directory, 'data');
  path = join(folder, 'slurm.db');
});
afterEach(() => rmSync(directory, { recursive: true }));

const ANA = { team: 'T1', user: 'U1' };
const SEALED = 'v1.sealed-token-of-ana';
const WORDS = 'please show my secret plans';

/** Opens the database, does something, and looks at what lies in its folder before it is closed. */
async function withDatabase<T>(act: (db: Database) => Promise<T>): Promise<T> {
  const db = await openDatabase(path);
  try {
    return await act(db);
  } finally {
    await db.destroy();
  }
}

describe.each([0o000, 0o022, 0o077])('umask %i', (mask) => {
  test('database, WAL and SHM are their owner’s alone, and so is the folder', async () => {
    const before = process.umask(mask);
    try {
      await withDatabase(async (db) => {
        await keepEvent(db, { id: 'Ev1', body: '{}', receivedAt: new Date() });
        const modes = readdirSync(folder).map((name) => [
          name,
          (statSync(join(folder, name)).mode & 0o777).toString(8),
        ]);
        expect(Object.fromEntries(modes)).toEqual({
          'slurm.db': '600',
          'slurm.db-shm': '600',
          'slurm.db-wal': '600',
        });
        expect((statSync(folder).mode & 0o777).toString(8)).toBe('700');
      });
    } finally {
      process.umask(before);
    }
  });
});

test('what version 0.1 left in the free pages of its database goes when this one opens it', async () => {
  mkdirSync(folder, { mode: 0o700 });
  const old = new Kysely<unknown>({ dialect: new SqliteDialect({ database: openSqlite(path) }) });
  chmodSync(path, 0o600);
  const released = { '001-first': first, '002-people': people, '003-waldur': waldur };
  const provider = { getMigrations: async () => released };
  await new Migrator({ db: old, provider }).migrateToLatest();
  await sql`PRAGMA secure_delete=OFF`.execute(old);
  for (let n = 0; n < 50; n += 1) {
    const body = `${WORDS} ${'x'.repeat(1000)}`;
    await sql`INSERT INTO inbox (event_id, body, received_at) VALUES (${`Ev${n}`}, ${body}, 0)`.execute(
      old,
    );
  }
  await sql`DELETE FROM inbox`.execute(old);
  await old.destroy();
  expect(filesWith(WORDS)).toEqual(['slurm.db']);
  await withDatabase(async () => expect(filesWith(WORDS)).toEqual([]));
});

test('somebody who reads for long, such as a backup, holds nobody up; the next time empties the log', async () => {
  await withDatabase(async (db) => {
    await keepEvent(db, { id: 'Ev1', body: WORDS, receivedAt: new Date() });
    const reader = new DatabaseSync(path, { readOnly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT * FROM inbox').all();
    const before = performance.now();
    await finishEvent(db, 'Ev1');
    expect(performance.now() - before).toBeLessThan(BUSY_MS);
    reader.exec('COMMIT');
    reader.close();
    await forgetOld(db, new Date(), { jobsMs: 1, auditMs: 1 });
    expect(filesWith(WORDS)).toEqual([]);
  });
});

test('what others can open is refused, with the line to run', async () => {
  await withDatabase(async (db) => {
    await keepEvent(db, { id: 'Ev1', body: '{}', receivedAt: new Date() });
    chmodSync(folder, 0o755);
    chmodSync(path, 0o644);
    chmodSync(`${path}-wal`, 0o640);
    await expect(openDatabase(path)).rejects.toThrow(
      `Others can open what the bot keeps. Run: chmod 700 ${folder} && chmod 600 ${path} ${path}-wal`,
    );
    chmodSync(folder, 0o700);
    await expect(openDatabase(path)).rejects.toThrow(`Run: chmod 600 ${path} ${path}-wal`);
    chmodSync(path, 0o600);
    chmodSync(`${path}-wal`, 0o600);
  });
  await withDatabase(async () => undefined);
});

test('a name with blanks and quotes is one word of that line', async () => {
  folder = join(directory, "Ana's data");
  path = join(folder, 'slurm.db');
  await withDatabase(async () => undefined);
  chmodSync(folder, 0o750);
  await expect(openDatabase(path)).rejects.toThrow(`chmod 700 '${directory}/Ana'\\''s data'`);
});

/** Names of the files in which a text is found. */
function filesWith(text: string): string[] {
  return readdirSync(folder).filter((name) =>
    readFileSync(join(folder, name), 'latin1').includes(text),
  );
}

describe.each([
  ['disconnects', removeAccount],
  ['leaves', forgetPerson],
])('a person %s', (_what, forget) => {
  test('neither their token nor their words are in any file, while the bot still runs', async () => {
    await withDatabase(async (db) => {
      const who = { waldurUuid: 'a'.repeat(32), username: 'ana', fullName: 'Ana Tamm' };
      const account = {
        ...ANA,
        ...who,
        sealed: SEALED,
        email: null,
        rights: { staff: false, projects: [] },
        connectedAt: new Date(),
      };
      await saveAccount(db, account);
      // Enough to fill several pages, with overflow.
      for (let n = 0; n < 50; n += 1) {
        const body = JSON.stringify({ text: `${WORDS} ${n} ${'x'.repeat(n * 100)}` });
        await keepEvent(db, { id: `Ev${n}`, body, receivedAt: new Date() });
      }
      expect(filesWith(SEALED)).not.toEqual([]);
      expect(filesWith(WORDS)).not.toEqual([]);
      await forget(db, ANA);
      expect(filesWith(SEALED)).toEqual([]);
      for (let n = 0; n < 50; n += 1) await finishEvent(db, `Ev${n}`);
      expect({ token: filesWith(SEALED), words: filesWith(WORDS) }).toEqual({
        token: [],
        words: [],
      });
    });
  });
});
