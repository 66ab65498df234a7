import { type Database, emptyWal } from './database.ts';

/**
 * Stores a Slack event until it has been handled.
 * @returns false if it was stored before: Slack delivers events again
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
 * Marks an event as handled. Its id stays, so that a late redelivery is recognised. Once all events are handled, no
 * file holds anybody's words.
 */
export async function finishEvent(db: Database, id: string): Promise<void> {
  await db.updateTable('inbox').set({ body: null }).where('eventId', '=', id).execute();
  const open = db.selectFrom('inbox').select('eventId').where('body', 'is not', null).limit(1);
  if ((await open.executeTakeFirst()) === undefined) await emptyWal(db);
}

/** The bodies of the events that a stopped process left unhandled, oldest first. */
export async function unfinishedEvents(db: Database): Promise<{ id: string; body: string }[]> {
  const rows = await db
    .selectFrom('inbox')
    .select(['eventId', 'body'])
    .where('body', 'is not', null)
    .orderBy('receivedAt')
    .execute();
  return rows.flatMap(({ eventId, body }) => (body === null ? [] : [{ id: eventId, body }]));
}

/** Forgets events that were handled before `before`. Slack redelivers for about an hour at most. */
export async function forgetEvents(db: Database, before: Date): Promise<void> {
  await db.deleteFrom('inbox').where('body', 'is', null).where('receivedAt', '<', before).execute();
}
