/** `node test/regular-expressions/check.ts` checks the regular expressions of src/ that are new, and keeps what is safe. */
import { writeFileSync } from 'node:fs';
import { checkSync } from 'recheck';
import { collect, installed, KEPT, kept } from './collect.ts';

const before = kept();
const known = new Set(before.recheck === installed() ? before.safe : []);
const safe = [...collect().literals].flatMap(([text, { pattern, flags }]) => {
  if (known.has(text)) return [text];
  const { status } = checkSync(pattern, flags, { timeout: null });
  if (status !== 'safe') process.stderr.write(`${text} is ${status}\n`);
  return status === 'safe' ? [text] : [];
});
writeFileSync(
  KEPT,
  `${JSON.stringify({ recheck: installed(), safe: safe.toSorted() }, null, 2)}\n`,
);
