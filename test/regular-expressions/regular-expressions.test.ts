import { expect, test } from '@jest/globals';
import { checkSync } from 'recheck';
import { collect, installed, kept } from './collect.ts';

/**
 * Texts from outside meet the regular expressions of src/: one that takes more than linear time lets a single text
 * stop the bot for everyone. The check takes long, so its results are kept.
 */
const { literals, constructed } = collect();
const { recheck, safe } = kept();
const known = new Set(recheck === installed() ? safe : []);

test('regular expressions are found at all, and a bad one would be noticed', () => {
  expect(literals.size).toBeGreaterThan(90);
  expect(checkSync('^(a|a)*$', '', { timeout: null }).status).toBe('vulnerable');
});

test('each takes linear time, whatever the text', () => {
  const unknown = [...literals].filter(([text]) => !known.has(text));
  // It ends by itself. With a time limit, a busy machine would make the result unsure.
  const bad = unknown.filter(
    ([, { pattern, flags }]) => checkSync(pattern, flags, { timeout: null }).status !== 'safe',
  );
  expect(bad).toEqual([]);
});

test('each has been checked by this recheck: `node test/regular-expressions/check.ts` keeps that', () => {
  expect([...literals.keys()].filter((text) => !known.has(text))).toEqual([]);
});

test('none is made while the bot runs: what it is made of would have to be escaped, and listed here', () => {
  expect(constructed).toEqual([]);
});
