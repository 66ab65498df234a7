import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DatabaseHeld, holdDatabase } from '../../src/store/database.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slurm-lock-'));
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data/slurm.db'), '');
  symlinkSync(join(folder, 'data/slurm.db'), join(folder, 'other.db'));
  symlinkSync(join(folder, 'data'), join(folder, 'elsewhere'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each(['other.db', 'elsewhere/slurm.db', 'data/../data/slurm.db'])(
  'a database is held under all of its names (%s), also relative ones, until it is let go',
  (name) => {
    const letGo = holdDatabase(join(folder, 'data/slurm.db'));
    const others = [join(folder, name), relative(process.cwd(), join(folder, name))];
    for (const other of others) expect(() => holdDatabase(other)).toThrow(DatabaseHeld);
    letGo();
    for (const other of others) holdDatabase(other)();
  },
);

test('a link to a file that is not there yet is held as that file', () => {
  const target = join(folder, 'data/new.db');
  symlinkSync(target, join(folder, 'link.db'));
  const letGo = holdDatabase(join(folder, 'link.db'));
  expect(() => holdDatabase(target)).toThrow(DatabaseHeld);
  letGo();
});
