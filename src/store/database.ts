import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import * as first from './migrations/001-first.ts';
import * as people from './migrations/002-people.ts';
import * as waldur from './migrations/003-waldur.ts';
import * as queue from './migrations/008-queue.ts';
import type { Tables } from './schema.ts';
import { openSqlite } from './sqlite.ts';

export type Database = Kysely<Tables>;

/** Numbered migrations, oldest first. A migration that has been released is never changed. */
const migrations = {
  '001-first': first,
  '002-people': people,
  '003-waldur': waldur,
  '008-queue': queue,
};

/**
 * Opens the SQLite file (made where it is missing) and brings its tables up to date.
 * @throws when the file cannot be opened, or a migration fails (nothing of it is kept then).
 */
export async function openDatabase(path: string): Promise<Database> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: openSqlite(path) }) });
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    await db.destroy();
    throw error;
  }
  return db;
}
