import { createHash } from 'node:crypto';
import type { Refused } from '../jobs/abilities.ts';
import { notOffered } from '../jobs/rights.ts';
import type { SlackFailure } from '../slack/failures.ts';
import { editPost, postSettled } from '../slack/post.ts';
import type { Database } from '../store/database.ts';
import { homeIsDue } from '../store/homes.ts';
import { pastOf } from '../store/job-history.ts';
import { promptOfSubmissionIsDue } from '../store/prompts.ts';
import { findWatch, updateWatch, type Watch, type WatchChange } from '../store/watches.ts';
import { card, clock } from '../views/card.ts';
import type { Message } from '../views/message.ts';
import type { PollerContext } from './poller-context.ts';

/**
 * Posts the card of a watch, or edits it when it looks different from what was last shown.
 * @returns why Slack did not take it; null if the card shows what it should
 */
export async function showCard(context: PollerContext, watch: Watch): Promise<SlackFailure | null> {
  const { cardTs, cardDue } = watch;
  if (cardTs !== null && !cardDue) return null;
  const drawn = await draw(context.db, watch, await refusedOn(context, watch));
  return cardTs === null
    ? postCard(context, watch, drawn)
    : editCard(context, watch, cardTs, drawn);
}

/** A card in a channel is for everybody there; in a direct message it is for the one who follows. */
async function refusedOn({ accounts, abilities }: PollerContext, watch: Watch): Promise<Refused> {
  const account = /^[DU]/.test(watch.channel) ? await accounts.find(watch) : null;
  return notOffered(abilities, account, watch.projectName);
}

/** A card as it is sent: it does not offer what this Waldur refuses. */
interface Drawn {
  message: Message;
  /** A hash of what it shows, its clock left out: a card is not edited just to move a clock. */
  looks: string;
  refused: Refused;
}

async function postCard(
  context: PollerContext,
  watch: Watch,
  drawn: Drawn,
): Promise<SlackFailure | null> {
  const { id, channel, threadTs, submissionId, cardSending: maybeSent } = watch;
  const { message } = drawn;
  // What only waits is not marked as perhaps sent.
  const ms = context.pace.wait('chat.postMessage', channel);
  if (ms > 0) return { kind: 'later', ms };
  await updateWatch(context.db, id, { cardSending: true });
  const post = { id: `card:${id}`, channel, threadTs, message, broadcast: false, maybeSent };
  const posted = await postSettled(context.slack, post);
  if (posted.kind === 'posted') {
    const place = { channel: posted.channel, cardTs: posted.ts, cardSending: false };
    await shown(context, watch, drawn, place);
    // It links to the card.
    if (submissionId !== null) await promptOfSubmissionIsDue(context.db, submissionId);
    // A card that was found instead of posted may show an older state, so it is edited at once.
    return maybeSent
      ? editCard(context, { ...watch, ...place, cardShown: '' }, posted.ts, drawn)
      : null;
  }
  await updateWatch(context.db, id, { cardSending: posted.kind === 'ambiguous' || maybeSent });
  return posted;
}

/** Codes of chat.update that mean that this card can never be edited again. Its thread goes on without it. */
const lost: ReadonlySet<string> = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
]);

async function editCard(
  context: PollerContext,
  watch: Watch,
  ts: string,
  drawn: Drawn,
): Promise<SlackFailure | null> {
  if (drawn.looks !== watch.cardShown) {
    const place = { channel: watch.channel, ts };
    const failure = await editPost(context.slack, place, drawn.message);
    if (failure !== null && !('code' in failure && lost.has(failure.code))) return failure;
  }
  await shown(context, watch, drawn, {});
  return null;
}

/** Stores what the card shows now. If the watch changed while Slack was busy, the card is due again. */
async function shown(
  { db }: PollerContext,
  { id, team, user }: Watch,
  { looks: cardShown, refused }: Drawn,
  change: WatchChange,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { looks } = await draw(trx, await findWatch(trx, id), refused);
    await updateWatch(trx, id, { ...change, cardShown, cardDue: looks !== cardShown });
    await homeIsDue(trx, { team, user });
  });
}

async function draw(db: Database, watch: Watch, refused: Refused): Promise<Drawn> {
  const asOf = watch.modified;
  const message = card({
    ...watch,
    refused,
    uuid: watch.jobUuid,
    submittedAt: watch.jobCreated,
    past: await pastOf(db, watch),
    asOf,
    lastChecked: watch.failures >= 2 ? watch.seenAt : null,
  });
  const still = JSON.stringify(message).replaceAll(clock(asOf), '');
  return { message, looks: createHash('sha256').update(still).digest('base64url'), refused };
}
