import { setImmediate } from 'node:timers/promises';
import type { ReceiverEvent } from '@slack/bolt';
import { millisecondsInDay, subMilliseconds } from '../dates.ts';
import type { Context } from '../interaction/context.ts';
import { withoutPastedToken } from '../interaction/pasted-token.ts';
import { type Arrival, arrivalJson, readArrival } from '../slack/arrival.ts';
import { readDeletion } from '../slack/change-events.ts';
import { readDeparture } from '../slack/departure-events.ts';
import { finishEvent, forgetEvents, keepEvent, unfinishedEvents } from '../store/inbox.ts';
import { noteGone } from '../store/prompts.ts';
import { forget } from './departures.ts';
import { answerArrival } from './messages.ts';

/**
 * Stores a message for the bot before it is acknowledged, and answers it afterwards. A message that Slack sends again
 * is acknowledged and otherwise ignored.
 */
export async function keepArrival(
  context: Context,
  event: ReceiverEvent,
): Promise<'go on' | 'known'> {
  const departure = readDeparture(event.body);
  if (departure !== null) {
    await forget(context, departure);
    return 'known';
  }
  const deletion = readDeletion(event.body);
  if (deletion !== null) {
    await noteGone(context.db, deletion);
    context.wake();
    return 'known';
  }
  const received = readArrival(event.body);
  const { log, botUser } = context;
  // A file that the bot itself sends comes back as a message. It is not a script to submit.
  if (received === null || received.user === botUser) return 'go on';
  const arrival = withoutPastedToken(received);
  // One message can come as two events (docs/slack.md), so it is stored by its own id.
  const id = `${arrival.channel}:${arrival.ts}`;
  // A mention may have been added to a message, which is then new here.
  const isNew =
    (arrival.edited === null || !arrival.direct) &&
    (await keepAndAnswer(context, id, { ...arrival, edited: null }));
  const isKnown =
    isNew ||
    (arrival.edited !== null && (await keepAndAnswer(context, `${id}:${arrival.edited}`, arrival)));
  if (!isKnown) log.debug('event again', { event: arrival.eventId, retry: event.retryNum });
  return 'known';
}

/** @returns false if it was stored before */
async function keepAndAnswer(context: Context, id: string, arrival: Arrival): Promise<boolean> {
  const body = JSON.stringify(arrival);
  const isNew = await keepEvent(context.db, { id, body, receivedAt: context.now() });
  if (isNew) void finishArrival(context, id, body);
  return isNew;
}

/** Answers the messages that a stopped process left unanswered. */
export async function recoverArrivals(context: Context): Promise<void> {
  for (const { id, body } of await unfinishedEvents(context.db)) {
    void finishArrival(context, id, body);
  }
}

/**
 * Answers a stored message. One that was answered but not finished before a kill is answered again: a prompt is found
 * again (slack/post.ts), and words alone change nothing, since changes need a form.
 */
async function finishArrival(context: Context, id: string, body: string): Promise<void> {
  const { db, log, now, work } = context;
  const failed = (error: unknown) => log.error('message not answered', { event: id, error });
  await work.add(async () => {
    // The acknowledgement has to go first.
    await setImmediate();
    try {
      await answerArrival(context, arrivalJson.parse(JSON.parse(body))).catch(failed);
      await finishEvent(db, id);
      await forgetEvents(db, subMilliseconds(now(), KEPT_MS));
    } catch (error) {
      failed(error);
    }
  });
}

/** How long events are kept. Slack repeats one for about an hour, so a day is more than enough. */
const KEPT_MS = millisecondsInDay;
