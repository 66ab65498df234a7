import { globSync, readFileSync } from 'node:fs';
import { parseSync } from '@swc/core';
import { z } from 'zod';

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

/** The regular expressions of src/: literals by their text, in order, and the places where one is made at run time. */
export function collect() {
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
  return { literals, constructed };
}

/** The file of the results. `safe` has those that this version of recheck found to take linear time. */
export const KEPT = new URL('../fixtures/regular-expressions.json', import.meta.url);

export const kept = () =>
  z
    .object({ recheck: z.string(), safe: z.array(z.string()) })
    .parse(JSON.parse(readFileSync(KEPT, 'utf8')));

/** The version of recheck that is installed. */
export const installed = () =>
  z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync('node_modules/recheck/package.json', 'utf8'))).version;
