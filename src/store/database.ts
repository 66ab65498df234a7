import { closeSync, fchmodSync, mkdirSync, openSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { chmodLine, LooseFiles } from '../machine/file-modes.ts';
import { Columns } from './columns.ts';
import * as first from './migrations/001-first.ts';
import * as people from './migrations/002-people.ts';
import * as waldur from './migrations/003-waldur.ts';
import * as keys from './migrations/004-script-keys.ts';
import * as abilities from './migrations/005-abilities.ts';
import * as retention from './migrations/006-retention.ts';
import * as queue from './migrations/008-queue.ts';
import * as once from './migrations/009-once.ts';
import * as operating from './migrations/010-operating.ts';
import * as store from './migrations/011-store.ts';
import * as asked from './migrations/013-asked.ts';
import * as rights from './migrations/015-rights.ts';
import * as again from './migrations/016-again.ts';
import * as prompts from './migrations/017-prompts.ts';
import * as pasted from './migrations/018-pasted.ts';
import * as homes from './migrations/019-homes.ts';
import type { Tables } from './schema.ts';
import { BUSY_MS, openSqlite, sqliteCodec, WholeMigrations } from './sqlite.ts';

export type Database = Kysely<Tables>;

/** Numbered migrations, oldest first. A migration that has been released is never changed. */
const migrations = {
  '001-first': first,
  '002-people': people,
  '003-waldur': waldur,
  '004-script-keys': keys,
  '005-abilities': abilities,
  '006-retention': retention,
  '008-queue': queue,
  '009-once': once,
  '010-operating': operating,
  '011-store': store,
  '013-asked': asked,
  '015-rights': rights,
  '016-again': again,
  '017-prompts': prompts,
  '018-pasted': pasted,
  '019-homes': homes,
};

/** A newer version of the bot has changed the tables. The message says what to do. */
export class NewerDatabase extends Error {
  override readonly name = 'NewerDatabase';
}

/** The migration of the first version that overwrites deleted data. */
const FIRST_TO_OVERWRITE = '006-retention';

/**
 * Opens the SQLite file, which it creates if it is missing, and brings its tables up to date.
 * @throws LooseFiles if others can open the file or its folder; NewerDatabase; when it cannot be opened, or a migration
 * fails (nothing of it is kept then).
 */
export async function openDatabase(path: string): Promise<Database> {
  if (path !== ':memory:') makePrivate(path);
  const db = new Kysely<Tables>({
    dialect: new WholeMigrations({ database: openSqlite(path) }),
    plugins: [new Columns(sqliteCodec)],
  });
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) {
    const newer = await migratedBeyond(db).catch(() => []);
    await db.destroy();
    throw newer.length === 0 ? error : new NewerDatabase(`${path} ${NEWER} (${newer.join(', ')}).`);
  }
  const [first] = results;
  const isNew = first?.migrationName === '001-first';
  if (!isNew && results.some(({ migrationName }) => migrationName === FIRST_TO_OVERWRITE)) {
    // Data deleted earlier is still in free pages, so the file is rewritten without them.
    await sql`VACUUM`.execute(db);
    await emptyWal(db);
  }
  return db;
}

const NEWER =
  'was brought up to date by a newer version of the bot, and this one cannot read it. Nothing was changed. Start the newer version, or restore the backup from before the upgrade: docs/operations.md';

/** Migrations that the file has had but this version does not know. */
async function migratedBeyond(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`SELECT name FROM kysely_migration`.execute(db);
  return rows.map(({ name }) => name).filter((name) => !(name in migrations));
}

/** How long emptying the log may wait for readers. */
const SHORTLY_MS = 100;

/** The folder and the files of a database. Some of the files may be missing. */
export function partsOf(path: string): string[] {
  return [dirname(path), path, `${path}-wal`, `${path}-shm`];
}

/**
 * Empties the write-ahead log into the file, where SQLite overwrites deleted data (`secure_delete`). Until then the log
 * still has it. Do not call it within a transaction. It gives up if another process, such as a backup, reads for long,
 * because SQLite waits in our own thread; the next call will do it.
 */
export async function emptyWal(db: Database): Promise<void> {
  await db.connection().execute(async (only) => {
    await sql`PRAGMA busy_timeout=${sql.lit(SHORTLY_MS)}`.execute(only);
    await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(only);
    await sql`PRAGMA busy_timeout=${sql.lit(BUSY_MS)}`.execute(only);
  });
}

/**
 * Creates the folder and the file if they are missing, for their owner alone whatever the umask. SQLite gives its other
 * files the same mode.
 */
function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const line = chmodLine(partsOf(path));
  if (line !== null) throw new LooseFiles(`Others can open what the bot keeps. Run: ${line}`);
  const file = openSync(path, 'a', 0o600);
  fchmodSync(file, 0o600);
  closeSync(file);
}

/** Another bot is using the database. */
export class DatabaseHeld extends Error {
  override readonly name = 'DatabaseHeld';
}

/**
 * Makes this process the only bot that uses a database, until it releases it or ends in any way. The lock is an
 * exclusive transaction on an empty file beside the database, and the system frees it. Only bots take it, so it does
 * not hold up anyone who reads or copies the database.
 * @returns a function that releases the database
 * @throws DatabaseHeld if another bot has it
 */
export function holdDatabase(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // All names of a file lead to the same lock, also a link's to a file that was not there.
  closeSync(openSync(path, 'a', 0o600));
  const file = `${realpathSync(path)}.lock`;
  closeSync(openSync(file, 'a', 0o600));
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!isLocked(error)) throw error;
    throw new DatabaseHeld(
      `another bot is using the database ${path}: stop it, or give this one a DATABASE_URL of its own`,
    );
  }
  return () => lock.close();
}

/** True for SQLITE_BUSY, with any extended code. */
function isLocked(error: unknown): boolean {
  const code: unknown = Error.isError(error) && Reflect.get(error, 'errcode');
  return typeof code === 'number' && (code & 0xff) === 5;
}
