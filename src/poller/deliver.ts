import { min } from 'date-fns';
import { type SlackFailure, slackFailure } from '../slack/failures.ts';
import { owedTransitions } from '../store/transitions.ts';
import { findWatch, owingWatches, type Watch } from '../store/watches.ts';
import { showCard } from './deliver-card.ts';
import { tellChanges } from './deliver-reply.ts';
import type { PollerParts } from './parts.ts';
import { postponed, watchKey } from './postponed.ts';
import type { Waits } from './waits.ts';

/**
 * Tells Slack what it is owed: cards that look different from what was last shown, and transitions without a
 * reply. There is no queue beside the tables, so a restart has nothing to replay.
 * @returns when to come again for what had to wait; null when nothing is owed
 */
export async function deliverOnce(parts: PollerParts, waits: Waits): Promise<Date | null> {
  const owing = await owingWatches(parts.db);
  // One watch after the other within a channel, channels side by side.
  const byChannel = Map.groupBy(owing, ({ channel }) => channel);
  const times = await Promise.all(
    [...byChannel.values()].map((watches) => deliverPlace(parts, waits, watches)),
  );
  return soonest(times);
}

async function deliverPlace(parts: PollerParts, waits: Waits, watches: Watch[]) {
  const times: (Date | null)[] = [];
  for (const { id, channel } of watches) {
    const until = waits.until(channel, watchKey(id));
    times.push(until > parts.now() ? until : await deliver(parts, waits, id));
  }
  return soonest(times);
}

/** @returns when to come again for this watch; null when nothing more is owed to it */
async function deliver(parts: PollerParts, waits: Waits, id: number): Promise<Date | null> {
  const { watch, owed } = await parts.db.transaction().execute(async (trx) => ({
    watch: await findWatch(trx, id),
    owed: await owedTransitions(trx, id),
  }));
  const failure = (await notOurs(parts, watch)) ?? (await tell(parts, watch, owed));
  if (failure !== null) return postponed(parts, waits, watch, failure);
  waits.clear(watchKey(id));
  return null;
}

/**
 * Why nothing may be posted in a place: from when a channel is shared with another organisation it is closed to
 * the bot, and the person is told in their direct message instead. Null where only our own people read it.
 */
async function notOurs(parts: PollerParts, watch: Watch): Promise<SlackFailure | null> {
  try {
    const isShared = await parts.places.isShared(watch.channel);
    return isShared ? { kind: 'permanent', code: 'shared_with_another_organisation' } : null;
  } catch (error) {
    const failure = slackFailure(error);
    // Asking changes nothing in Slack: there is nothing to be settled.
    return failure.kind === 'ambiguous' ? { kind: 'later', ms: 5000 } : failure;
  }
}

/** The card first, so that no reply tells what the card does not show yet; then the replies, oldest first. */
async function tell(
  parts: PollerParts,
  watch: Watch,
  owed: Awaited<ReturnType<typeof owedTransitions>>,
): Promise<SlackFailure | null> {
  const card = await showCard(parts, watch);
  // An edit that Slack refuses must not silence the thread as well.
  const silent = card !== null && (card.kind !== 'refused' || watch.cardTs === null);
  if (silent || owed.length === 0) return card;
  // Where it is now: the card may just have been posted.
  return (await tellChanges(parts, await findWatch(parts.db, watch.id), owed)) ?? card;
}

/** The first of these times; null when there is none. */
export function soonest(times: (Date | null)[]): Date | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : min(known);
}
