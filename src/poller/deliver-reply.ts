import type { AskedFor } from '../jobs/past.ts';
import type { SlackFailure } from '../slack/failures.ts';
import { type Post, postOnce, postSettled } from '../slack/post.ts';
import { pastOf } from '../store/job-history.ts';
import { markReplies, type Transition } from '../store/transitions.ts';
import type { Watch } from '../store/watches.ts';
import { mentions, reply } from '../views/reply.ts';
import type { PollerContext } from './poller-context.ts';

/**
 * Posts the transitions that a thread has not been told yet, gathered in one reply.
 * @returns why Slack did not accept it; null if everything is posted
 */
export async function tellChanges(
  context: PollerContext,
  watch: Watch,
  owed: Transition[],
): Promise<SlackFailure | null> {
  // A reply that may already be there is settled first, with exactly the same content.
  const begun = owed.filter(({ reply: state }) => state === 'sending');
  const fresh = owed.filter(({ reply: state }) => state === 'owed');
  for (const changes of [begun, fresh]) {
    const failure = changes.length === 0 ? null : await postReply(context, watch, changes);
    if (failure !== null) return failure;
  }
  return null;
}

async function postReply(
  { db, slack, pace }: PollerContext,
  watch: Watch,
  changes: Transition[],
): Promise<SlackFailure | null> {
  // What only waits is not marked as perhaps sent.
  const ms = pace.wait('chat.postMessage', watch.channel);
  if (ms > 0) return { kind: 'later', ms };
  const { output, asked } = await pastOf(db, watch);
  const ids = changes.map(({ id }) => id);
  const maybeSent = changes.some(({ reply: state }) => state === 'sending');
  await markReplies(db, ids, 'sending');
  const post = replyPost(watch, { changes, maybeSent, output, asked });
  // The card shows the news anyway. Only a reply that mentions the person may be posted a second time.
  const posted = await (mentions(changes) ? postSettled(slack, post) : postOnce(slack, post));
  if (posted.kind === 'posted' || posted.kind === 'unreadable') {
    await markReplies(db, ids, 'posted', posted.kind === 'posted' ? posted.ts : null);
    return null;
  }
  if (posted.kind !== 'ambiguous' && !maybeSent) await markReplies(db, ids, 'owed');
  return posted;
}

interface Given {
  changes: Transition[];
  maybeSent: boolean;
  output: string | null;
  asked: AskedFor | null;
}

function replyPost(watch: Watch, { changes, maybeSent, ...known }: Given): Post {
  return {
    id: `reply:${changes.at(-1)?.id}`,
    channel: watch.channel,
    threadTs: watch.threadTs ?? watch.cardTs,
    message: reply({ ...watch, uuid: watch.jobUuid, person: watch.user, changes, ...known }),
    broadcast: watch.channel.startsWith('D') && mentions(changes),
    maybeSent,
  };
}
