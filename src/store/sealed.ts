import type { Person } from './accounts.ts';
import type { Database } from './database.ts';

/** Every sealed token with whose it is. */
export function sealedTokens(db: Database): Promise<(Person & { sealed: string })[]> {
  return db
    .selectFrom('accounts')
    .select(['team', 'user', 'sealed'])
    .where('sealed', '!=', '')
    .orderBy('team')
    .orderBy('user')
    .execute();
}

/** Puts another sealed text in the place of a person's, and touches nothing else of the account. */
export async function replaceSealed(
  db: Database,
  { team, user }: Person,
  sealed: string,
): Promise<void> {
  await db
    .updateTable('accounts')
    .set({ sealed })
    .where('team', '=', team)
    .where('user', '=', user)
    .execute();
}
