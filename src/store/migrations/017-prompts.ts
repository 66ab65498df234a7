import { type Kysely, sql } from 'kysely';

/** What the prompt of a message has to show. See ../schema.ts for what the columns mean. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  'ALTER TABLE scripts ADD COLUMN prompt_changes INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE scripts ADD COLUMN dismissed INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE scripts ADD COLUMN gone INTEGER NOT NULL DEFAULT 0',
  'CREATE INDEX scripts_message ON scripts (channel, message_ts)',
  'CREATE INDEX scripts_prompt_due ON scripts (id) WHERE prompt_changes > 0',
];
