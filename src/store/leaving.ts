import { sql } from 'kysely';
import type { Person } from './accounts.ts';
import { type Database, emptyWal } from './database.ts';
import { isSubmitted, isTold } from './retention.ts';

/**
 * Forgets a person who left: token, identity, submissions, scripts and jobs. Jobs that were still followed stay until
 * their cards say that this has ended (`forgetLeft`). A script that somebody else submitted stays with that submission,
 * without its sharer. The person's actions stay in the audit.
 */
export async function forgetPerson(db: Database, { team, user }: Person): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('accounts').where('team', '=', team).where('user', '=', user).execute();
    const watches = trx.updateTable('watches').where('team', '=', team).where('user', '=', user);
    await watches.set({ note: LEFT, cardDue: true }).where('closed', 'is', null).execute();
    await watches.set({ closed: 'person left', submissionId: null }).execute();
    await trx.deleteFrom('homes').where('team', '=', team).where('user', '=', user).execute();
    await trx.deleteFrom('submissions').where('team', '=', team).where('user', '=', user).execute();
    await trx
      .deleteFrom('scripts')
      .where('team', '=', team)
      .where('sharedBy', '=', user)
      .where((where) => where.not(isSubmitted(where)))
      .execute();
    await trx
      .updateTable('scripts')
      .set({ sharedBy: '' })
      .where('team', '=', team)
      .where('sharedBy', '=', user)
      .execute();
  });
  await forgetLeft(db);
  await emptyWal(db);
}

/** Forgets the jobs of people who left once nothing about them is owed to Slack. */
export async function forgetLeft(db: Database): Promise<void> {
  await db
    .deleteFrom('watches')
    // A literal: SQLite uses the index of these rows.
    .where('closed', '=', sql.lit('person left' as const))
    .where(isTold)
    .execute();
}

const LEFT =
  'The person who followed this job has left the workspace, so it is not followed any more.';

/** Deletes everything about a workspace from which the bot was removed, except the audit. */
export async function forgetTeam(db: Database, team: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    // Transitions are deleted with their watches.
    for (const table of ['watches', 'submissions', 'scripts', 'accounts', 'homes'] as const) {
      await trx.deleteFrom(table).where('team', '=', team).execute();
    }
    await trx.updateTable('inbox').set({ body: null }).execute();
  });
  await emptyWal(db);
}
