import { type Kysely, sql } from 'kysely';

/** What is proven of the queue and of durations, and where a script writes to. See ../schema.ts for the columns. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  "ALTER TABLE seen_rows ADD COLUMN slurm_id TEXT NOT NULL DEFAULT ''",
  "ALTER TABLE seen_rows ADD COLUMN looks TEXT NOT NULL DEFAULT ''",
  // They were noted where somebody had edited a job, too.
  'UPDATE seen_rows SET beat = NULL',
  'CREATE INDEX seen_rows_place ON seen_rows (service_settings, modified)',
  'ALTER TABLE watches ADD COLUMN silent_runs INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE watches ADD COLUMN silent_at INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE watches ADD COLUMN phase_after INTEGER NOT NULL DEFAULT 0',
  'UPDATE watches SET phase_after = job_created',
  'ALTER TABLE transitions ADD COLUMN from_after INTEGER NOT NULL DEFAULT 0',
  'CREATE INDEX transitions_kind ON transitions (kind, to_phase)',
  "ALTER TABLE submissions ADD COLUMN output TEXT NOT NULL DEFAULT ''",
];
