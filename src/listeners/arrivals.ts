import { setImmediate } from 'node:timers/promises';
import type { ReceiverEvent } from '@slack/bolt';
import type { Context } from '../interaction/context.ts';
import { withoutPastedToken } from '../interaction/pasted-token.ts';
import { readDeparture } from '../slack/departure-events.ts';
import { arrivalJson, readArrival } from '../slack/payloads.ts';
import { finishEvent, forgetEvents, keepEvent, unfinishedEvents } from '../store/inbox.ts';
import { forget } from './departures.ts';
import { answerArrival } from './messages.ts';

/**
 * Keeps a message for the bot before Slack hears that it has arrived, and answers it afterwards. What Slack sends
 * again is acknowledged and otherwise ignored.
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
  // A report that the bot sends as a file comes back as a message, and is no script to be submitted.
  if (received === null || received.user === botUser) return 'go on';
  const arrival = withoutPastedToken(received);
  const body = JSON.stringify(arrival);
  // One message can come as two events (docs/slack.md): what is kept once is the message.
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
 * Answers a kept message. What was answered but not finished before a kill is answered again: a prompt is found
 * and adopted (slack/post.ts), and words do nothing that must not be done twice, since changes need a form.
 */
async function finishArrival(context: Context, id: string, body: string): Promise<void> {
  const { db, log, now, work } = context;
  const failed = (error: unknown) => log.error('message not answered', { event: id, error });
  await work.add(async () => {
    // Slack hears first that it has arrived.
    await setImmediate();
    try {
      await answerArrival(context, arrivalJson.parse(JSON.parse(body))).catch(failed);
      await finishEvent(db, id);
      await forgetEvents(db, new Date(now().getTime() - KEPT_MS));
    } catch (error) {
      failed(error);
    }
  });
}

/** Slack sends an event again for about an hour; there is no need to be that close. */
const KEPT_MS = 24 * 60 * 60 * 1000;
