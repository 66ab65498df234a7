import { type Kysely, sql } from 'kysely';

/** What this Waldur can do, learned from its answers. See ../schema.ts for what the columns mean. */
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
];
