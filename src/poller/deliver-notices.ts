import { addMilliseconds } from '../dates.ts';
import { patiently } from '../slack/failures.ts';
import { postOnce } from '../slack/post.ts';
import { markNotice, type Notice, owedNotices } from '../store/notices.ts';
import { pausedNotice } from '../views/connecting.ts';
import type { PollerContext } from './poller-context.ts';

/**
 * Tells each person whose identity Waldur no longer accepts, once, that their jobs are not being looked at.
 * @returns when to come again for those who could not be told; null if all were told
 */
export async function deliverNotices(context: PollerContext): Promise<Date | null> {
  let again = false;
  for (const notice of await owedNotices(context.db)) {
    const told = await tell(context, notice).catch((error: unknown) => {
      context.log.warn('not told', { user: notice.user, error });
      return false;
    });
    again ||= !told;
  }
  return again ? addMilliseconds(context.now(), context.pauses.noticeMs) : null;
}

/** @returns true if nothing is owed any more */
async function tell(context: PollerContext, notice: Notice): Promise<boolean> {
  const { db, slack, waldur } = context;
  const { channel } = await patiently(() => slack.conversations.open({ users: notice.user }));
  await markNotice(db, notice, 'sending');
  const posted = await postOnce(slack, {
    id: `expired:${notice.user}:${notice.expiredAt.getTime()}`,
    channel: channel?.id ?? notice.user,
    threadTs: null,
    message: pausedNotice({ ...waldur, watches: notice.watches }),
    broadcast: false,
    maybeSent: notice.maybeSent,
  });
  if (posted.kind === 'posted' || posted.kind === 'unreadable' || posted.kind === 'permanent') {
    await markNotice(db, notice, 'told');
    return true;
  }
  if (posted.kind !== 'ambiguous') await markNotice(db, notice, 'owed');
  return false;
}
