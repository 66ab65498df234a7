import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { KeyFileError, loadKeys } from '../../src/accounts/key.ts';
import { createSealer } from '../../src/accounts/seal.ts';

const OWNER = { team: 'T1', user: 'U1', origin: 'https://waldur.example.org' };
const BYTES = Buffer.alloc(32, 7).toString('base64');
const OTHER = Buffer.alloc(32, 9).toString('base64');

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keys-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function fileWith(text: string, mode = 0o600): Promise<string> {
  const path = join(folder, 'slurm.key');
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

async function problemWith(path: string): Promise<string> {
  return loadKeys(path).then(
    () => {
      throw new Error('It was expected to be refused, and was not');
    },
    (error: unknown) => {
      if (error instanceof KeyFileError) return error.message;
      throw error;
    },
  );
}

describe('the first start', () => {
  test('makes a key that only its owner can read, in a folder of their own', async () => {
    const path = join(folder, 'data', 'slurm.key');
    const keys = await loadKeys(path);
    expect(keys).toHaveLength(1);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(folder, 'data'))).toEqual(['slurm.key']);
    expect(await readFile(path, 'utf8')).toMatch(/^(# .+\n)+[0-9a-f]{8} [A-Za-z0-9+/]{43}=\n$/);
  });

  test('the next one finds the same key', async () => {
    const path = join(folder, 'slurm.key');
    const sealed = createSealer(await loadKeys(path)).seal('token', OWNER);
    expect(createSealer(await loadKeys(path)).open(sealed, OWNER)).toBe('token');
  });

  test('two at once end with the same key', async () => {
    const path = join(folder, 'slurm.key');
    const all = await Promise.all(Array.from({ length: 8 }, () => loadKeys(path)));
    expect(new Set(all.map(([first]) => first.id)).size).toBe(1);
    expect(await readdir(folder)).toEqual(['slurm.key']);
  });
});

describe('a file that is there', () => {
  test('the first key is the active one; comments and blank lines are skipped', async () => {
    const path = await fileWith(`# old and new\n\nnew ${BYTES}\r\nold   ${OTHER}\n`);
    const keys = await loadKeys(path);
    expect(keys.map(({ id }) => id)).toEqual(['new', 'old']);
    expect(keys[0].secret.export()).toEqual(Buffer.alloc(32, 7));
  });

  test.each([0o640, 0o604, 0o644, 0o660, 0o602])('mode %o is refused', async (mode) => {
    const path = await fileWith(`new ${BYTES}\n`, mode);
    expect(await problemWith(path)).toBe(
      `Others can read the key file ${path}: run chmod 600 on it.`,
    );
  });

  test.each([
    ['', 'has no key in it'],
    ['# nothing\n', 'has no key in it'],
    [`${BYTES}\n`, 'line 1): "id base64" is expected'],
    [`a ${BYTES}\nb ${BYTES.slice(4)}\n`, 'line 2): "id base64" is expected'],
    [`a.b ${BYTES}\n`, 'line 1): "id base64" is expected'],
    [`a ${BYTES} more\n`, 'line 1): "id base64" is expected'],
    [`a ${BYTES}\na ${OTHER}\n`, 'has one id twice'],
  ])('%j is refused, and not repeated', async (text, problem) => {
    const message = await problemWith(await fileWith(text));
    expect(message).toContain(problem);
    expect(message).not.toContain(BYTES.slice(4, 20));
  });

  test('it is never written to', async () => {
    const path = await fileWith('broken');
    await problemWith(path);
    expect(await readFile(path, 'utf8')).toBe('broken');
    expect(await readdir(folder)).toEqual(['slurm.key']);
  });

  test('a folder in its place is an error of the system', async () => {
    await expect(loadKeys(folder)).rejects.toThrow();
  });
});
