import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/**
 * Loaded into the bot's process before the bot (NODE_OPTIONS): its database then fails as a test writes into the file
 * named by SQLITE_FAULT.
 */
const file = process.env.SQLITE_FAULT ?? '';
const original = DatabaseSync.prototype.prepare;

DatabaseSync.prototype.prepare = function prepare(sql) {
  const statement = original.call(this, sql);
  const { run } = statement;
  Object.defineProperty(statement, 'run', {
    value: (...parameters: unknown[]) => {
      limitPages(this);
      const isWrite = /^(insert|update|delete)/i.test(sql);
      if (sql === 'commit' || (isWrite && !this.isTransaction)) commit(sql);
      if (isWrite && sql.startsWith(order() || '\0')) fail(sql);
      try {
        return Reflect.apply(run, statement, parameters);
      } catch (error) {
        if (Error.isError(error) && Reflect.get(error, 'errcode') === SQLITE_FULL) {
          writeFileSync(`${file}.fired`, sql);
        }
        throw error;
      }
    },
  });
  return statement;
};

const SQLITE_IOERR = 10;
const SQLITE_FULL = 13;
const UNLIMITED = 1_073_741_823;

/** Counts down to the commit that fails. */
function commit(sql: string): void {
  if (order() === 'commits') fail(sql);
  const left = /^commit (\d+)$/.exec(order())?.[1];
  if (left === undefined) return;
  writeFileSync(file, `commit ${Number(left) - 1}`);
  if (Number(left) === 1) fail(sql);
}

function fail(sql: string): never {
  writeFileSync(`${file}.fired`, sql);
  throw Object.assign(new Error('disk I/O error'), {
    code: 'ERR_SQLITE_ERROR',
    errcode: SQLITE_IOERR,
  });
}

let limit = UNLIMITED;

/** A full disk: the file grows no further. SQLite never makes it smaller than it is. */
function limitPages(database: DatabaseSync): void {
  const wanted = order() === 'full' ? 1 : UNLIMITED;
  if (wanted !== limit) database.exec(`PRAGMA max_page_count = ${wanted}`);
  limit = wanted;
}

function order(): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
