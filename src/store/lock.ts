import { closeSync, existsSync, mkdirSync, openSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another bot uses the database. */
export class DatabaseHeld extends Error {
  override readonly name = 'DatabaseHeld';
}

/**
 * Makes this process the one bot of a database, until it lets go or ends, however it ends: an exclusive transaction
 * on an empty file beside the database, whose lock the system frees. Only bots take it; who reads the database, or
 * copies it, is not held up.
 * @returns what lets go
 * @throws DatabaseHeld when another bot has it
 */
export function holdDatabase(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // By whatever name the file is called, the lock is the same.
  const file = `${existsSync(path) ? realpathSync(path) : path}.lock`;
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

/** SQLITE_BUSY, whatever its details. */
function isLocked(error: unknown): boolean {
  const code: unknown = Error.isError(error) && Reflect.get(error, 'errcode');
  return typeof code === 'number' && (code & 0xff) === 5;
}
