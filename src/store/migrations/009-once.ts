import { type Kysely, sql } from 'kysely';

/** Submissions whose answer was lost are looked for over and over. See ../schema.ts for what the columns mean. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  'ALTER TABLE submissions ADD COLUMN due_at INTEGER',
  'ALTER TABLE submissions ADD COLUMN again TEXT',
  'UPDATE submissions SET due_at = created_at WHERE told = 0',
  'CREATE INDEX submissions_due ON submissions (due_at) WHERE due_at IS NOT NULL',
];
