import { parseArgs } from 'node:util';
import { loadConfig } from '../config/config.ts';
import {
  isValid,
  millisecondsInDay,
  millisecondsInHour,
  millisecondsInMinute,
  subMilliseconds,
} from '../dates.ts';
import { visible } from '../logging/readable.ts';
import { auditSince } from '../store/audit.ts';
import { openDatabase } from '../store/database.ts';

const USAGE = `Usage: npm run --silent audit -- --since TIME
Prints every action that the bot did in Waldur, one JSON object a line, oldest first.
TIME is a date (2026-11-24), a time (2026-11-24T19:00:00Z), or an age: 30m, 12h, 7d.
`;

const UNITS: Record<string, number> = {
  m: millisecondsInMinute,
  h: millisecondsInHour,
  d: millisecondsInDay,
};

/** Shows the operator who did what. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { since: { type: 'string' } } });
  const since = timeOf(values.since ?? '', new Date());
  if (since === null) throw new Error(USAGE);
  const db = await openDatabase(loadConfig().databasePath);
  try {
    for (const { id, ...entry } of await auditSince(db, since)) {
      process.stdout.write(`${visible(JSON.stringify(entry))}\n`);
    }
  } finally {
    await db.destroy();
  }
}

/** The time that was meant; null if it cannot be read. */
function timeOf(text: string, now: Date): Date | null {
  const [, amount, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (amount !== undefined) return subMilliseconds(now, Number(amount) * (UNITS[unit] ?? 0));
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return null;
  const time = new Date(text);
  return isValid(time) ? time : null;
}

main().catch((error: unknown) => {
  process.stderr.write(`${Error.isError(error) ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
