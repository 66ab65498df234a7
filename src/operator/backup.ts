import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/config.ts';

const USAGE = `Usage: npm run backup -- FILE
Copies the database to FILE, as it is at one moment; the bot may run meanwhile. FILE must not exist yet.
The key file is not in it: keep a copy of that one elsewhere.
`;

/** How long the copy waits for another process. */
const BUSY_MS = 30_000;

/** Makes the operator's backup. It leaves the tables as they are, so it can be taken right before an upgrade. */
async function main(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [file] = positionals;
  if (file === undefined || positionals.length !== 1) throw new Error(USAGE);
  const { databasePath, keyFile } = loadConfig();
  if (!existsSync(databasePath)) throw new Error(`There is no database at ${databasePath}.`);
  await backUp(databasePath, file);
  const kilobytes = Math.ceil(statSync(file).size / 1024);
  process.stdout.write(
    `Backed up to ${file} (${kilobytes} kB), and checked.\nThe keys are not in it: keep a copy of ${keyFile} elsewhere.\n`,
  );
}

/** Copies the whole database, or leaves no file. */
async function backUp(databasePath: string, file: string): Promise<void> {
  if (existsSync(file)) throw new Error(`${file} is there already; it was not changed.`);
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  // Created here because of its mode: SQLite fills an empty file.
  const handle = await open(draft, 'wx', 0o600);
  try {
    copy(databasePath, draft);
    check(draft);
    await handle.sync();
    linkSync(draft, file);
  } finally {
    await handle.close();
    rmSync(draft);
  }
}

function copy(databasePath: string, draft: string): void {
  const database = new DatabaseSync(databasePath, { timeout: BUSY_MS });
  try {
    database.prepare('VACUUM INTO ?').run(draft);
  } finally {
    database.close();
  }
}

function check(draft: string): void {
  const database = new DatabaseSync(draft, { readOnly: true });
  try {
    const found = database.prepare('PRAGMA integrity_check').all();
    if (found[0]?.integrity_check !== 'ok')
      throw new Error('The copy is damaged, and was not kept.');
  } finally {
    database.close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${Error.isError(error) ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
