import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';

/** Scripts are named by random keys, and belong to somebody; converting one is a matter of one submission. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
  const { rows } = await sql<{ id: number }>`SELECT id FROM scripts`.execute(db);
  for (const { id } of rows) {
    const key = randomBytes(16).toString('base64url');
    await sql`UPDATE scripts SET key = ${key} WHERE id = ${id}`.execute(db);
  }
  await sql.raw('CREATE UNIQUE INDEX scripts_key ON scripts (key)').execute(db);
}

const statements = [
  "ALTER TABLE scripts ADD COLUMN key TEXT NOT NULL DEFAULT ''",
  'ALTER TABLE scripts ADD COLUMN direct INTEGER NOT NULL DEFAULT 0',
  // Where the bot has posted its prompt it is a member, so that these are its own direct messages.
  "UPDATE scripts SET direct = 1 WHERE channel LIKE 'D%' AND prompt_ts IS NOT NULL",
  'ALTER TABLE submissions ADD COLUMN convert INTEGER NOT NULL DEFAULT 0',
  'UPDATE submissions SET convert = (SELECT convert FROM scripts WHERE id = script_id)',
  'ALTER TABLE scripts DROP COLUMN convert',
  'CREATE INDEX submissions_script ON submissions (script_id)',
  // Cards get the buttons of this version.
  'UPDATE watches SET card_due = 1 WHERE closed IS NULL',
];
