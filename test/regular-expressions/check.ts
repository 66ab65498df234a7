/** `node test/regular-expressions/check.ts` checks every regular expression of src/ and keeps what is safe. */
import { writeFileSync } from 'node:fs';
import { checkSync } from 'recheck';
import { collect, installed, KEPT } from './collect.ts';

const { literals } = collect();
const safe = [...literals].flatMap(([text, { pattern, flags }]) => {
  const { status } = checkSync(pattern, flags, { timeout: null });
  if (status !== 'safe') process.stderr.write(`${text} is ${status}\n`);
  return status === 'safe' ? [text] : [];
});
writeFileSync(
  KEPT,
  `${JSON.stringify({ recheck: installed(), safe: safe.toSorted() }, null, 2)}\n`,
);
