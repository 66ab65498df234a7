import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { link, mkdir, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A key that seals. Node never prints what a KeyObject holds. */
export interface Key {
  /** Stands beside what was sealed with it: letters and digits. */
  id: string;
  secret: KeyObject;
}

/** The first one seals, all of them open. */
export type Keys = readonly [Key, ...Key[]];

/** The key file cannot be used; the message says what to do and never what is in it. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
}

/** AES-256. */
const KEY_BYTES = 32;

const HEADER = `# These keys seal people's Waldur tokens: one line "id base64" each, the first one seals.
# Whoever has this file and the database has the tokens. Keep a copy of it apart from the database.
`;

/**
 * Reads the keys, and makes the file with a new one at the first start.
 * @throws KeyFileError when others can read the file, or it is malformed
 */
export async function loadKeys(path: string): Promise<Keys> {
  const text = (await readPrivate(path)) ?? (await firstKeys(path));
  return parseKeys(text, path);
}

/** The text of the file; null where there is none. */
async function readPrivate(path: string): Promise<string | null> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return null;
  try {
    const { mode } = await file.stat();
    // Windows keeps no such mode: there, the folder's own rights have to do.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new KeyFileError(`Others can read the key file ${path}: run chmod 600 on it.`);
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/**
 * Makes the file with one new key and gives its text. It appears whole or not at all, and never
 * replaces another: of two first starts at once, both end with the same key.
 */
async function firstKeys(path: string): Promise<string> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const line = `${randomBytes(4).toString('hex')} ${randomBytes(KEY_BYTES).toString('base64')}\n`;
  await writeDurably(draft, HEADER + line);
  try {
    await link(draft, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  await syncFolder(folder);
  const text = await readPrivate(path);
  if (text === null) throw new KeyFileError(`The key file ${path} went away while it was made.`);
  return text;
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a new name in a folder survive a power cut. Windows cannot open folders, and need not. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const file = await open(folder, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
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

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
