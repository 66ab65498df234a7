import { type Kysely, sql } from 'kysely';

/** What a script asked for is kept, for its card. See ../schema.ts for what the column means. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('ALTER TABLE submissions ADD COLUMN asked TEXT').execute(db);
}
