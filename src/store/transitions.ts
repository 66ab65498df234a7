import type { Selectable } from 'kysely';
import { z } from 'zod';
import { phases } from '../jobs/phase.ts';
import { type Transition as Observed, transitionKinds } from '../jobs/transition.ts';
import type { Database } from './database.ts';
import type { TransitionTable } from './schema.ts';

/** A change of phase that a sweep observed, and how far the thread has been told. */
export interface Transition extends Observed {
  id: number;
  watchId: number;
  reply: TransitionTable['reply'];
}

const phase = z.enum(phases);
const kind = z.enum(transitionKinds);

/** Writes a transition; part of the transaction that writes the new snapshot. */
export async function insertTransition(
  db: Database,
  transition: Omit<Transition, 'id'>,
): Promise<void> {
  await db
    .insertInto('transitions')
    .values({
      watch_id: transition.watchId,
      kind: transition.kind,
      from_phase: transition.fromPhase,
      to_phase: transition.toPhase,
      word: transition.word,
      from_after: transition.fromAfter.getTime(),
      from_since: transition.fromSince.getTime(),
      last_before: transition.lastBefore.getTime(),
      first_after: transition.firstAfter.getTime(),
      reply: transition.reply,
      reply_ts: null,
    })
    .execute();
}

/** Transitions of a watch that the thread has not been told, oldest first. */
export async function owedTransitions(db: Database, watchId: number): Promise<Transition[]> {
  const rows = await db
    .selectFrom('transitions')
    .selectAll()
    .where('watch_id', '=', watchId)
    .where('reply', 'in', ['owed', 'sending'])
    .orderBy('id')
    .execute();
  return rows.map(toTransition);
}

/**
 * Whether an end was ever told by Waldur itself: the hourly task reads the queue, so only a Waldur that reads the
 * cluster's accounting knows of one.
 */
export async function hasToldEnds(db: Database): Promise<boolean> {
  const row = await db
    .selectFrom('transitions')
    .select('id')
    .where('kind', '=', 'ended')
    .where('to_phase', 'in', ['completed', 'failed', 'cancelled'])
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Writes how far the reply about these transitions has come, and its message. */
export async function markReplies(
  db: Database,
  ids: number[],
  reply: Transition['reply'],
  replyTs: string | null = null,
): Promise<void> {
  await db
    .updateTable('transitions')
    .set({ reply, reply_ts: replyTs })
    .where('id', 'in', ids)
    .execute();
}

function toTransition(row: Selectable<TransitionTable>): Transition {
  return {
    id: row.id,
    watchId: row.watch_id,
    kind: kind.parse(row.kind),
    fromPhase: phase.parse(row.from_phase),
    toPhase: phase.parse(row.to_phase),
    word: row.word,
    fromAfter: new Date(row.from_after),
    fromSince: new Date(row.from_since),
    lastBefore: new Date(row.last_before),
    firstAfter: new Date(row.first_after),
    reply: row.reply,
  };
}
