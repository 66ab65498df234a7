import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { SqliteAdapter, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import type { Codec } from './columns.ts';

/** How long a query waits for another process. */
export const BUSY_MS = 5000;

/** Times are milliseconds since 1970, booleans 0 or 1, structures JSON text. */
export const sqliteCodec: Codec = {
  toColumn(value) {
    if (value instanceof Date) return value.getTime();
    if (typeof value === 'boolean') return Number(value);
    return isStructure(value) ? JSON.stringify(value) : value;
  },
  fromColumn(column, kind) {
    if (kind === 'date' && typeof column === 'number') return new Date(column);
    if (kind === 'boolean') return column === 1;
    return kind === 'json' && typeof column === 'string' ? JSON.parse(column) : column;
  },
};

function isStructure(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
}

/**
 * Kysely's dialect, with all migrations of a start in one transaction: a later start could not go on from half of one.
 * Kysely leaves this to its users because some PRAGMAs do nothing within a transaction. Our migrations use none.
 */
export class WholeMigrations extends SqliteDialect {
  override createAdapter() {
    return new Transactional();
  }
}

class Transactional extends SqliteAdapter {
  override get supportsTransactionalDdl() {
    return true;
  }
}

/**
 * Node's own SQLite in the shape that Kysely's SqliteDialect takes. With WAL and synchronous FULL, a commit that has
 * returned survives a kill and a power cut. Deleted data is overwritten.
 */
export function openSqlite(path: string): SqliteDatabase {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: BUSY_MS });
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;');
  // Otherwise large sorts and VACUUM write to the system's temporary folder, which others share.
  database.exec('PRAGMA temp_store=MEMORY');
  return {
    close: () => database.close(),
    prepare(sql) {
      // After some errors, such as a full disk, SQLite has already rolled back. Kysely's own rollback would fail then
      // and hide the error.
      const isDone = sql === 'rollback' && !database.isTransaction;
      return statement(database.prepare(isDone ? NOTHING : sql));
    },
  };
}

/** A statement that does nothing. */
const NOTHING = 'SELECT 1 WHERE 0';

function statement(prepared: StatementSync): SqliteStatement {
  return {
    reader: prepared.columns().length > 0,
    all: (parameters) => prepared.all(...parameters.map(bound)),
    run: (parameters) => prepared.run(...parameters.map(bound)),
    iterate: (parameters) => prepared.iterate(...parameters.map(bound)),
  };
}

function bound(parameter: unknown): SQLInputValue {
  const value = sqliteCodec.toColumn(parameter);
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'bigint' || value instanceof Uint8Array) return value;
  throw new TypeError(`SQLite takes no ${typeof value}`);
}
