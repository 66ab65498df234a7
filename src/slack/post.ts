import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { Problem } from '../jobs/problem.ts';
import type { Span } from '../machine/pauses.ts';
import type { Message } from '../views/message.ts';
import { type SlackFailure, slackFailure } from './failures.ts';

/** One message to be posted exactly once. */
export interface Post {
  /** Sent along as metadata, so that the message is recognised when the thread is read back. */
  id: string;
  channel: string;
  threadTs: string | null;
  message: Message;
  /** True to show a reply in the channel as well: phones hide threads in direct messages. */
  broadcast: boolean;
  /** True if an earlier call with this id may have been carried out. */
  maybeSent: boolean;
}

type Sent = { kind: 'posted'; channel: string; ts: string } | SlackFailure;

/** `unreadable`: the message may be there, but the bot cannot read this place to find out. */
type Posted = Sent | { kind: 'unreadable' };

const EVENT_TYPE = 'slurm_post';

/**
 * Posts a message. If an earlier call may have posted it, the place is read first. Slack has no idempotency key: an
 * ambiguous answer is settled by reading back, never by posting again blindly.
 */
export async function postOnce(client: WebClient, post: Post): Promise<Posted> {
  const placed = await openPlace(client, post.channel);
  if (placed.kind !== 'open') return placed;
  const here = { ...post, channel: placed.channel };
  if (here.maybeSent) {
    const found = await findPost(client, here);
    if (found.kind !== 'absent') return found;
  }
  return send(client, here);
}

/** Like `postOnce`, for a message better posted twice than never: it is sent again if the place cannot be read. */
export async function postSettled(client: WebClient, post: Post): Promise<Sent> {
  const posted = await postOnce(client, post);
  return posted.kind === 'unreadable' ? send(client, post) : posted;
}

/**
 * Posts a message that someone waits for: calls `postSettled` again and again, less and less often, until it is known
 * that the message is there.
 * @throws Problem if Slack refuses it for good
 */
export async function postSurely(
  client: WebClient,
  post: Post,
  { firstMs, mostMs }: Span,
): Promise<{ ts: string }> {
  let { maybeSent } = post;
  for (let pause = firstMs; ; pause = Math.min(mostMs, pause * 2)) {
    const posted = await postSettled(client, { ...post, maybeSent });
    if (posted.kind === 'posted') return posted;
    if (posted.kind === 'permanent' || posted.kind === 'refused') {
      throw new Problem(`Slack does not let the bot post there (${posted.code}).`);
    }
    maybeSent ||= posted.kind === 'ambiguous';
    await sleep(posted.kind === 'later' ? posted.ms : pause);
  }
}

/** Opens a direct message that is named by its person: by that name Slack lets the bot post, but not read back. */
export async function openPlace(
  client: WebClient,
  channel: string,
): Promise<{ kind: 'open'; channel: string } | SlackFailure> {
  if (!/^[UW]/.test(channel)) return { kind: 'open', channel };
  try {
    const opened = await client.conversations.open({ users: channel });
    return { kind: 'open', channel: opened.channel?.id ?? channel };
  } catch (error) {
    return slackFailure(error);
  }
}

/** Posts without looking first. */
async function send(client: WebClient, post: Post): Promise<Sent> {
  const sent = await call(client, post, post.message);
  if (!isAboutBlocks(sent)) return sent;
  const plain = () => call(client, post, { text: post.message.text });
  const again = await plain();
  // Slack counts the post that it refused, and takes one a second in a channel.
  if (again.kind !== 'later' || again.ms > SHORTLY_MS) return again;
  await sleep(again.ms);
  return plain();
}

const SHORTLY_MS = 2000;

async function call(client: WebClient, post: Post, message: Partial<Message> & { text: string }) {
  try {
    const answer = await client.chat.postMessage({
      channel: post.channel,
      ...message,
      ...threadOf(post),
      unfurl_links: false,
      unfurl_media: false,
      metadata: { event_type: EVENT_TYPE, event_payload: { id: post.id } },
    });
    const { channel, ts } = z.object({ channel: z.string(), ts: z.string() }).parse(answer);
    return { kind: 'posted' as const, channel, ts };
  } catch (error) {
    return slackFailure(error);
  }
}

/** Edits a message. @returns why Slack did not do it; null if it did */
export async function editPost(
  client: WebClient,
  place: { channel: string; ts: string },
  message: Message,
): Promise<SlackFailure | null> {
  try {
    await client.chat.update({ ...place, ...message });
    return null;
  } catch (error) {
    const failure = slackFailure(error);
    if (!isAboutBlocks(failure) || message.blocks.length === 0) return failure;
    return editPost(client, place, { text: message.text, blocks: [] });
  }
}

/** True if Slack refused the blocks. Not all of its limits are published, so the text is then sent without blocks. */
function isAboutBlocks(sent: Sent): boolean {
  return sent.kind === 'refused' && sent.code.includes('blocks');
}

function threadOf({ threadTs, broadcast }: Post) {
  if (threadTs === null) return {};
  return broadcast
    ? { thread_ts: threadTs, reply_broadcast: true as const }
    : { thread_ts: threadTs };
}

/** Codes that mean that the bot may not read a place. */
const unreadable: ReadonlySet<string> = new Set([
  'missing_scope',
  'not_in_channel',
  'channel_not_found',
  'thread_not_found',
  'no_permission',
]);

const stamped = z.object({
  ts: z.string(),
  metadata: z
    .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })
    .optional(),
});
const page = z.object({
  messages: z.array(z.unknown()).default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

async function findPost(client: WebClient, post: Post): Promise<Posted | { kind: 'absent' }> {
  try {
    let cursor: string | undefined;
    do {
      const answer = page.parse(await readPlace(client, post, cursor));
      const ts = answer.messages.map((message) => stampOf(message, post.id)).find(Boolean);
      if (ts) return { kind: 'posted', channel: post.channel, ts };
      // A thread is read to its end. In a channel, a card that was just posted is on the newest page.
      cursor =
        post.threadTs === null ? undefined : answer.response_metadata?.next_cursor || undefined;
    } while (cursor !== undefined);
    return { kind: 'absent' };
  } catch (error) {
    const failure = slackFailure(error);
    const code = 'code' in failure ? failure.code : '';
    return unreadable.has(code) ? { kind: 'unreadable' } : failure;
  }
}

function readPlace(client: WebClient, { channel, threadTs }: Post, cursor: string | undefined) {
  const query = {
    channel,
    limit: 200,
    include_all_metadata: true,
    ...(cursor !== undefined && { cursor }),
  };
  return threadTs === null
    ? client.conversations.history(query)
    : client.conversations.replies({ ...query, ts: threadTs });
}

function stampOf(message: unknown, id: string): string | undefined {
  const { data } = stamped.safeParse(message);
  const { event_type: type, event_payload: payload } = data?.metadata ?? {};
  return type === EVENT_TYPE && payload?.id === id ? data?.ts : undefined;
}
