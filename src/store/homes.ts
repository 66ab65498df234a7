import type { Person } from './accounts.ts';
import type { Database } from './database.ts';
import type { Row } from './schema.ts';
import type { Watch } from './watches.ts';

/** Records that a person has opened their Home tab: from now on it is kept up to date. */
export async function openHome(db: Database, { team, user }: Person): Promise<void> {
  await db
    .insertInto('homes')
    .values({ team, user, changes: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['team', 'user'])
        .doUpdateSet(({ eb }) => ({ changes: eb('homes.changes', '+', 1) })),
    )
    .execute();
}

/** Records that a person's Home tab, if they have ever opened it, has something new to show. */
export async function homeIsDue(db: Database, { team, user }: Person): Promise<void> {
  await db
    .updateTable('homes')
    .set(({ eb }) => ({ changes: eb('changes', '+', 1) }))
    .where('team', '=', team)
    .where('user', '=', user)
    .execute();
}

/** Home tabs that have something new to show. */
export function dueHomes(db: Database): Promise<Row<'homes'>[]> {
  return db.selectFrom('homes').selectAll().where('changes', '>', 0).limit(MOST).execute();
}

/** Home tabs that are looked at in one go. */
const MOST = 100;

/** Records that a Home tab shows what it should, unless something has changed since `home` was read. */
export async function homeShown(db: Database, { team, user, changes }: Row<'homes'>) {
  await db
    .updateTable('homes')
    .set(({ eb }) => ({ changes: eb('changes', '-', changes) }))
    .where('team', '=', team)
    .where('user', '=', user)
    .execute();
}

/** Jobs that a person follows, newest first: those that go on, then those that ended last. */
export async function homeJobs(
  db: Database,
  { team, user }: Person,
): Promise<{ going: Watch[]; ended: Watch[] }> {
  const theirs = () =>
    db.selectFrom('watches').selectAll().where('team', '=', team).where('user', '=', user);
  const [going, ended] = await Promise.all([
    theirs()
      .where('closed', 'is', null)
      .where('endedAt', 'is', null)
      .orderBy('id', 'desc')
      .limit(GOING)
      .execute(),
    theirs().where('endedAt', 'is not', null).orderBy('endedAt', 'desc').limit(ENDED).execute(),
  ]);
  return { going, ended };
}

const GOING = 20;
const ENDED = 5;
