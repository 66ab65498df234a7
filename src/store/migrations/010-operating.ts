import { type Kysely, sql } from 'kysely';

/** Indexes for what the operator's metrics count, so that a scrape reads no whole table. See ../figures.ts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  'CREATE INDEX watches_followed ON watches (phase, paused) WHERE closed IS NULL',
  'CREATE INDEX submissions_state ON submissions (state)',
  'CREATE INDEX submissions_untold ON submissions (created_at) WHERE told = 0',
];
