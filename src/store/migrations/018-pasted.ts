import { type Kysely, sql } from 'kysely';

/** Scripts that were pasted as text. See ../schema.ts for what the column means. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('ALTER TABLE scripts ADD COLUMN pasted TEXT').execute(db);
}
