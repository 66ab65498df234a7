import type { Database } from './database.ts';
import type { Row } from './schema.ts';

/** One action that changes something in Waldur. */
export type AuditEntry = Row<'audit'>;

/** Records an action before Waldur is asked. An action that is already recorded stays as it is. */
export async function beginAudit(db: Database, entry: Omit<AuditEntry, 'outcome'>): Promise<void> {
  await db
    .insertInto('audit')
    .values({ ...entry, outcome: 'begun' })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** As whom in Waldur (uuid) something was done; null if nothing is noted. */
export async function doneAs(db: Database, id: string): Promise<string | null> {
  const row = await db
    .selectFrom('audit')
    .select('waldurUuid')
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.waldurUuid ?? null;
}

/** Records the outcome. */
export async function endAudit(
  db: Database,
  id: string,
  end: { outcome: string; jobUuid?: string },
): Promise<void> {
  await db.updateTable('audit').set(end).where('id', '=', id).execute();
}

/** All actions since a time, oldest first. */
export function auditSince(db: Database, since: Date): Promise<AuditEntry[]> {
  return db.selectFrom('audit').selectAll().where('at', '>=', since).orderBy('at').execute();
}

/** The last action of each kind: its time and its outcome. */
export function lastActions(
  db: Database,
): Promise<Pick<AuditEntry, 'action' | 'at' | 'outcome'>[]> {
  // SQLite takes the other columns from the row of the maximum.
  return db
    .selectFrom('audit')
    .select((select) => ['action', 'outcome', select.fn.max('at').as('at')])
    .groupBy('action')
    .execute();
}

/** When Waldur last accepted a request to refresh a job; null if it never did. */
export async function lastRefresh(db: Database): Promise<Date | null> {
  const row = await db
    .selectFrom('audit')
    .select('at')
    .where('action', '=', 'refresh')
    .where('outcome', '=', 'scheduled')
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.at ?? null;
}
