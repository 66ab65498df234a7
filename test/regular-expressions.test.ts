import { globSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parseSync } from '@swc/core';
import { checkSync } from 'recheck';
import { z } from 'zod';

/**
 * Texts from outside meet the regular expressions of src/: one that takes more than linear time lets a single text
 * stop the bot for everyone.
 */

const literal = z.object({
  type: z.literal('RegExpLiteral'),
  pattern: z.string(),
  flags: z.string(),
});
const made = z.object({
  type: z.enum(['NewExpression', 'CallExpression']),
  callee: z.object({ type: z.literal('Identifier'), value: z.literal('RegExp') }),
});
const span = z.object({ span: z.object({ start: z.number(), end: z.number() }) });

/** Every node of a syntax tree. */
function* nodes(value: unknown): Generator<object> {
  if (typeof value !== 'object' || value === null) return;
  yield value;
  for (const each of Object.values(value)) yield* nodes(each);
}

const literals = new Map<string, { pattern: string; flags: string }>();
const constructed: string[] = [];
for (const file of globSync('src/**/*.ts').toSorted()) {
  const source = readFileSync(file);
  // Positions are bytes, counted on from file to file.
  const tree = parseSync(source.toString(), { syntax: 'typescript', target: 'es2024' });
  const begin = tree.span.start;
  for (const node of nodes(tree.body)) {
    const found = literal.safeParse(node).data;
    if (found !== undefined) literals.set(`/${found.pattern}/${found.flags}`, found);
    if (made.safeParse(node).success) {
      const { start, end } = span.parse(node).span;
      constructed.push(`${file}: ${source.subarray(start - begin, end - begin)}`);
    }
  }
}

test('regular expressions are found at all', () => {
  expect(literals.size).toBeGreaterThan(90);
});

test.each([...literals])('%s takes linear time, whatever the text', (_text, { pattern, flags }) => {
  // It ends by itself; with a limit in time a busy machine would make it unsure.
  expect(checkSync(pattern, flags, { timeout: null }).status).toBe('safe');
});

test('none is made while the bot runs: what it is made of would have to be escaped, and listed here', () => {
  expect(constructed).toEqual([]);
});
