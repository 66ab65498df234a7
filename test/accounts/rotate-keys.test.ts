import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { loadKeys, newKey, saveKeys } from '../../src/accounts/key.ts';
import { planRotation, rotateKeys } from '../../src/accounts/rotate-keys.ts';
import { createSealer, openKeyring, ownerOfScript } from '../../src/accounts/seal.ts';
import { replaceSealed, saveAccount, sealedTokens } from '../../src/store/accounts.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { recordScript, sealedScripts, updateScript } from '../../src/store/scripts.ts';

const waldurUrl = 'https://waldur.example.org';
const people = ['U1', 'U2', 'U3'].map((user) => ({ team: 'T1', user, origin: waldurUrl }));

let folder = '';
let keyFile = '';
let db: Database;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rotate-'));
  keyFile = join(folder, 'slurm.key');
  db = await openDatabase(join(folder, 'slurm.db'));
  const sealer = createSealer(await loadKeys(keyFile));
  for (const owner of people) {
    await saveAccount(db, {
      ...owner,
      waldurUuid: '0'.repeat(32),
      username: owner.user,
      fullName: '',
      email: null,
      sealed: sealer.seal(`token of ${owner.user}`, owner),
      rights: { staff: false, projects: [] },
      connectedAt: new Date(),
    });
  }
});
afterEach(async () => {
  await db.destroy();
  await rm(folder, { recursive: true });
});

/** Opens every row with the key file as it is now. */
async function opened(): Promise<string[]> {
  const sealer = createSealer(await loadKeys(keyFile));
  const rows = await sealedTokens(db);
  return rows.map(({ team, user, sealed }) =>
    sealer.open(sealed, { team, user, origin: waldurUrl }),
  );
}

const ALL = people.map(({ user }) => `token of ${user}`);

describe('a rotation', () => {
  test('seals everything with a new key, and the old one is gone', async () => {
    const [old] = await loadKeys(keyFile);
    const before = await sealedTokens(db);
    const done = await rotateKeys({ db, keyFile, waldurUrl });
    expect(done).toEqual({ sealed: 3, unopened: [], retired: [old.id], kept: [] });
    const keys = await loadKeys(keyFile);
    expect(keys.map(({ id }) => id)).not.toContain(old.id);
    expect(keys).toHaveLength(1);
    expect(await opened()).toEqual(ALL);
    const after = await sealedTokens(db);
    expect(after.map(({ sealed }) => before.some((row) => row.sealed === sealed))).toEqual([
      false,
      false,
      false,
    ]);
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).filter((name) => name.startsWith('slurm.key'))).toEqual([
      'slurm.key',
    ]);
  });

  test('seals pasted scripts anew, too', async () => {
    const message = { channel: 'C1', direct: false, ts: '1.1', threadTs: null };
    const facts = { team: 'T1', message, sharedBy: 'U1', fileId: 'pasted:C1', fileName: 'a.sh' };
    const script = await recordScript(db, facts);
    const old = createSealer(await loadKeys(keyFile)).seal('#!/bin/sh', ownerOfScript(script));
    await updateScript(db, script.id, { pasted: old });
    const { kept } = await rotateKeys({ db, keyFile, waldurUrl });
    const [now] = await sealedScripts(db);
    const sealer = createSealer(await loadKeys(keyFile));
    expect(sealer.open(now?.pasted ?? '', ownerOfScript(script))).toBe('#!/bin/sh');
    expect(kept).toEqual([]);
  });

  test('a dry run says the same and changes nothing', async () => {
    const [old] = await loadKeys(keyFile);
    const file = await readFile(keyFile, 'utf8');
    const rows = await sealedTokens(db);
    const plan = await planRotation({ db, keyFile, waldurUrl });
    expect(plan).toEqual({ sealed: 3, unopened: [], retired: [old.id], kept: [] });
    expect(await readFile(keyFile, 'utf8')).toBe(file);
    expect(await sealedTokens(db)).toEqual(rows);
  });

  test('a row that was moved to another person, or changed, stays and keeps its key', async () => {
    const [old] = await loadKeys(keyFile);
    const [first, second] = await sealedTokens(db);
    if (first === undefined || second === undefined) throw new Error('no rows');
    await replaceSealed(db, first, second.sealed);
    const done = await rotateKeys({ db, keyFile, waldurUrl });
    expect(done).toMatchObject({
      sealed: 2,
      unopened: [{ user: 'U1', why: 'not authentic' }],
      retired: [],
      kept: [old.id],
    });
    const [, ...others] = await sealedTokens(db);
    expect((await sealedTokens(db))[0]?.sealed).toBe(second.sealed);
    const sealer = createSealer(await loadKeys(keyFile));
    expect(
      others.map(({ team, user, sealed }) =>
        sealer.open(sealed, { team, user, origin: waldurUrl }),
      ),
    ).toEqual(ALL.slice(1));
  });

  test('a key that nobody has is reported', async () => {
    const stranger = createSealer([newKey()]);
    const [first = { team: 'T1', user: 'U1', origin: waldurUrl }] = people;
    await replaceSealed(db, first, stranger.seal('x', first));
    const done = await rotateKeys({ db, keyFile, waldurUrl });
    expect(done.unopened).toMatchObject([{ user: 'U1', why: 'unknown key' }]);
    expect(done.sealed).toBe(2);
  });

  test('what is left of a killed one does not disturb the next', async () => {
    await writeFile(`${keyFile}.new`, 'half a', { mode: 0o644 });
    await rotateKeys({ db, keyFile, waldurUrl });
    expect(await opened()).toEqual(ALL);
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  });

  test('two at once wait for each other and lose nothing', async () => {
    const both = await Promise.all([rotationProcess(), rotationProcess()]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(await loadKeys(keyFile)).toHaveLength(1);
    expect(await opened()).toEqual(ALL);
  });
});

/** A rotation in its own process, killed after a step if one is given. */
function rotationProcess(lastStep = 0) {
  const script = join('test', 'accounts', 'rotate-killed.ts');
  const args = [script, join(folder, 'slurm.db'), keyFile, waldurUrl, String(lastStep)];
  return new Promise<{ code: number | null; signal: string | null; last: string }>((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.on('close', (code, signal) => {
      resolve({ code, signal, last: out.trim().split('\n').at(-1) ?? '' });
    });
  });
}

test.each([
  [1, 'key added'],
  [2, 'sealed'],
  [4, 'sealed'],
  [5, 'committed'],
  [6, 'key retired'],
])('killed after step %d (%s), everything opens, and the next one finishes', async (step, name) => {
  const { signal, last } = await rotationProcess(step);
  expect({ signal, last }).toEqual({ signal: 'SIGKILL', last: name });
  expect(await opened()).toEqual(ALL);
  const done = await rotateKeys({ db, keyFile, waldurUrl });
  expect(done).toMatchObject({ sealed: 3, unopened: [], kept: [] });
  expect(await loadKeys(keyFile)).toHaveLength(1);
  expect(await opened()).toEqual(ALL);
});

test('a keyring that was opened before follows the file', async () => {
  const keyring = await openKeyring(keyFile);
  const [owner = { team: '', user: '', origin: '' }] = people;
  await rotateKeys({ db, keyFile, waldurUrl });
  const [row] = await sealedTokens(db);
  expect((await keyring()).open(row?.sealed ?? '', owner)).toBe('token of U1');
  await saveKeys(keyFile, [newKey()]);
  const sealer = await keyring();
  expect(() => sealer.open(row?.sealed ?? '', owner)).toThrow('does not hold');
});
