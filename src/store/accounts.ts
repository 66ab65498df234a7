import type { Rights } from '../jobs/rights.ts';
import { type Database, emptyWal } from './database.ts';
import type { Row } from './schema.ts';

/** A Slack user, by workspace. */
export interface Person {
  team: string;
  user: string;
}

/** Who a Slack user is in Waldur, with the sealed token. */
export type Account = Omit<Row<'accounts'>, 'notice'>;

/** The account of a person; null if they never connected. */
export async function findAccount(db: Database, { team, user }: Person): Promise<Account | null> {
  const row = await db
    .selectFrom('accounts')
    .selectAll()
    .where('team', '=', team)
    .where('user', '=', user)
    .executeTakeFirst();
  return row ?? null;
}

/** Everybody about whom the database holds something: an account, jobs, submissions or scripts. */
export function peopleKept(db: Database): Promise<Person[]> {
  return db
    .selectFrom('accounts')
    .select(['team', 'user'])
    .union(db.selectFrom('watches').select(['team', 'user']))
    .union(db.selectFrom('submissions').select(['team', 'user']))
    .union(
      db.selectFrom('scripts').select(['team', 'sharedBy as user']).where('sharedBy', '!=', ''),
    )
    .execute();
}

/**
 * Links a person to a Waldur identity, in place of any earlier one. If only the token is new, the menu's contents stay.
 */
export async function saveAccount(
  db: Database,
  account: Omit<Account, 'expiredAt' | 'allocations' | 'lastAllocation' | 'rights' | 'rightsAt'> & {
    rights: Rights;
  },
): Promise<void> {
  const { team, user, waldurUuid, username, fullName, sealed, email, rights, connectedAt } =
    account;
  const linked = { waldurUuid, username, fullName, sealed, email, rights };
  const since = { connectedAt, rightsAt: connectedAt };
  const identity = { ...linked, ...since, expiredAt: null, notice: 'none' as const };
  const empty = { allocations: [], lastAllocation: null };
  await db.transaction().execute(async (trx) => {
    const known = await findAccount(trx, { team, user });
    const menu = known?.waldurUuid === linked.waldurUuid ? {} : empty;
    await trx
      .insertInto('accounts')
      .values({ team, user, ...identity, ...empty })
      .onConflict((conflict) =>
        conflict.columns(['team', 'user']).doUpdateSet({ ...identity, ...menu }),
      )
      .execute();
  });
}

/** Forgets a person's token and identity. No file has either afterwards. */
export async function removeAccount(db: Database, { team, user }: Person): Promise<void> {
  await db.deleteFrom('accounts').where('team', '=', team).where('user', '=', user).execute();
  await emptyWal(db);
}

/**
 * Remembers that Waldur refused this identity, unless another has replaced it in the meantime. The person is owed
 * one message about it.
 */
export async function refuseAccount(
  db: Database,
  account: Pick<Account, 'team' | 'user' | 'waldurUuid' | 'sealed'>,
  at: Date,
): Promise<void> {
  await db
    .updateTable('accounts')
    .set({ expiredAt: at, notice: 'owed' })
    .where('team', '=', account.team)
    .where('user', '=', account.user)
    .where('waldurUuid', '=', account.waldurUuid)
    .where('sealed', '=', account.sealed)
    .where('expiredAt', 'is', null)
    .execute();
}

/**
 * Remembers the fetched allocations, the one used last, or what the person may do, unless the person has connected as
 * somebody else in the meantime.
 */
export async function updateAccount(
  db: Database,
  { team, user, waldurUuid }: Pick<Account, 'team' | 'user' | 'waldurUuid'>,
  change: Partial<Pick<Account, 'allocations' | 'lastAllocation' | 'rights' | 'rightsAt'>>,
): Promise<void> {
  await db
    .updateTable('accounts')
    .set(change)
    .where('team', '=', team)
    .where('user', '=', user)
    .where('waldurUuid', '=', waldurUuid)
    .execute();
}

/** Every sealed token and its owner. */
export function sealedTokens(db: Database): Promise<(Person & { sealed: string })[]> {
  return db
    .selectFrom('accounts')
    .select(['team', 'user', 'sealed'])
    .where('sealed', '!=', '')
    .orderBy('team')
    .orderBy('user')
    .execute();
}

/** Replaces a person's sealed token. The rest of the account stays as it is. */
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

/** Names of the people linked in this workspace, by their uuid in Waldur. */
export async function namesOf(
  db: Database,
  team: string,
  waldurUuids: string[],
): Promise<Map<string, string>> {
  if (waldurUuids.length === 0) return new Map();
  const rows = await db
    .selectFrom('accounts')
    .select(['waldurUuid', 'fullName', 'username'])
    .where('team', '=', team)
    .where('waldurUuid', 'in', waldurUuids)
    .execute();
  return new Map(rows.map((row) => [row.waldurUuid, row.fullName || row.username]));
}
