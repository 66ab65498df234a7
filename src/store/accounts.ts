import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { Allocation } from '../jobs/job.ts';
import { type Database, emptyWal } from './database.ts';
import type { AccountTable } from './schema.ts';

/** A Slack user, by workspace. */
export interface Person {
  team: string;
  user: string;
}

/** Who a Slack user is in Waldur, with the sealed token. */
export interface Account extends Person {
  waldurUuid: string;
  username: string;
  fullName: string;
  /** Empty where the identity was found by e-mail. */
  sealed: string;
  /** The Slack address by which the identity was found; null where a token was linked. */
  email: string | null;
  connectedAt: Date;
  /** When Waldur refused the token; null while it works. */
  expiredAt: Date | null;
  /** As fetched last: what a menu shows at once. */
  allocations: Allocation[];
  lastAllocation: string | null;
}

const hours = z.object({ cpu: z.number(), gpu: z.number(), ram: z.number() });

/** An allocation as kept in JSON. */
export const allocationJson = z.object({
  uuid: z.string(),
  name: z.string(),
  project: z.string(),
  serviceSettings: z.string(),
  projectName: z.string(),
  serviceName: z.string(),
  isActive: z.boolean(),
  usage: hours,
  limit: hours,
});

/** The account of a person; null when they never connected. */
export async function findAccount(db: Database, person: Person): Promise<Account | null> {
  const row = await db
    .selectFrom('accounts')
    .selectAll()
    .where('team', '=', person.team)
    .where('user', '=', person.user)
    .executeTakeFirst();
  return row === undefined ? null : toAccount(row);
}

/** Everybody of whom something is kept: an account, jobs, submissions or scripts. */
export function peopleKept(db: Database): Promise<Person[]> {
  return db
    .selectFrom('accounts')
    .select(['team', 'user'])
    .union(db.selectFrom('watches').select(['team', 'user']))
    .union(db.selectFrom('submissions').select(['team', 'user']))
    .union(
      db.selectFrom('scripts').select(['team', 'shared_by as user']).where('shared_by', '!=', ''),
    )
    .execute();
}

/**
 * Links a person to a Waldur identity; what was linked before is replaced. The same identity with a new token keeps
 * what the menu knows.
 */
export async function saveAccount(
  db: Database,
  account: Omit<Account, 'expiredAt' | 'allocations' | 'lastAllocation'>,
): Promise<void> {
  const identity = {
    waldur_uuid: account.waldurUuid,
    username: account.username,
    full_name: account.fullName,
    sealed: account.sealed,
    email: account.email,
    connected_at: account.connectedAt.getTime(),
    expired_at: null,
    notice: 'none' as const,
  };
  const known = await findAccount(db, account);
  const menu =
    known?.waldurUuid === account.waldurUuid ? {} : { allocations: '[]', last_allocation: null };
  await db
    .insertInto('accounts')
    .values({ team: account.team, user: account.user, allocations: '[]', ...identity })
    .onConflict((conflict) =>
      conflict.columns(['team', 'user']).doUpdateSet({ ...identity, ...menu }),
    )
    .execute();
}

/** Forgets a person's token and identity: nothing of them is left in any file. */
export async function removeAccount(db: Database, person: Person): Promise<void> {
  await db
    .deleteFrom('accounts')
    .where('team', '=', person.team)
    .where('user', '=', person.user)
    .execute();
  await emptyWal(db);
}

/**
 * Remembers that Waldur refused this very identity: a token that replaced it meanwhile is not concerned. The person
 * is owed one message about it.
 */
export async function refuseAccount(
  db: Database,
  account: Person & { sealed: string },
  at: Date,
): Promise<void> {
  await db
    .updateTable('accounts')
    .set({ expired_at: at.getTime(), notice: 'owed' })
    .where('team', '=', account.team)
    .where('user', '=', account.user)
    .where('sealed', '=', account.sealed)
    .where('expired_at', 'is', null)
    .execute();
}

/** Remembers the allocations fetched, or the one used last. */
export async function updateAccount(
  db: Database,
  person: Person,
  change: { allocations?: Allocation[]; lastAllocation?: string },
): Promise<void> {
  const columns = {
    ...(change.allocations && { allocations: JSON.stringify(change.allocations) }),
    ...(change.lastAllocation && { last_allocation: change.lastAllocation }),
  };
  await db
    .updateTable('accounts')
    .set(columns)
    .where('team', '=', person.team)
    .where('user', '=', person.user)
    .execute();
}

function toAccount(row: Selectable<AccountTable>): Account {
  return {
    team: row.team,
    user: row.user,
    waldurUuid: row.waldur_uuid,
    username: row.username,
    fullName: row.full_name,
    sealed: row.sealed,
    email: row.email,
    connectedAt: new Date(row.connected_at),
    expiredAt: row.expired_at === null ? null : new Date(row.expired_at),
    allocations: z.array(allocationJson).parse(JSON.parse(row.allocations)),
    lastAllocation: row.last_allocation,
  };
}
