import { type Kysely, sql } from 'kysely';

/** People who act as themselves: pauses, the audit, and identities found by e-mail. See ../schema.ts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    team TEXT NOT NULL,
    user TEXT NOT NULL,
    waldur_uuid TEXT NOT NULL,
    waldur_user TEXT NOT NULL,
    action TEXT NOT NULL,
    job_uuid TEXT,
    outcome TEXT NOT NULL,
    ref TEXT NOT NULL
  ) STRICT`,
  'CREATE INDEX audit_at ON audit (at)',
  'ALTER TABLE accounts ADD COLUMN email TEXT',
  "ALTER TABLE accounts ADD COLUMN notice TEXT NOT NULL DEFAULT 'none'",
  'ALTER TABLE watches ADD COLUMN paused INTEGER NOT NULL DEFAULT 0',
];
