import { type Kysely, sql } from 'kysely';

/** What a Waldur cannot do is learned while the bot runs, from two people (jobs/operation.ts), and kept nowhere. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE capabilities`.execute(db);
}
