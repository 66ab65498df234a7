import { type Kysely, sql } from 'kysely';

/** The Home tabs that people have opened. See ../schema.ts for what the columns mean. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE homes (
    team TEXT NOT NULL,
    user TEXT NOT NULL,
    changes INTEGER NOT NULL,
    PRIMARY KEY (team, user)
  ) WITHOUT ROWID`,
  'CREATE INDEX homes_due ON homes (team, user) WHERE changes > 0',
];
