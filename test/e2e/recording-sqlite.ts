import { appendFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Loaded into the bot's process before the bot (NODE_OPTIONS): writes each query that it runs to the file SQLITE_LOG. */
const file = process.env.SQLITE_LOG ?? '';
const original = DatabaseSync.prototype.prepare;
const seen = new Set<string>();

DatabaseSync.prototype.prepare = function prepare(sql) {
  if (!seen.has(sql)) appendFileSync(file, `${JSON.stringify(sql)}\n`);
  seen.add(sql);
  return original.call(this, sql);
};
