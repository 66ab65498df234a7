import type { SlackFailure } from '../slack/failures.ts';
import { markReplies, owedTransitions } from '../store/transitions.ts';
import { updateWatch, type Watch } from '../store/watches.ts';
import { code } from '../views/text.ts';
import type { PollerParts } from './parts.ts';
import type { Waits } from './waits.ts';

/**
 * After an answer was lost: Slack may still be storing the message, so its place is read back only then. While
 * Slack is down, each watch tries less and less often.
 */
const SETTLE = { firstMs: 1500, mostMs: 5 * 60_000 };
/** After Slack refused for a reason that may pass. */
const REFUSED = { firstMs: 30_000, mostMs: 60 * 60_000 };

/** Under which a watch waits; its channel waits under its own id. */
export function watchKey(id: number): string {
  return `watch:${id}`;
}

/**
 * What becomes of a watch when Slack did not take something. Whatever one watch runs into, the others of its
 * channel go on after the time that Slack itself asked for.
 * @returns when to come again
 */
export async function postponed(
  parts: PollerParts,
  waits: Waits,
  watch: Watch,
  failure: SlackFailure,
): Promise<Date | null> {
  const { id, channel } = watch;
  const key = watchKey(id);
  if (failure.kind === 'later') {
    waits.set(channel, failure.ms);
    return waits.until(channel, key);
  }
  parts.log.warn('not posted', { channel, watch: id, kind: failure.kind, code: failure.code });
  if (failure.kind === 'permanent') return moved(parts, watch, failure.code);
  if (failure.kind === 'ambiguous') {
    waits.set(channel, SETTLE.firstMs);
    waits.longer(key, SETTLE);
  } else waits.longer(key, REFUSED);
  return waits.until(channel, key);
}

/** The place is closed to the bot for good: the person is told in their direct message instead, visibly. */
async function moved(parts: PollerParts, watch: Watch, why: string): Promise<Date | null> {
  const isDirect = watch.channel === watch.user;
  const threadGone = why === 'thread_not_found';
  if (isDirect && !threadGone) {
    await giveUp(parts, watch, why);
    return null;
  }
  await updateWatch(parts.db, watch.id, {
    channel: watch.user,
    threadTs: null,
    cardTs: null,
    cardSending: false,
    cardShown: '',
    cardDue: true,
    note: threadGone
      ? 'The thread of this job was deleted, so the bot follows it here.'
      : `The bot cannot post in <#${watch.channel}> (${code(why)}), so it follows this job here.`,
  });
  return parts.now();
}

async function giveUp({ db, log }: PollerParts, watch: Watch, why: string): Promise<void> {
  log.warn('nobody can be told', { watch: watch.id, code: why });
  await db.transaction().execute(async (trx) => {
    const owed = (await owedTransitions(trx, watch.id)).map(({ id }) => id);
    if (owed.length > 0) await markReplies(trx, owed, 'none');
    await updateWatch(trx, watch.id, { closed: 'slack refuses', cardDue: false });
  });
}
