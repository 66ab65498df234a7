import type { Person } from './accounts.ts';
import { type Database, emptyWal } from './database.ts';

/**
 * Drops what belongs to a person who left: token and identity. The jobs that they followed are followed no more, and
 * their cards say so. What they did stays in the audit.
 */
export async function forgetPerson(db: Database, { team, user }: Person): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('accounts').where('team', '=', team).where('user', '=', user).execute();
    await trx
      .updateTable('watches')
      .set({ closed: 'person left', note: LEFT, card_due: 1 })
      .where('team', '=', team)
      .where('user', '=', user)
      .where('closed', 'is', null)
      .execute();
  });
  await emptyWal(db);
}

const LEFT =
  'The person who followed this job has left the workspace, so it is not followed any more.';

/** Drops everything of a workspace from which the bot was removed, but the audit. */
export async function forgetTeam(db: Database, team: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    // Transitions go with their watches.
    for (const table of ['watches', 'submissions', 'scripts', 'accounts'] as const) {
      await trx.deleteFrom(table).where('team', '=', team).execute();
    }
    await trx.updateTable('inbox').set({ body: null }).execute();
  });
  await emptyWal(db);
}
