import { type Kysely, sql } from 'kysely';

/** What is needed to forget what is old or done, without reading whole tables. See ../retention.ts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  'ALTER TABLE scripts ADD COLUMN kept_since INTEGER NOT NULL DEFAULT 0',
  'CREATE INDEX transitions_watch ON transitions (watch_id)',
  'CREATE INDEX watches_submission ON watches (submission_id)',
  'CREATE INDEX inbox_open ON inbox (received_at) WHERE body IS NOT NULL',
  "CREATE INDEX watches_left ON watches (id) WHERE closed = 'person left'",
];
