import { parseArgs } from 'node:util';
import { planRotation, type Rotation, rotateKeys } from '../accounts/rotate-keys.ts';
import { loadConfig } from '../config/config.ts';
import { openDatabase } from '../store/database.ts';

const USAGE = `Usage: npm run keys -- rotate [--dry-run]
Seals everybody's Waldur token with a new key, and takes the old keys out of the key file once nothing needs them.
The bot may run meanwhile. --dry-run only says what would be done.
`;

/** The operator's tool for the keys that seal tokens. */
async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { 'dry-run': { type: 'boolean', default: false } },
  });
  if (positionals.length !== 1 || positionals[0] !== 'rotate') throw new Error(USAGE);
  const { databasePath, keyFile, waldurUrl } = loadConfig();
  const db = await openDatabase(databasePath);
  try {
    const parts = { db, keyFile, waldurUrl };
    const dry = values['dry-run'];
    const done = dry ? await planRotation(parts) : await rotateKeys(parts);
    process.stdout.write(`${report(done, dry)}\n`);
  } finally {
    await db.destroy();
  }
}

function report({ sealed, unopened, retired, kept }: Rotation, dry: boolean): string {
  const keys = (ids: string[]) => (ids.length === 0 ? 'none' : ids.join(', '));
  return [
    dry ? 'Nothing was changed. A rotation would do this:' : 'Done.',
    `Tokens sealed with a new key: ${sealed}`,
    `Old keys taken out of the file: ${keys(retired)}`,
    `Old keys kept, since a token names them: ${keys(kept)}`,
    ...unopened.map(
      ({ team, user, why }) =>
        `The token of ${user} in ${team} does not open (${why}): this person has to connect again.`,
    ),
  ].join('\n');
}

main().catch((error: unknown) => {
  process.stderr.write(`${Error.isError(error) ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
