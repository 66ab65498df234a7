import type { SlackFailure } from '../slack/failures.ts';
import type { Database } from '../store/database.ts';
import { markReplies, owedTransitions } from '../store/transitions.ts';
import { findWatch, updateWatch, type Watch } from '../store/watches.ts';
import { code } from '../views/text.ts';
import type { Backoff } from './backoff.ts';
import type { PollerContext } from './poller-context.ts';

/**
 * Decides what happens to a watch after Slack did not accept something. The other watches go on: what concerns all of
 * them, Slack's limits and its outages, is known to the pace (slack/pace.ts).
 */
export async function handleFailure(
  context: PollerContext,
  backoff: Backoff,
  watch: Watch,
  failure: SlackFailure,
): Promise<void> {
  const { id, channel } = watch;
  const { lostPost, awayPost, refusedPost } = context.pauses;
  if (failure.kind === 'later') return backoff.set(id, failure.ms);
  context.log.warn('not posted', { channel, watch: id, kind: failure.kind, code: failure.code });
  if (failure.kind === 'permanent') return moved(context, id, failure.code);
  if (failure.kind === 'refused') backoff.longer(id, refusedPost, 'refused');
  else backoff.longer(id, context.pace.isAway() ? awayPost : lostPost, 'lost');
}

/**
 * Moves a watch to the person's direct messages, because its place is closed to the bot for good. Who has left, also
 * while Slack was asked, has none.
 */
function moved({ db, log }: PollerContext, id: number, why: string): Promise<void> {
  return db.transaction().execute(async (trx) => {
    const watch = await findWatch(trx, id);
    const threadGone = why === 'thread_not_found';
    const isDirect = watch.channel === watch.user && !threadGone;
    if (isDirect || watch.closed === 'person left') {
      log.warn('nobody can be told', { watch: id, code: why });
      return giveUp(trx, watch);
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
  });
}

/** Nothing is owed any more. What ended the watch before this stays the reason. */
async function giveUp(trx: Database, { id, closed }: Watch): Promise<void> {
  const owed = (await owedTransitions(trx, id)).map((transition) => transition.id);
  if (owed.length > 0) await markReplies(trx, owed, 'none');
  await updateWatch(trx, id, { closed: closed ?? 'slack refuses', cardDue: false });
}
