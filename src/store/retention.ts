import { sql } from 'kysely';
import { type Database, emptyWal } from './database.ts';

/** Rows of one table that go at a time: SQLite works within our own thread, and people wait meanwhile. */
const CHUNK = 200;

/**
 * Forgets what is older than it may be kept: jobs `jobsMs` after their end, or after they were seen last where nobody
 * looks any more; their submissions; scripts that nobody submitted; and the audit after `auditMs`. What is still to be
 * told to somebody stays until it has been told.
 * @returns whether there is more
 */
export async function forgetOld(
  db: Database,
  now: Date,
  { jobsMs, auditMs }: { jobsMs: number; auditMs: number },
): Promise<boolean> {
  const before = now.getTime() - jobsMs;
  // A script's age counts from the first look at it here: the day it was shared, or the next.
  await db
    .updateTable('scripts')
    .set({ kept_since: now.getTime() })
    .where('kept_since', '=', 0)
    .execute();
  const gone = [
    await deleteSome(db, 'watches', endedWatches(before)),
    await deleteSome(db, 'submissions', settledSubmissions(before)),
    await deleteSome(db, 'scripts', unusedScripts(before)),
    await deleteSome(db, 'audit', sql`at < ${now.getTime() - auditMs}`),
  ];
  await emptyWal(db);
  return gone.includes(CHUNK);
}

const endedWatches = (before: number) => sql`
  (closed IS NOT NULL OR paused = 1) AND coalesce(ended_at, seen_at) < ${before} AND ${isTold}`;

/** Whether a watch owes nothing to Slack. */
export const isTold = sql`card_due = 0 AND NOT EXISTS (
  SELECT 1 FROM transitions WHERE watch_id = watches.id AND reply IN ('owed', 'sending'))`;

const settledSubmissions = (before: number) => sql`
  told = 1 AND coalesce(sent_at, created_at) < ${before}
  AND NOT EXISTS (SELECT 1 FROM watches WHERE submission_id = submissions.id)`;

const unusedScripts = (before: number) => sql`
  kept_since < ${before} AND NOT EXISTS (SELECT 1 FROM submissions WHERE script_id = scripts.id)`;

type Forgotten = 'watches' | 'submissions' | 'scripts' | 'audit';

/** @returns how many went, at most `CHUNK` */
async function deleteSome(db: Database, table: Forgotten, which: ReturnType<typeof sql>) {
  const { numAffectedRows = 0n } = await sql`
    DELETE FROM ${sql.table(table)} WHERE rowid IN (
      SELECT rowid FROM ${sql.table(table)} WHERE ${which} LIMIT ${CHUNK})`.execute(db);
  return Number(numAffectedRows);
}
