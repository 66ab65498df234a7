import type { SlackFailure } from '../slack/failures.ts';
import type { Database } from '../store/database.ts';
import { markReplies, owedTransitions } from '../store/transitions.ts';
import { findWatch, updateWatch, type Watch } from '../store/watches.ts';
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
  if (failure.kind === 'permanent') return moved(context, id, failure.code);
  if (failure.kind === 'ambiguous') {
    backoff.set(channel, lostPost.firstMs);
    backoff.longer(key, lostPost);
  } else backoff.longer(key, refusedPost);
  return backoff.until(channel, key);
}

/**
 * Moves a watch to the person's direct messages, because its place is closed to the bot for good. Who has left, also
 * while Slack was asked, has none.
 */
function moved({ db, log, now }: PollerContext, id: number, why: string): Promise<Date | null> {
  return db.transaction().execute(async (trx) => {
    const watch = await findWatch(trx, id);
    const threadGone = why === 'thread_not_found';
    const isDirect = watch.channel === watch.user && !threadGone;
    if (isDirect || watch.closed === 'person left') {
      log.warn('nobody can be told', { watch: id, code: why });
      await giveUp(trx, watch);
      return null;
    }
    await updateWatch(trx, id, {
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
    return now();
  });
}

/** Nothing is owed any more. What ended the watch before this stays the reason. */
async function giveUp(trx: Database, { id, closed }: Watch): Promise<void> {
  const owed = (await owedTransitions(trx, id)).map((transition) => transition.id);
  if (owed.length > 0) await markReplies(trx, owed, 'none');
  await updateWatch(trx, id, { closed: closed ?? 'slack refuses', cardDue: false });
}
