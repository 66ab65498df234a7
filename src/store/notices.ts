import type { Selectable } from 'kysely';
import type { Person } from './accounts.ts';
import type { Database } from './database.ts';
import type { AccountTable } from './schema.ts';

/** A person who is owed the one message about an identity that does not work any more. */
export interface Notice extends Person {
  expiredAt: number;
  /** Whether it may have been posted already. */
  maybeSent: boolean;
  /** How many jobs wait for them. */
  watches: number;
}

/** Notices of people for whom jobs wait that have not ended; without any, there is nothing to tell. */
export async function owedNotices(db: Database): Promise<Notice[]> {
  const rows = await db
    .selectFrom('accounts')
    .innerJoin('watches', (join) =>
      join
        .onRef('watches.team', '=', 'accounts.team')
        .onRef('watches.user', '=', 'accounts.user')
        .on('watches.closed', 'is', null)
        .on('watches.ended_at', 'is', null)
        .on('watches.paused', '=', 1),
    )
    .where('accounts.notice', 'in', ['owed', 'sending'])
    .groupBy(['accounts.team', 'accounts.user'])
    .select(['accounts.team', 'accounts.user', 'accounts.notice', 'accounts.expired_at'])
    .select((select) => select.fn.countAll<number>().as('watches'))
    .execute();
  return rows.map(({ team, user, notice, expired_at: expiredAt, watches }) => ({
    team,
    user,
    expiredAt: expiredAt ?? 0,
    maybeSent: notice === 'sending',
    watches: Number(watches),
  }));
}

/** Writes how far a notice has come, unless the person has connected again meanwhile. */
export async function markNotice(
  db: Database,
  { team, user, expiredAt }: Notice,
  notice: Selectable<AccountTable>['notice'],
): Promise<void> {
  await db
    .updateTable('accounts')
    .set({ notice })
    .where('team', '=', team)
    .where('user', '=', user)
    .where('expired_at', '=', expiredAt)
    .execute();
}
