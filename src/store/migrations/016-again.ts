import { type Kysely, sql } from 'kysely';

/** A script can be what Waldur keeps of a job, and can be changed before it is sent. See ../schema-people.ts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  'ALTER TABLE scripts ADD COLUMN job_uuid TEXT',
  "ALTER TABLE submissions ADD COLUMN changes TEXT NOT NULL DEFAULT '[]'",
  `CREATE UNIQUE INDEX scripts_job ON scripts (team, shared_by, job_uuid)
    WHERE job_uuid IS NOT NULL`,
  // Cards get the buttons of this version.
  'UPDATE watches SET card_due = 1 WHERE closed IS NULL',
];
