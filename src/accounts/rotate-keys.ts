import { sql } from 'kysely';
import { replaceSealed, sealedTokens } from '../store/accounts.ts';
import type { Database } from '../store/database.ts';
import { sealedScripts, updateScript } from '../store/scripts.ts';
import { type Keys, loadKeys, newKey, saveKeys } from './key.ts';
import { createSealer, keyIdOf, ownerOfScript, SealError, type Sealer } from './seal.ts';

interface RotationParts {
  db: Database;
  keyFile: string;
  /** The URL of the Waldur to which the tokens are bound. */
  waldurUrl: string;
  /** Called after each step. The process may be killed at any of them. */
  told?: (step: Step) => void;
}

type Step =
  /** The key file durably holds the new key first, and all old ones. */
  | { done: 'key added'; id: string }
  /** A token has been sealed with the new key. Nothing is committed yet. */
  | { done: 'sealed' }
  | { done: 'committed' }
  | { done: 'key retired'; id: string };

/** What was done, or in a dry run would be done. */
export interface Rotation {
  /** Tokens sealed with the new key. */
  sealed: number;
  /** People whose tokens do not open, and why. They have to connect again; their rows stay as they are. */
  unopened: { team: string; user: string; why: string }[];
  /** Ids of keys that no token needs any more. */
  retired: string[];
  /** Ids of old keys that a token still names. */
  kept: string[];
}

/**
 * Seals every token and every pasted script with a new key and retires the old ones. Everything happens under the database's write lock, so
 * that only one rotation runs at a time. The key file can open what the database holds at every moment: the new key is
 * in the file before a row needs it, and an old key leaves only when no row names it. After a kill, run it again.
 */
export async function rotateKeys(parts: RotationParts): Promise<Rotation> {
  const { sealed, unopened } = await writing(parts.db, (trx) => sealAnew(parts, trx));
  parts.told?.({ done: 'committed' });
  const left = await writing(parts.db, (trx) => retire(parts, trx));
  return { sealed, unopened, ...left };
}

/** What a rotation would do; changes nothing. */
export async function planRotation({ db, keyFile, waldurUrl }: RotationParts): Promise<Rotation> {
  const keys = await loadKeys(keyFile);
  const { opened, unopened } = await openAll(db, keys, waldurUrl);
  const named = new Set(unopened.map(({ keyId }) => keyId));
  return {
    sealed: opened.length,
    unopened,
    retired: keys.map(({ id }) => id).filter((id) => !named.has(id)),
    kept: keys.map(({ id }) => id).filter((id) => named.has(id)),
  };
}

async function sealAnew({ keyFile, waldurUrl, told }: RotationParts, trx: Database) {
  const old = await loadKeys(keyFile);
  const { opened, unopened } = await openAll(trx, old, waldurUrl);
  const key = newKey();
  const keys: Keys = [key, ...old];
  await saveKeys(keyFile, keys);
  told?.({ done: 'key added', id: key.id });
  const sealer = createSealer(keys);
  for (const { team, user, token } of opened) {
    const sealed = sealer.seal(token, { team, user, origin: waldurUrl });
    await replaceSealed(trx, { team, user }, sealed);
    told?.({ done: 'sealed' });
  }
  for (const { id, ...script } of await sealedScripts(trx)) {
    const text = openScript(sealer, script);
    if (text === null) continue;
    await updateScript(trx, id, { pasted: sealer.seal(text, ownerOfScript(script)) });
    told?.({ done: 'sealed' });
  }
  return { sealed: opened.length, unopened };
}

/** Null if it does not open: it can be pasted again, so nobody is told. */
function openScript(sealer: Sealer, script: { team: string; key: string; pasted: string }) {
  try {
    return sealer.open(script.pasted, ownerOfScript(script));
  } catch (error) {
    if (error instanceof SealError) return null;
    throw error;
  }
}

async function retire({ keyFile, told }: RotationParts, trx: Database) {
  const [first, ...old] = await loadKeys(keyFile);
  const tokens = await sealedTokens(trx);
  const scripts = await sealedScripts(trx);
  const sealed = [...tokens.map((row) => row.sealed), ...scripts.map(({ pasted }) => pasted)];
  const named = new Set(sealed.map(keyIdOf));
  const kept = old.filter(({ id }) => named.has(id));
  const retired = old.filter(({ id }) => !named.has(id)).map(({ id }) => id);
  if (retired.length > 0) await saveKeys(keyFile, [first, ...kept]);
  for (const id of retired) told?.({ done: 'key retired', id });
  return { retired, kept: kept.map(({ id }) => id) };
}

async function openAll(db: Database, keys: Keys, origin: string) {
  const sealer = createSealer(keys);
  const opened: { team: string; user: string; token: string }[] = [];
  const unopened: { team: string; user: string; why: string; keyId: string }[] = [];
  for (const { team, user, sealed } of await sealedTokens(db)) {
    try {
      opened.push({ team, user, token: sealer.open(sealed, { team, user, origin }) });
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      unopened.push({ team, user, why: error.kind, keyId: keyIdOf(sealed) });
    }
  }
  return { opened, unopened };
}

/** A transaction that takes the write lock at its start; Kysely's own takes it with the first write. */
function writing<T>(db: Database, work: (trx: Database) => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    await sql`BEGIN IMMEDIATE`.execute(connection);
    try {
      const result = await work(connection);
      await sql`COMMIT`.execute(connection);
      return result;
    } catch (error) {
      await sql`ROLLBACK`.execute(connection);
      throw error;
    }
  });
}
