import { setImmediate } from 'node:timers/promises';
import type { ReceiverEvent } from '@slack/bolt';
import { millisecondsInDay, subMilliseconds } from '../dates.ts';
import type { Context } from '../interaction/context.ts';
import { withoutPastedToken } from '../interaction/pasted-token.ts';
import { readDeparture } from '../slack/departure-events.ts';
import { arrivalJson, readArrival } from '../slack/payloads.ts';
import { finishEvent, forgetEvents, keepEvent, unfinishedEvents } from '../store/inbox.ts';
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
  const received = readArrival(event.body);
  const { db, log, botUser } = context;
  // A file that the bot itself sends comes back as a message. It is not a script to submit.
  if (received === null || received.user === botUser) return 'go on';
  const arrival = withoutPastedToken(received);
  const body = JSON.stringify(arrival);
  // One message can come as two events (docs/slack.md), so it is stored by its own id.
  const id = `${arrival.channel}:${arrival.ts}`;
  const isNew = await keepEvent(db, { id, body, receivedAt: context.now() });
  if (isNew) {
    void finishArrival(context, id, body);
  } else {
    log.debug('event again', { event: arrival.eventId, retry: event.retryNum });
  }
  return 'known';
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
