import type { ExpressionBuilder } from 'kysely';
import { subMilliseconds } from '../dates.ts';
import { type Database, emptyWal } from './database.ts';
import type { Tables } from './schema.ts';
import { OWED } from './transitions.ts';

/** How many rows of a table are deleted at a time: SQLite works in our own thread, and people wait meanwhile. */
const CHUNK = 200;

/**
 * Forgets what has been kept long enough: jobs `jobsMs` after their end, or after their last look if they are not
 * followed any more, with their submissions; scripts that nobody submitted; and the audit after `auditMs`. What
 * somebody still has to be told stays until then.
 * @returns true if there is more to forget to forget to forget to forget to forget
 */
export async function forgetOld(
  db: Database,
  now: Date,
  { jobsMs, auditMs }: { jobsMs: number; auditMs: number },
): Promise<boolean> {
  const before = subMilliseconds(now, jobsMs);
  // A script's age counts from the first time this finds it: the day it was shared, or the next.
  await db
    .updateTable('scripts')
    .set({ keptSince: now })
    .where('keptSince', '=', new Date(0))
    .execute();
  const gone = [
    await db.deleteFrom('watches').where('id', 'in', endedWatches(db, before)).executeTakeFirst(),
    await db
      .deleteFrom('submissions')
      .where('id', 'in', settledSubmissions(db, before))
      .executeTakeFirst(),
    await db.deleteFrom('scripts').where('id', 'in', unusedScripts(db, before)).executeTakeFirst(),
    await db
      .deleteFrom('audit')
      .where('id', 'in', oldActions(db, subMilliseconds(now, auditMs)))
      .executeTakeFirst(),
  ];
  await emptyWal(db);
  return gone.some(({ numDeletedRows }) => Number(numDeletedRows) === CHUNK);
}

/** True if a watch owes nothing to Slack. */
export function isTold(where: ExpressionBuilder<Tables, 'watches'>) {
  const owed = where
    .selectFrom('transitions')
    .select('transitions.id')
    .whereRef('transitions.watchId', '=', 'watches.id')
    .where('transitions.reply', 'in', OWED);
  return where.and([where.not(where.ref('cardDue')), where.not(where.exists(owed))]);
}

/** True if a script was submitted and the submission is still there. */
export function isSubmitted(where: ExpressionBuilder<Tables, 'scripts'>) {
  return where.exists(
    where
      .selectFrom('submissions')
      .select('submissions.id')
      .whereRef('submissions.scriptId', '=', 'scripts.id'),
  );
}

function endedWatches(db: Database, before: Date) {
  return db
    .selectFrom('watches')
    .select('id')
    .where((where) => where.or([where('closed', 'is not', null), where.ref('paused')]))
    .where(({ fn }) => fn.coalesce('endedAt', 'seenAt'), '<', before)
    .where(isTold)
    .limit(CHUNK);
}

function settledSubmissions(db: Database, before: Date) {
  return db
    .selectFrom('submissions')
    .select('id')
    .where((where) => where.ref('told'))
    .where(({ fn }) => fn.coalesce('sentAt', 'createdAt'), '<', before)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('watches')
            .select('watches.id')
            .whereRef('watches.submissionId', '=', 'submissions.id'),
        ),
      ),
    )
    .limit(CHUNK);
}

function unusedScripts(db: Database, before: Date) {
  return db
    .selectFrom('scripts')
    .select('id')
    .where('keptSince', '<', before)
    .where((where) => where.not(isSubmitted(where)))
    .limit(CHUNK);
}

function oldActions(db: Database, before: Date) {
  return db.selectFrom('audit').select('id').where('at', '<', before).limit(CHUNK);
}
