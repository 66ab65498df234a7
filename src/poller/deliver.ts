import { createHash } from 'node:crypto';
import type { Refused } from '../jobs/operation.ts';
import { type SlackFailure, slackFailure } from '../slack/failures.ts';
import { type Post, postOnce, sendPost } from '../slack/post.ts';
import { refusedOperations } from '../store/capabilities.ts';
import { markReplies, owedTransitions, type Transition } from '../store/transitions.ts';
import { owingWatches, updateWatch, type Watch, type WatchChange } from '../store/watches.ts';
import { type CardProps, card } from '../views/card.ts';
import type { Message } from '../views/message.ts';
import { mentions, reply } from '../views/reply.ts';
import { code } from '../views/text.ts';
import type { PollerParts } from './parts.ts';
import type { Waits } from './waits.ts';

/** One pass, with what this Waldur refuses: cards do not offer it. */
interface Pass extends PollerParts {
  refused: Refused;
}

/** Before a place is read back after an answer was lost: Slack may still be storing the message. */
const SETTLE_MS = 1500;
/** After Slack refused for a reason that may pass. */
const REFUSED_MS = 30_000;

/**
 * Tells Slack what it is owed: cards that look different from what was last shown, and transitions without a
 * reply. There is no queue beside the tables, so a restart has nothing to replay.
 * @returns when to come again for what had to wait; null when nothing is owed
 */
export async function deliverOnce(parts: PollerParts, waits: Waits): Promise<Date | null> {
  const owing = await owingWatches(parts.db);
  const refused = await refusedOperations(parts.db, parts.waldurUrl, parts.now());
  // One place after the other within a channel, channels side by side.
  const byChannel = Map.groupBy(owing, ({ channel }) => channel);
  await Promise.all(
    [...byChannel].map(async ([channel, watches]) => {
      for (const watch of watches) {
        if (waits.until(channel) > parts.now()) return;
        await deliver({ ...parts, refused }, waits, watch);
      }
    }),
  );
  return waits.next(parts.now());
}

async function deliver(parts: Pass, waits: Waits, watch: Watch): Promise<void> {
  const placed = watch.cardTs === null ? await postCard(parts, waits, watch) : watch;
  if (placed === null) return;
  const shown = await editCard(parts, waits, placed);
  if (shown) await postReply(parts, waits, placed);
}

/** @returns the watch with its card, or null when the card could not be posted yet */
async function postCard(parts: Pass, waits: Waits, watch: Watch): Promise<Watch | null> {
  const maybeSent = watch.cardSending;
  await updateWatch(parts.db, watch.id, { cardSending: true });
  const post: Post = {
    id: `card:${watch.id}`,
    channel: watch.channel,
    threadTs: watch.threadTs,
    message: card(cardProps(watch, parts.refused)),
    broadcast: false,
    maybeSent,
  };
  const first = await postOnce(parts.slack, post);
  // Where the place cannot be read back, a second card is better than none.
  const posted = first.kind === 'unreadable' ? await sendPost(parts.slack, post) : first;
  if (posted.kind !== 'posted') {
    const cardSending = posted.kind === 'ambiguous' || maybeSent;
    await updateWatch(parts.db, watch.id, { cardSending });
    await postponed(parts, waits, watch, posted);
    return null;
  }
  const change: WatchChange = {
    channel: posted.channel,
    cardTs: posted.ts,
    cardSending: false,
    cardShown: looks(watch, parts.refused),
    cardDue: false,
  };
  await updateWatch(parts.db, watch.id, change);
  return { ...watch, ...change };
}

/** @returns whether the card shows what it should; only then are replies posted, so that order is kept */
async function editCard(parts: Pass, waits: Waits, watch: Watch): Promise<boolean> {
  if (!watch.cardDue || watch.cardTs === null) return true;
  const cardShown = looks(watch, parts.refused);
  const { channel, cardTs: ts } = watch;
  try {
    if (cardShown !== watch.cardShown) {
      await parts.slack.chat.update({ channel, ts, ...card(cardProps(watch, parts.refused)) });
    }
  } catch (error) {
    const failure = slackFailure(error);
    // Somebody deleted the card: its thread goes on without it.
    if (!('code' in failure) || failure.code !== 'message_not_found') {
      await postponed(parts, waits, watch, failure);
      return false;
    }
  }
  await updateWatch(parts.db, watch.id, { cardShown, cardDue: false });
  return true;
}

async function postReply(parts: PollerParts, waits: Waits, watch: Watch): Promise<void> {
  const owed = await owedTransitions(parts.db, watch.id);
  const begun = owed.filter(({ reply: state }) => state === 'sending');
  // A reply that may be there is settled first, with exactly what it told.
  const changes = begun.length > 0 ? begun : owed;
  const ids = changes.map(({ id }) => id);
  if (ids.length === 0) return;
  await markReplies(parts.db, ids, 'sending');
  const posted = await postOnce(parts.slack, replyPost(watch, changes, begun.length > 0));
  if (posted.kind === 'posted') return markReplies(parts.db, ids, 'posted', posted.ts);
  if (posted.kind !== 'unreadable') {
    if (posted.kind !== 'ambiguous' && begun.length === 0) await markReplies(parts.db, ids, 'owed');
    return postponed(parts, waits, watch, posted);
  }
  // The card carries the news; only what mentions the person is worth a second message.
  await markReplies(parts.db, ids, mentions(changes) ? 'owed' : 'posted');
}

function replyPost(watch: Watch, changes: Transition[], maybeSent: boolean): Post {
  const message: Message = reply({ ...watch, person: watch.user, changes });
  return {
    id: `reply:${changes.at(-1)?.id}`,
    channel: watch.channel,
    threadTs: watch.threadTs ?? watch.cardTs,
    message,
    broadcast: watch.channel.startsWith('D') && mentions(changes),
    maybeSent,
  };
}

/** What becomes of a watch when Slack did not take something. */
async function postponed(
  parts: PollerParts,
  waits: Waits,
  watch: Watch,
  posted: SlackFailure,
): Promise<void> {
  const { log } = parts;
  const place = { channel: watch.channel, watch: watch.id };
  if (posted.kind === 'later') {
    waits.set(watch.channel, new Date(parts.now().getTime() + posted.ms));
    return;
  }
  log.warn('not posted', { ...place, kind: posted.kind, code: posted.code });
  if (posted.kind === 'permanent') return moveToDirectMessage(parts, watch, posted.code);
  const ms = posted.kind === 'ambiguous' ? SETTLE_MS : REFUSED_MS;
  waits.set(watch.channel, new Date(parts.now().getTime() + ms));
}

/** The place is closed to the bot for good: the person is told in their direct message instead, visibly. */
async function moveToDirectMessage(parts: PollerParts, watch: Watch, why: string): Promise<void> {
  if (watch.channel === watch.user || watch.channel.startsWith('D')) {
    parts.log.error('nobody can be told', { watch: watch.id, code: why });
    const owed = await owedTransitions(parts.db, watch.id);
    if (owed.length > 0)
      await markReplies(
        parts.db,
        owed.map(({ id }) => id),
        'none',
      );
    await updateWatch(parts.db, watch.id, { closed: `slack: ${why}`, cardDue: false });
    return;
  }
  await updateWatch(parts.db, watch.id, {
    channel: watch.user,
    threadTs: null,
    cardTs: null,
    cardSending: false,
    cardShown: '',
    cardDue: true,
    note: `The bot cannot post in <#${watch.channel}> (${code(why)}), so it follows this job here.`,
  });
}

function cardProps(watch: Watch, refused: Refused): CardProps {
  return {
    ...watch,
    refused,
    uuid: watch.jobUuid,
    submittedAt: watch.jobCreated,
    asOf: watch.modified,
    lastChecked: watch.failures >= 2 ? watch.seenAt : null,
  };
}

/** A hash of what the card shows, its clock left out: a card is not edited just to move a clock. */
function looks(watch: Watch, refused: Refused): string {
  const still = card({ ...cardProps(watch, refused), asOf: new Date(0) });
  return createHash('sha256').update(JSON.stringify(still)).digest('base64url');
}
