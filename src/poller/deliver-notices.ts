import { addMilliseconds } from '../dates.ts';
import type { SlackFailure } from '../slack/failures.ts';
import { openPlace, postOnce } from '../slack/post.ts';
import { markNotice, type Notice, owedNotices } from '../store/notices.ts';
import { pausedNotice } from '../views/connecting.ts';
import type { PollerContext } from './poller-context.ts';

/**
 * Tells each person whose identity Waldur no longer accepts, once, that their jobs are not being looked at.
 * @returns when to come again for those who could not be told yet; null if all were told
 */
export async function deliverNotices(context: PollerContext): Promise<Date | null> {
  const { db, log, now } = context;
  let again = false;
  for (const notice of await owedNotices(db)) {
    const failure = await tell(context, notice);
    if (failure?.kind === 'later') return addMilliseconds(now(), failure.ms);
    if (failure !== null) log.warn('not told', { user: notice.user, ...failure });
    again ||= failure !== null;
  }
  return again ? addMilliseconds(now(), context.pauses.noticeMs) : null;
}

/** @returns why it is owed still; null if it is not */
async function tell(context: PollerContext, notice: Notice): Promise<SlackFailure | null> {
  const { db, slack, waldur, pace } = context;
  const place = await openPlace(slack, notice.user);
  if (place.kind === 'permanent') {
    await markNotice(db, notice, 'told');
    return null;
  }
  if (place.kind !== 'open') return place;
  // What only waits is not marked as perhaps sent.
  const ms = pace.wait('chat.postMessage', place.channel);
  if (ms > 0) return { kind: 'later', ms };
  await markNotice(db, notice, 'sending');
  const posted = await postOnce(slack, {
    id: `expired:${notice.user}:${notice.expiredAt.getTime()}`,
    channel: place.channel,
    threadTs: null,
    message: pausedNotice({ ...waldur, watches: notice.watches }),
    broadcast: false,
    maybeSent: notice.maybeSent,
  });
  if (posted.kind === 'posted' || posted.kind === 'unreadable' || posted.kind === 'permanent') {
    await markNotice(db, notice, 'told');
    return null;
  }
  if (posted.kind !== 'ambiguous') await markNotice(db, notice, 'owed');
  return posted;
}
