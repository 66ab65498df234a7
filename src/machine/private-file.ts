import { randomBytes } from 'node:crypto';
import { link, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isLoose } from './file-modes.ts';

/** A file that only its owner may read, written atomically and durably. */

/** Others can read the file. */
export class NotPrivate extends Error {
  override readonly name = 'NotPrivate';
}

/**
 * The text of the file; null if there is none.
 * @throws NotPrivate
 */
export async function readPrivate(path: string): Promise<string | null> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return null;
  try {
    const { mode } = await file.stat();
    if (isLoose(mode)) throw new NotPrivate(path);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** Creates the file. It never replaces one: if two processes create it at once, the first one's stays. */
export async function createPrivate(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeDurably(draft, text);
  try {
    await link(draft, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  await syncFolder(folder);
}

/** Replaces the text of the file. Callers make sure that only one of them does so at a time. */
export async function replacePrivate(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  // A draft that a killed process left behind may have another mode, so it is created anew.
  await unlink(draft).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
  });
  await writeDurably(draft, text);
  await rename(draft, path);
  await syncFolder(dirname(path));
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

/** Makes a new name in a folder survive a power cut. Windows cannot open folders, and does not need this. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const file = await open(folder, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
