import { addMilliseconds } from 'date-fns';
import { patiently } from '../slack/failures.ts';
import { postOnce } from '../slack/post.ts';
import { markNotice, type Notice, owedNotices } from '../store/notices.ts';
import { pausedNotice } from '../views/connecting.ts';
import type { PollerParts } from './parts.ts';

/** After Slack did not take one. */
const AGAIN_MS = 5000;

/**
 * Tells each person whose identity Waldur does not take any more, once, that their jobs wait for them.
 * @returns when to come again for what could not be told; null when all were told
 */
export async function deliverNotices(parts: PollerParts): Promise<Date | null> {
  let again = false;
  for (const notice of await owedNotices(parts.db)) {
    const told = await tell(parts, notice).catch((error: unknown) => {
      parts.log.warn('not told', { user: notice.user, error });
      return false;
    });
    again ||= !told;
  }
  return again ? addMilliseconds(parts.now(), AGAIN_MS) : null;
}

/** @returns whether nothing is owed any more */
async function tell(parts: PollerParts, notice: Notice): Promise<boolean> {
  const { db, slack, waldur } = parts;
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
