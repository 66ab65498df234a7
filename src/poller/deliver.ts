import { min } from '../dates.ts';
import { type SlackFailure, slackFailure } from '../slack/failures.ts';
import { owedTransitions } from '../store/transitions.ts';
import { findWatch, owingWatches, type Watch } from '../store/watches.ts';
import type { Backoff } from './backoff.ts';
import { showCard } from './deliver-card.ts';
import { tellChanges } from './deliver-reply.ts';
import { handleFailure, watchKey } from './delivery-failure.ts';
import type { PollerContext } from './poller-context.ts';

/**
 * Sends Slack everything that is owed: cards that look different from what was last shown, and transitions without a
 * reply. There is no queue besides the tables, so a restart has nothing to replay.
 * @returns when to come again for what had to wait; null if nothing is owed
 */
export async function deliverOnce(context: PollerContext, backoff: Backoff): Promise<Date | null> {
  const owing = await owingWatches(context.db);
  // One watch after the other within a channel, channels side by side.
  const byChannel = Map.groupBy(owing, ({ channel }) => channel);
  const times = await Promise.all(
    [...byChannel.values()].map((watches) => deliverPlace(context, backoff, watches)),
  );
  return soonest(times);
}

async function deliverPlace(context: PollerContext, backoff: Backoff, watches: Watch[]) {
  const times: (Date | null)[] = [];
  for (const { id, channel } of watches) {
    const until = backoff.until(channel, watchKey(id));
    times.push(until > context.now() ? until : await deliver(context, backoff, id));
  }
  return soonest(times);
}

/** @returns when to come again for this watch; null if nothing more is owed */
async function deliver(context: PollerContext, backoff: Backoff, id: number): Promise<Date | null> {
  const { watch, owed } = await context.db.transaction().execute(async (trx) => ({
    watch: await findWatch(trx, id),
    owed: await owedTransitions(trx, id),
  }));
  const failure = (await notOurs(context, watch)) ?? (await tell(context, watch, owed));
  if (failure !== null) return handleFailure(context, backoff, watch, failure);
  backoff.clear(watchKey(id));
  return null;
}

/**
 * Why nothing may be posted in a place; null if it may. A channel that is shared with another organisation is closed to
 * the bot, and the person is told in their direct messages instead.
 */
async function notOurs(context: PollerContext, watch: Watch): Promise<SlackFailure | null> {
  try {
    const isShared = await context.places.isShared(watch.channel);
    return isShared ? { kind: 'permanent', code: 'shared_with_another_organisation' } : null;
  } catch (error) {
    const failure = slackFailure(error);
    // Asking changes nothing in Slack, so there is nothing to settle.
    return failure.kind === 'ambiguous' ? { kind: 'later', ms: 5000 } : failure;
  }
}

/** Posts the card first, so that no reply is ahead of it, and then the replies, oldest first. */
async function tell(
  context: PollerContext,
  watch: Watch,
  owed: Awaited<ReturnType<typeof owedTransitions>>,
): Promise<SlackFailure | null> {
  const card = await showCard(context, watch);
  // An edit that Slack refuses must not silence the thread as well.
  const silent = card !== null && (card.kind !== 'refused' || watch.cardTs === null);
  if (silent || owed.length === 0) return card;
  // The watch is read again, because the card may just have been posted.
  return (await tellChanges(context, await findWatch(context.db, watch.id), owed)) ?? card;
}

/** The first of these times; null if there is none. */
export function soonest(times: (Date | null)[]): Date | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : min(known);
}
