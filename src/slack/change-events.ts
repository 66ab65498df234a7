import { z } from 'zod';

/** Events that say that a message or a file has changed, or is gone (docs.slack.dev, event reference). */

/** Slack sends a deleted message that has replies as one that changed into a tombstone. */
const TOMBSTONE = 'tombstone';

const changed = z.object({
  type: z.literal('message'),
  subtype: z.literal('message_changed'),
  channel: z.string(),
  channel_type: z.string().optional(),
  ts: z.string(),
  message: z.looseObject({ ts: z.string(), subtype: z.string().nullish() }),
});
const event = z.union([
  changed,
  z.object({
    type: z.literal('message'),
    subtype: z.literal('message_deleted'),
    channel: z.string(),
    deleted_ts: z.string(),
  }),
  z.object({ type: z.literal('file_deleted'), file_id: z.string() }),
]);
const envelope = z.object({ type: z.literal('event_callback'), team_id: z.string(), event });
const change = z.looseObject({ event: changed });
const mention = z.object({
  event: z.object({ type: z.literal('app_mention'), edited: z.object({ ts: z.string() }) }),
});

/** What is gone: a message, or a file wherever it was shared. */
type Deletion = { team: string } & ({ channel: string; ts: string } | { fileId: string });

/** The deletion that an event reports; null for any other event. */
export function readDeletion(body: unknown): Deletion | null {
  const { data } = envelope.safeParse(body);
  if (data === undefined) return null;
  const { team_id: team, event: given } = data;
  if (given.type === 'file_deleted') return { team, fileId: given.file_id };
  const { channel } = given;
  if (given.subtype === 'message_deleted') return { team, channel, ts: given.deleted_ts };
  const { ts, subtype } = given.message;
  return subtype === TOMBSTONE ? { team, channel, ts } : null;
}

/** An event about a message as if it had just been written, and when it was edited; null if it was not. */
export function asWritten(body: unknown): { body: unknown; edited: string | null } {
  const { data } = change.safeParse(body);
  if (data === undefined) {
    return { body, edited: mention.safeParse(body).data?.event.edited.ts ?? null };
  }
  const { channel, channel_type, ts, message } = data.event;
  return {
    body: { ...data, event: { ...message, type: 'message', channel, channel_type } },
    edited: ts,
  };
}
