import { type Kysely, sql } from 'kysely';

/** What people may do to jobs is kept, so that only what works is offered. See ../schema.ts for the columns. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  'ALTER TABLE accounts ADD COLUMN rights TEXT',
  'ALTER TABLE accounts ADD COLUMN rights_at INTEGER',
];
