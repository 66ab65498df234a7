import { type Database, emptyWal } from './database.ts';

/**
 * Keeps a Slack event until it is dealt with.
 * @returns false when it has been kept before: Slack redelivers, and a redelivery is not news.
 */
export async function keepEvent(
  db: Database,
  { id: eventId, body, receivedAt }: { id: string; body: string; receivedAt: Date },
): Promise<boolean> {
  const result = await db
    .insertInto('inbox')
    .values({ eventId, body, receivedAt })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/**
 * Marks an event as dealt with; its id stays, so that a late redelivery is recognised. When none is left, nobody's
 * words are in any file any more.
 */
export async function finishEvent(db: Database, id: string): Promise<void> {
  await db.updateTable('inbox').set({ body: null }).where('eventId', '=', id).execute();
  const open = db.selectFrom('inbox').select('eventId').where('body', 'is not', null).limit(1);
  if ((await open.executeTakeFirst()) === undefined) await emptyWal(db);
}

/** Bodies of the events that a stopped process left behind, oldest first. */
export async function unfinishedEvents(db: Database): Promise<{ id: string; body: string }[]> {
  const rows = await db
    .selectFrom('inbox')
    .select(['eventId', 'body'])
    .where('body', 'is not', null)
    .orderBy('receivedAt')
    .execute();
  return rows.flatMap(({ eventId, body }) => (body === null ? [] : [{ id: eventId, body }]));
}

/** Forgets events dealt with before `before`; Slack redelivers for about an hour at most. */
export async function forgetEvents(db: Database, before: Date): Promise<void> {
  await db.deleteFrom('inbox').where('body', 'is', null).where('receivedAt', '<', before).execute();
}
