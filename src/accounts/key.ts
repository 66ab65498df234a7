import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { createPrivate, NotPrivate, readPrivate, replacePrivate } from '../machine/private-file.ts';

/** A key that seals tokens. Node never prints the content of a KeyObject. */
export interface Key {
  /** Letters and digits, stored with everything that was sealed with this key. */
  id: string;
  secret: KeyObject;
}

/** The first key seals; every one of them opens. */
export type Keys = readonly [Key, ...Key[]];

/** The key file cannot be used. The message says what to do, and nothing of the contents. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
}

/** AES-256. */
const KEY_BYTES = 32;

const HEADER = `# These keys seal people's Waldur tokens: one line "id base64" each, the first one seals.
# Whoever has this file and the database has the tokens. Keep a copy of it apart from the database.
`;

/**
 * Reads the keys. At the first start it creates the file with a new key.
 * @throws KeyFileError if others can read the file, or it is malformed
 */
export async function loadKeys(path: string): Promise<Keys> {
  const text = (await read(path)) ?? (await firstKeys(path));
  return parseKeys(text, path);
}

/**
 * Replaces the keys in the file, atomically and durably.
 * Call it only under the database's write lock (rotate-keys.ts): two calls at once would lose a key.
 */
export function saveKeys(path: string, keys: Keys): Promise<void> {
  return replacePrivate(path, formatKeys(keys));
}

/** A key that was never used. */
export function newKey(): Key {
  return {
    id: randomBytes(4).toString('hex'),
    secret: createSecretKey(randomBytes(KEY_BYTES)),
  };
}

/** Two first starts at the same time end up with the same key. */
async function firstKeys(path: string): Promise<string> {
  await createPrivate(path, formatKeys([newKey()]));
  const text = await read(path);
  if (text === null) throw new KeyFileError(`The key file ${path} went away while it was made.`);
  return text;
}

async function read(path: string): Promise<string | null> {
  try {
    return await readPrivate(path);
  } catch (error) {
    if (!(error instanceof NotPrivate)) throw error;
    throw new KeyFileError(`Others can read the key file ${path}: run chmod 600 on it.`);
  }
}

function formatKeys(keys: Keys): string {
  const lines = keys.map(({ id, secret }) => `${id} ${secret.export().toString('base64')}\n`);
  return HEADER + lines.join('');
}

function parseKeys(text: string, path: string): Keys {
  const lines = text.split('\n').map((line, index) => ({ line: line.trim(), number: index + 1 }));
  const [first, ...others] = lines
    .filter(({ line }) => line !== '' && !line.startsWith('#'))
    .map(({ line, number }) => parseKey(line, `${path}, line ${number}`));
  if (!first) throw new KeyFileError(`The key file ${path} has no key in it.`);
  if (new Set([first, ...others].map(({ id }) => id)).size <= others.length) {
    throw new KeyFileError(`The key file ${path} has one id twice.`);
  }
  return [first, ...others];
}

function parseKey(line: string, place: string): Key {
  const [, id, text] = /^([A-Za-z0-9]{1,32}) +([A-Za-z0-9+/]{43}=)$/.exec(line) ?? [];
  if (id === undefined || text === undefined) {
    throw new KeyFileError(
      `The key file is malformed (${place}): "id base64" is expected, with ${KEY_BYTES} bytes in base64.`,
    );
  }
  return { id, secret: createSecretKey(text, 'base64') };
}
