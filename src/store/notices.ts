import { sql } from 'kysely';
import type { Person } from './accounts.ts';
import type { Database } from './database.ts';
import type { Row } from './schema.ts';

/** A person who is owed the one message about an identity that has stopped working. */
export interface Notice extends Person {
  expiredAt: Date;
  /** True if it may have been posted already. */
  maybeSent: boolean;
  /** How many of their jobs are waiting. */
  watches: number;
}

/** Notices for people with waiting jobs that have not ended. Nobody else has to be told. */
export async function owedNotices(db: Database): Promise<Notice[]> {
  const rows = await db
    .selectFrom('accounts')
    .innerJoin('watches', (join) =>
      join
        .onRef('watches.team', '=', 'accounts.team')
        .onRef('watches.user', '=', 'accounts.user')
        .on('watches.closed', 'is', null)
        .on('watches.endedAt', 'is', null)
        .on((where) => where.ref('watches.paused')),
    )
    // Literals: SQLite uses the index of these rows.
    .where('accounts.notice', 'in', [sql.lit('owed' as const), sql.lit('sending' as const)])
    .groupBy(['accounts.team', 'accounts.user'])
    .select(['accounts.team', 'accounts.user', 'accounts.notice', 'accounts.expiredAt'])
    .select((select) => select.fn.countAll<number>().as('watches'))
    .execute();
  return rows.flatMap(({ notice, expiredAt, ...row }) =>
    expiredAt === null ? [] : [{ ...row, expiredAt, maybeSent: notice === 'sending' }],
  );
}

/** Writes how far a notice has come, unless the person has connected again in the meantime. */
export async function markNotice(
  db: Database,
  { team, user, expiredAt }: Notice,
  notice: Row<'accounts'>['notice'],
): Promise<void> {
  await db
    .updateTable('accounts')
    .set({ notice })
    .where('team', '=', team)
    .where('user', '=', user)
    .where('expiredAt', '=', expiredAt)
    .execute();
}
