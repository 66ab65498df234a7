import { sql } from 'kysely';
import type { Transition as Observed } from '../jobs/transition.ts';
import { inChunks } from './chunks.ts';
import type { Database } from './database.ts';
import type { Row } from './schema.ts';

/** A change of phase that a sweep observed, and how far its reply has come. */
export interface Transition extends Observed {
  id: number;
  watchId: number;
  reply: Row<'transitions'>['reply'];
}

/** What the thread has not been told. These are literals because SQLite does not use the index for parameters. */
export const OWED = [sql.lit('owed' as const), sql.lit('sending' as const)];

/** Writes a transition. Call it in the transaction that writes the new snapshot. */
export async function insertTransition(
  db: Database,
  { found, ...transition }: Omit<Transition, 'id'>,
): Promise<void> {
  const { uuid: foundUuid = null, slurmId: foundSlurmId = null } = found ?? {};
  await db
    .insertInto('transitions')
    .values({ ...transition, foundUuid, foundSlurmId, replyTs: null })
    .execute();
}

/** Transitions of a watch that the thread has not been told, oldest first. */
export async function owedTransitions(db: Database, watchId: number): Promise<Transition[]> {
  const rows = await db
    .selectFrom('transitions')
    .selectAll()
    .where('watchId', '=', watchId)
    .where('reply', 'in', OWED)
    .orderBy('id')
    .execute();
  return rows.map(toTransition);
}

/**
 * True if Waldur itself has ever reported an end. The hourly task reads only the queue, so such a Waldur reads the
 * cluster's accounting.
 */
export async function hasToldEnds(db: Database): Promise<boolean> {
  const row = await db
    .selectFrom('transitions')
    .select('id')
    .where('kind', '=', 'ended')
    .where('toPhase', 'in', ['completed', 'failed', 'cancelled'])
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** How a followed job came into its phase; null if it was in it from the beginning. */
export async function entryInto(
  db: Database,
  { id, phase: toPhase }: { id: number; phase: Transition['toPhase'] },
): Promise<Transition | null> {
  const row = await db
    .selectFrom('transitions')
    .selectAll()
    .where('watchId', '=', id)
    .where('toPhase', '=', toPhase)
    .where('fromPhase', '!=', toPhase)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : toTransition(row);
}

/** Writes how far the reply about these transitions has come, and its message. */
export async function markReplies(
  db: Database,
  ids: number[],
  reply: Transition['reply'],
  replyTs: string | null = null,
): Promise<void> {
  await inChunks(ids, (chunk) =>
    db.updateTable('transitions').set({ reply, replyTs }).where('id', 'in', chunk).execute(),
  );
}

function toTransition(row: Row<'transitions'>): Transition {
  const { foundUuid: uuid, foundSlurmId: slurmId, replyTs: _, ...transition } = row;
  return { ...transition, found: uuid === null || slurmId === null ? null : { uuid, slurmId } };
}
