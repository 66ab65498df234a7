import type { SlackFailure } from '../slack/failures.ts';
import { markReplies, owedTransitions } from '../store/transitions.ts';
import { updateWatch, type Watch } from '../store/watches.ts';
import { code } from '../views/text.ts';
import type { Backoff } from './backoff.ts';
import type { PollerContext } from './poller-context.ts';

/** The key under which a watch waits. A channel waits under its id. */
export function watchKey(id: number): string {
  return `watch:${id}`;
}

/**
 * Decides what happens to a watch after Slack did not accept something. Whatever happened to one watch, the others of
 * its channel go on after the time that Slack itself asked for.
 * @returns when to come again; null if there is nothing more to do
 */
export async function handleFailure(
  context: PollerContext,
  backoff: Backoff,
  watch: Watch,
  failure: SlackFailure,
): Promise<Date | null> {
  const { id, channel } = watch;
  const { lostPost, refusedPost } = context.pauses;
  const key = watchKey(id);
  if (failure.kind === 'later') {
    backoff.set(channel, failure.ms);
    return backoff.until(channel, key);
  }
  context.log.warn('not posted', { channel, watch: id, kind: failure.kind, code: failure.code });
  if (failure.kind === 'permanent') return moved(context, watch, failure.code);
  if (failure.kind === 'ambiguous') {
    backoff.set(channel, lostPost.firstMs);
    backoff.longer(key, lostPost);
  } else backoff.longer(key, refusedPost);
  return backoff.until(channel, key);
}

/** Moves a watch to the person's direct messages, because its place is closed to the bot for good. */
async function moved(context: PollerContext, watch: Watch, why: string): Promise<Date | null> {
  const isDirect = watch.channel === watch.user;
  const threadGone = why === 'thread_not_found';
  if (isDirect && !threadGone) {
    await giveUp(context, watch, why);
    return null;
  }
  await updateWatch(context.db, watch.id, {
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
  return context.now();
}

async function giveUp({ db, log }: PollerContext, watch: Watch, why: string): Promise<void> {
  log.warn('nobody can be told', { watch: watch.id, code: why });
  await db.transaction().execute(async (trx) => {
    const owed = (await owedTransitions(trx, watch.id)).map(({ id }) => id);
    if (owed.length > 0) await markReplies(trx, owed, 'none');
    await updateWatch(trx, watch.id, { closed: 'slack refuses', cardDue: false });
  });
}
