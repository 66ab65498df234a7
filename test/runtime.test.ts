import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

let checkout: string;
let cache: string;
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'checkout-'));
  cache = join(checkout, 'data', 'compile-cache');
  copyFileSync('runtime.js', join(checkout, 'runtime.mjs'));
});
afterEach(() => rmSync(checkout, { recursive: true }));

/** Where a program that is started as ours keeps compiled code; empty: nowhere. */
function cacheOf(environment: Record<string, string> = {}): string {
  const program =
    "process.stdout.write(process.getBuiltinModule('module').getCompileCacheDir() ?? '')";
  return execFileSync(
    process.execPath,
    ['--import', join(checkout, 'runtime.mjs'), '--eval', program],
    { env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
}
const modeOf = (path: string) => statSync(path).mode & 0o777;

test('compiled code is kept in a folder of the checkout that is its owner’s alone, whatever the umask', () => {
  const before = process.umask(0);
  try {
    expect(cacheOf()).toContain(cache);
  } finally {
    process.umask(before);
  }
  expect([modeOf(join(checkout, 'data')), modeOf(cache)]).toEqual([0o700, 0o700]);
  expect(readdirSync(cache)).not.toEqual([]);
  expect(cacheOf()).toContain(cache);
});

test.each(['777', '770', '755', '701'])('a folder with mode %s is not used', (mode) => {
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  chmodSync(cache, Number.parseInt(mode, 8));
  expect(cacheOf()).toBe('');
  expect(readdirSync(cache)).toEqual([]);
});

test('nor one in a folder where others may put another in its place', () => {
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  chmodSync(join(checkout, 'data'), 0o777);
  expect(cacheOf()).toBe('');
});

test('nor what a link stands for, or what is no folder', () => {
  const elsewhere = join(checkout, 'elsewhere');
  mkdirSync(elsewhere, { mode: 0o700 });
  mkdirSync(join(checkout, 'data'), { mode: 0o700 });
  symlinkSync(elsewhere, cache);
  expect(cacheOf()).toBe('');
  rmSync(cache);
  copyFileSync('runtime.js', cache);
  expect(cacheOf()).toBe('');
});

test('nor one below a link', () => {
  const elsewhere = join(checkout, 'elsewhere');
  mkdirSync(join(elsewhere, 'compile-cache'), { recursive: true, mode: 0o700 });
  symlinkSync(elsewhere, join(checkout, 'data'));
  expect(cacheOf()).toBe('');
});

// Only root can give a folder away.
const asRoot = process.getuid?.() === 0 ? test : test.skip;
asRoot('nor one that belongs to somebody else', () => {
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  chownSync(cache, 1, 1);
  expect(cacheOf()).toBe('');
});

test('NODE_COMPILE_CACHE is taken where only its owner gets in, and else refused', () => {
  const own = join(checkout, 'own');
  mkdirSync(own, { mode: 0o700 });
  expect(cacheOf({ NODE_COMPILE_CACHE: own })).toContain(own);
  chmodSync(own, 0o777);
  expect(() => cacheOf({ NODE_COMPILE_CACHE: own })).toThrow(
    /NODE_COMPILE_CACHE is a folder that others can open/,
  );
});
