import { type Kysely, sql } from 'kysely';

/** What this Waldur can do, and what sweeps remember of its rows. See ../schema.ts for what the columns mean. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE capabilities (
    waldur_url TEXT NOT NULL,
    operation TEXT NOT NULL,
    doubted_at INTEGER,
    refused_at INTEGER,
    worked_at INTEGER,
    status INTEGER NOT NULL,
    PRIMARY KEY (waldur_url, operation)
  ) STRICT`,
  `CREATE TABLE seen_rows (
    uuid TEXT PRIMARY KEY,
    modified INTEGER NOT NULL,
    runtime_state TEXT NOT NULL,
    beat INTEGER,
    "left" INTEGER,
    service_settings TEXT,
    project TEXT,
    project_name TEXT,
    user_uuid TEXT
  ) STRICT`,
  'CREATE INDEX seen_rows_modified ON seen_rows (modified)',
  "ALTER TABLE watches ADD COLUMN tasks TEXT NOT NULL DEFAULT ''",
  'ALTER TABLE watches ADD COLUMN ended_at INTEGER',
  'ALTER TABLE watches ADD COLUMN news_at INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE watches ADD COLUMN judged_at INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE watches ADD COLUMN found TEXT',
  'UPDATE watches SET news_at = seen_at',
  "ALTER TABLE submissions ADD COLUMN slurm_name TEXT NOT NULL DEFAULT ''",
];
