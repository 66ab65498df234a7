import type { Selectable } from 'kysely';
import type { Database } from './database.ts';
import type { AuditTable } from './schema.ts';

/** One action that changes something in Waldur: who in Slack, as whom in Waldur, what, and how it went. */
export interface AuditEntry {
  /** The mark of a submission; random for everything else. */
  id: string;
  at: Date;
  team: string;
  user: string;
  waldurUuid: string;
  waldurUser: string;
  action: 'submit' | 'refresh' | 'edit' | 'unlink' | 'delete';
  /** Null until Waldur has told it. */
  jobUuid: string | null;
  /** `begun` until the outcome is known: after a kill it says that nobody knows. */
  outcome: string;
  ref: string;
}

/** Notes an action before Waldur is asked; one that is noted already stays as it is. */
export async function beginAudit(db: Database, entry: Omit<AuditEntry, 'outcome'>): Promise<void> {
  await db
    .insertInto('audit')
    .values({
      id: entry.id,
      at: entry.at.getTime(),
      team: entry.team,
      user: entry.user,
      waldur_uuid: entry.waldurUuid,
      waldur_user: entry.waldurUser,
      action: entry.action,
      job_uuid: entry.jobUuid,
      outcome: 'begun',
      ref: entry.ref,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Notes how it went. */
export async function endAudit(
  db: Database,
  id: string,
  { outcome, jobUuid }: { outcome: string; jobUuid?: string },
): Promise<void> {
  await db
    .updateTable('audit')
    .set({ outcome, ...(jobUuid !== undefined && { job_uuid: jobUuid }) })
    .where('id', '=', id)
    .execute();
}

/** All actions since then, oldest first. */
export async function auditSince(db: Database, since: Date): Promise<AuditEntry[]> {
  const rows = await db
    .selectFrom('audit')
    .selectAll()
    .where('at', '>=', since.getTime())
    .orderBy('at')
    .execute();
  return rows.map(toEntry);
}

/** The last of each kind of action: when, and how it went. */
export async function lastActions(
  db: Database,
): Promise<Pick<AuditEntry, 'action' | 'at' | 'outcome'>[]> {
  // SQLite takes the other columns from the row of the maximum.
  const rows = await db
    .selectFrom('audit')
    .select((select) => ['action', 'outcome', select.fn.max('at').as('at')])
    .groupBy('action')
    .execute();
  return rows.map(({ at, ...row }) => ({ ...row, at: new Date(at) }));
}

/** When Waldur last took a request to refresh a job; null when it never did. */
export async function lastRefresh(db: Database): Promise<Date | null> {
  const row = await db
    .selectFrom('audit')
    .select((select) => select.fn.max('at').as('at'))
    .where('action', '=', 'refresh')
    .where('outcome', '=', 'scheduled')
    .executeTakeFirst();
  return row?.at == null ? null : new Date(row.at);
}

function toEntry(row: Selectable<AuditTable>): AuditEntry {
  return {
    id: row.id,
    at: new Date(row.at),
    team: row.team,
    user: row.user,
    waldurUuid: row.waldur_uuid,
    waldurUser: row.waldur_user,
    action: row.action,
    jobUuid: row.job_uuid,
    outcome: row.outcome,
    ref: row.ref,
  };
}
