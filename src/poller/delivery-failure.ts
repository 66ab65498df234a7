import type { SlackFailure } from '../slack/failures.ts';
import { markReplies, owedTransitions } from '../store/transitions.ts';
import { updateWatch, type Watch } from '../store/watches.ts';
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
  if (failure.kind === 'permanent') return moved(context, watch, failure.code);
  if (failure.kind === 'refused') backoff.longer(id, refusedPost, 'refused');
  else backoff.longer(id, context.pace.isAway() ? awayPost : lostPost, 'lost');
}

/** Moves a watch to the person's direct messages, because its place is closed to the bot for good. */
async function moved(context: PollerContext, watch: Watch, why: string): Promise<void> {
  const isDirect = watch.channel === watch.user;
  const threadGone = why === 'thread_not_found';
  if (isDirect && !threadGone) {
    await giveUp(context, watch, why);
    return;
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
}

async function giveUp({ db, log }: PollerContext, watch: Watch, why: string): Promise<void> {
  log.warn('nobody can be told', { watch: watch.id, code: why });
  await db.transaction().execute(async (trx) => {
    const owed = (await owedTransitions(trx, watch.id)).map(({ id }) => id);
    if (owed.length > 0) await markReplies(trx, owed, 'none');
    await updateWatch(trx, watch.id, { closed: 'slack refuses', cardDue: false });
  });
}
