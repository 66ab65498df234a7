import { createHash } from 'node:crypto';
import type { Refused } from '../jobs/abilities.ts';
import type { SlackFailure } from '../slack/failures.ts';
import { editPost, postSettled } from '../slack/post.ts';
import { pastOf } from '../store/past.ts';
import { findWatch, updateWatch, type Watch, type WatchChange } from '../store/watches.ts';
import { type CardProps, card } from '../views/card.ts';
import type { PollerContext } from './poller-context.ts';

/**
 * Posts the card of a watch, or edits it when it looks different from what was last shown.
 * @returns why Slack did not take it; null when the card shows what it should
 */
export async function showCard(context: PollerContext, watch: Watch): Promise<SlackFailure | null> {
  const { channel, projectName } = watch;
  // A card in a channel is for everybody there; in a direct message it is for the one who follows.
  const account = /^[DU]/.test(channel) ? await context.accounts.find(watch) : null;
  const to = account === null ? undefined : { person: account.waldurUuid, projectName };
  const pass = { ...context, refused: context.abilities.refused(to) };
  return watch.cardTs === null ? postCard(pass, watch) : editCard(pass, watch, watch.cardTs);
}

/** The poller's context with the operations that this Waldur refuses, which a card does not offer. */
interface CardParts extends PollerContext {
  refused: Refused;
}

async function postCard(context: CardParts, watch: Watch): Promise<SlackFailure | null> {
  const { id, channel, threadTs, cardSending: maybeSent } = watch;
  await updateWatch(context.db, id, { cardSending: true });
  const props = await cardProps(context, watch);
  const posted = await postSettled(context.slack, {
    id: `card:${id}`,
    channel,
    threadTs,
    message: card(props),
    broadcast: false,
    maybeSent,
  });
  if (posted.kind === 'posted') {
    const place = { channel: posted.channel, cardTs: posted.ts, cardSending: false };
    await shown(context, props, { id, ...place });
    // A card that was found instead of posted may show an older state, so it is edited at once.
    return maybeSent
      ? editCard(context, { ...watch, ...place, cardShown: '', cardDue: true }, posted.ts)
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
  context: CardParts,
  watch: Watch,
  ts: string,
): Promise<SlackFailure | null> {
  if (!watch.cardDue) return null;
  const props = await cardProps(context, watch);
  if (looks(props) !== watch.cardShown) {
    const place = { channel: watch.channel, ts };
    const failure = await editPost(context.slack, place, card(props));
    if (failure !== null && !('code' in failure && lost.has(failure.code))) return failure;
  }
  await shown(context, props, { id: watch.id });
  return null;
}

/** Stores what the card shows now. If the watch changed while Slack was busy, the card is due again. */
async function shown(
  context: CardParts,
  props: CardProps,
  { id, ...change }: WatchChange & { id: number },
): Promise<void> {
  const cardShown = looks(props);
  await context.db.transaction().execute(async (trx) => {
    const now = await cardProps({ ...context, db: trx }, await findWatch(trx, id));
    await updateWatch(trx, id, { ...change, cardShown, cardDue: looks(now) !== cardShown });
  });
}

async function cardProps({ db, refused }: CardParts, watch: Watch): Promise<CardProps> {
  return {
    ...watch,
    refused,
    uuid: watch.jobUuid,
    submittedAt: watch.jobCreated,
    past: await pastOf(db, watch),
    asOf: watch.modified,
    lastChecked: watch.failures >= 2 ? watch.seenAt : null,
  };
}

/** A hash of what the card shows, its clock left out: a card is not edited just to move a clock. */
function looks(props: CardProps): string {
  const still = card({ ...props, asOf: new Date(0) });
  return createHash('sha256').update(JSON.stringify(still)).digest('base64url');
}
