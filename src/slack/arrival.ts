import { z } from 'zod';
import { cut } from '../jobs/cut.ts';
import { asWritten } from './change-events.ts';
import { type Pasted, pastedCode } from './pasted-code.ts';

/** Text that a person wrote, cut to `max` characters. Slack's limits are wider than anything that the bot accepts. */
export const upTo = (max: number) => z.string().transform((text) => cut(text, max));
/** Slack's limit for a message. */
export const MESSAGE = 40_000;

/** A file, as a message or a form names it. */
export const file = z.object({
  id: z.string(),
  name: upTo(255).nullish(),
  mode: z.string().optional(),
});
/** Slack turns a forwarded message, or one that is shown below its link, into an attachment with its files. */
const attachment = z.object({
  is_share: z.boolean().optional(),
  is_msg_unfurl: z.boolean().optional(),
  files: z.array(file).default([]),
});
/** What a message has of files. */
export const attached = {
  bot_id: z.string().nullish(),
  files: z.array(file).nullish(),
  attachments: z.array(attachment.catch({ files: [] })).nullish(),
};

/** The files of a message and of the messages that it forwards. An app's attachments can be anything. */
export function filesOf({ bot_id, files, attachments }: z.infer<z.ZodObject<typeof attached>>) {
  const shown = (bot_id ? [] : (attachments ?? [])).filter(
    (each) => each.is_share || each.is_msg_unfurl,
  );
  // Of a deleted file only its id is left.
  const all = [...(files ?? []), ...shown.flatMap((each) => each.files)].filter(
    ({ mode }) => mode !== 'tombstone',
  );
  return [...new Map(all.map(({ id, name }) => [id, { id, name: name ?? id }])).values()];
}

/** A message that may be for the bot: in its direct messages, or a mention in a channel. */
const messageEvent = z.object({
  type: z.enum(['message', 'app_mention']),
  subtype: z.string().nullish(),
  channel: z.string(),
  channel_type: z.string().optional(),
  user: z.string().optional(),
  text: upTo(MESSAGE).default(''),
  ts: z.string(),
  thread_ts: z.string().nullish(),
  ...attached,
  blocks: z.unknown().optional(),
});
const eventBody = z.object({
  type: z.literal('event_callback'),
  team_id: z.string(),
  event_id: z.string(),
  event: messageEvent,
});

/** A message that a person sent to the bot. */
export interface Arrival {
  eventId: string;
  team: string;
  user: string;
  channel: string;
  ts: string;
  threadTs: string | null;
  direct: boolean;
  text: string;
  files: { id: string; name: string }[];
  /** Possible ids of files, found in the message's blocks: app_mention has been seen without `files`. */
  hints: string[];
  /** When it was edited, as one of Slack's timestamps; null if it is new. */
  edited: string | null;
  /** The script that was pasted into it. */
  pasted: Pasted | null;
  /** True if it held something shaped like a token. Its content has then been removed. */
  leak: boolean;
}

/** An arrival as the inbox stores it. */
export const arrivalJson = z.object({
  eventId: z.string(),
  team: z.string(),
  user: z.string(),
  channel: z.string(),
  ts: z.string(),
  threadTs: z.string().nullable(),
  direct: z.boolean(),
  text: z.string(),
  files: z.array(z.object({ id: z.string(), name: z.string() })),
  hints: z.array(z.string()),
  edited: z.string().nullable().default(null),
  pasted: z
    .union([z.object({ text: z.string() }), z.literal('changed by Slack')])
    .nullable()
    .default(null),
  leak: z.boolean().default(false),
});

/** The message in an event, new or edited; null unless a person sent it to the bot. */
export function readArrival(received: unknown): Arrival | null {
  const { body, edited } = asWritten(received);
  const parsed = eventBody.safeParse(body);
  if (!parsed.success) return null;
  const { team_id: team, event_id: eventId, event } = parsed.data;
  const { user, subtype } = event;
  const files = filesOf(event);
  if (user === undefined) return null;
  if (subtype && subtype !== 'file_share' && subtype !== 'thread_broadcast') return null;
  // A message without a mention is for the bot only in its direct messages.
  const direct = event.channel_type === 'im';
  // A message from an app is for nobody, except for a file that it shares here in a person's name.
  if (event.bot_id && !(direct && files.length > 0)) return null;
  if (event.type === 'message' && !direct) return null;
  return {
    eventId,
    team,
    user,
    channel: event.channel,
    ts: event.ts,
    threadTs: event.thread_ts ?? null,
    direct,
    text: event.text,
    files,
    hints: event.type === 'app_mention' && files.length === 0 ? fileIds(event.blocks) : [],
    edited,
    pasted: event.bot_id ? null : pastedCode(event.blocks, false),
    leak: false,
  };
}

/** How many parts of a message's blocks are searched, however deeply they are nested. */
const LARGEST_BLOCKS = 10_000;

function fileIds(blocks: unknown): string[] {
  const ids = new Set<string>();
  const rest = [blocks];
  for (let left = LARGEST_BLOCKS; left > 0 && rest.length > 0; left -= 1) {
    const part = rest.pop();
    if (typeof part === 'string') {
      for (const id of part.match(/\bF[A-Z0-9]{8,}\b/g) ?? []) ids.add(id);
    } else if (typeof part === 'object' && part !== null) {
      for (const each of Object.values(part).toReversed()) rest.push(each);
    }
  }
  return [...ids].slice(0, 5);
}
