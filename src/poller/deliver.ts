import PQueue from 'p-queue';
import { addMilliseconds, min } from '../dates.ts';
import { type SlackFailure, slackFailure } from '../slack/failures.ts';
import { owingWatches } from '../store/owing.ts';
import { owedTransitions } from '../store/transitions.ts';
import { findWatch, type Watch } from '../store/watches.ts';
import type { Backoff } from './backoff.ts';
import { showCard } from './deliver-card.ts';
import { tellChanges } from './deliver-reply.ts';
import { handleFailure } from './delivery-failure.ts';
import type { PollerContext } from './poller-context.ts';

/** Watches of one pass: the next one begins with what is most urgent by then. */
const PASS = 50;
/** Channels that are served side by side. */
const LANES = 8;
/** Passes are not closer together than this where nothing but Slack's limits is waited for. */
const SHORTEST_MS = 25;

/**
 * Sends Slack what is owed and may be sent now: cards that look different from what was last shown, and transitions
 * without a reply. There is no queue besides the tables, so a restart has nothing to replay.
 * @returns when to come again for what had to wait; null if nothing has to
 */
export async function deliverOnce(context: PollerContext, backoff: Backoff): Promise<Date | null> {
  const { db, pace, now } = context;
  const post = pace.wait('chat.postMessage');
  const edit = pace.wait('chat.update');
  const channels = pace.busyChannels();
  const watches = backoff.waiting();
  const owing = await owingWatches(db, {
    limit: PASS,
    canPost: post === 0,
    canEdit: edit === 0,
    without: { channels: post === 0 ? [...channels.keys()] : [], watches: [...watches.keys()] },
  });
  // One watch after the other within a channel, channels side by side.
  const byChannel = Map.groupBy(owing, ({ channel }) => channel);
  const lanes = new PQueue({ concurrency: LANES });
  await lanes.addAll(
    [...byChannel.values()].map((watches) => async () => {
      for (const { id, channel, cardTs, cardDue } of watches) {
        const isEdit = cardTs !== null && cardDue;
        if (!isEdit && pace.wait('chat.postMessage', channel) > 0) continue;
        await deliver(context, backoff, id);
      }
    }),
  );
  if (owing.length > 0) return now();
  // What was left out: it is there again when its wait is over.
  const waits = [post, edit, ...channels.values(), ...watches.values()].filter((ms) => ms > 0);
  if (waits.length === 0) return null;
  return addMilliseconds(now(), Math.max(SHORTEST_MS, Math.min(...waits)));
}

/** Tells one watch's news; what Slack does not accept now waits. */
async function deliver(context: PollerContext, backoff: Backoff, id: number): Promise<void> {
  const { watch, owed } = await context.db.transaction().execute(async (trx) => ({
    watch: await findWatch(trx, id),
    owed: await owedTransitions(trx, id),
  }));
  const failure = (await notOurs(context, watch)) ?? (await tell(context, watch, owed));
  if (failure === null) backoff.clear(id);
  else await handleFailure(context, backoff, watch, failure);
}

/**
 * Why nothing may be posted in a place; null if it may. A channel that is shared with another organisation is closed to
 * the bot, and the person is told in their direct messages instead.
 */
async function notOurs(context: PollerContext, watch: Watch): Promise<SlackFailure | null> {
  try {
    const isShared = await context.isShared(watch.channel);
    return isShared ? { kind: 'permanent', code: 'shared_with_another_organisation' } : null;
  } catch (error) {
    const failure = slackFailure(error);
    // Asking changes nothing in Slack, so there is nothing to settle.
    return failure.kind === 'ambiguous' ? { kind: 'later', ms: ASK_AGAIN_MS } : failure;
  }
}

const ASK_AGAIN_MS = 1000;

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
