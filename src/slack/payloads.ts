import { z } from 'zod';
import { cut } from '../jobs/cut.ts';
import { type Pasted, pastedCode } from './pasted-code.ts';

/**
 * The parts of Slack's payloads that the bot uses (docs.slack.dev). The rest is ignored, and a payload that does not
 * fit is not for the bot.
 */

/** Text that a person wrote, cut to `max` characters. Slack's limits are wider than anything that the bot accepts. */
const upTo = (max: number) => z.string().transform((text) => cut(text, max));
/** Slack's limit for a message. */
const MESSAGE = 40_000;
/** Slack's limit for a field of a form, and for a form's metadata. */
const FIELD = 3000;

const file = z.object({ id: z.string(), name: upTo(255).nullish() });
/** Slack turns a forwarded message, or one that is shown below its link, into an attachment with its files. */
const attachment = z.object({
  is_share: z.boolean().optional(),
  is_msg_unfurl: z.boolean().optional(),
  files: z.array(file).default([]),
});
const attached = {
  bot_id: z.string().nullish(),
  files: z.array(file).nullish(),
  attachments: z.array(attachment.catch({ files: [] })).nullish(),
};

/** The files of a message and of the messages that it forwards. An app's attachments can be anything. */
function filesOf({ bot_id, files, attachments }: z.infer<z.ZodObject<typeof attached>>) {
  const shown = (bot_id ? [] : (attachments ?? [])).filter(
    (each) => each.is_share || each.is_msg_unfurl,
  );
  const all = [...(files ?? []), ...shown.flatMap((each) => each.files)];
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
  pasted: z
    .union([z.object({ text: z.string() }), z.literal('changed by Slack')])
    .nullable()
    .default(null),
  leak: z.boolean().default(false),
});

/** The message in an event; null unless a person sent it to the bot. */
export function readArrival(body: unknown): Arrival | null {
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

const person = z.object({ id: z.string(), team_id: z.string().optional() });
const team = z.object({ id: z.string() }).nullish();
const channel = z.object({ id: z.string(), name: z.string().default('') });

/**
 * True for a direct message: the person's with the bot, or with somebody else. Slack sends no `channel_type` here but a
 * name, which anybody can give to a channel.
 */
export function isDirectMessage({ id, name }: { id: string; name: string }): boolean {
  return name === 'directmessage' && !/^[CG]/.test(id);
}

export const commandBody = z.object({
  team_id: z.string(),
  user_id: z.string(),
  channel_id: z.string(),
  channel_name: z.string().default(''),
  text: upTo(MESSAGE).default(''),
  trigger_id: z.string(),
  response_url: z.string(),
});

export const actionBody = z.object({
  user: person,
  team,
  trigger_id: z.string(),
  response_url: z.string().optional(),
  channel: channel.optional(),
  container: z
    .object({
      thread_ts: z.string().optional(),
      message_ts: z.string().optional(),
      is_ephemeral: z.boolean().optional(),
    })
    .optional(),
  message: z.object({ thread_ts: z.string().optional(), ts: z.string().optional() }).optional(),
  view: z.object({ id: z.string() }).optional(),
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        value: z.string().optional(),
        selected_option: z.object({ value: z.string() }).nullish(),
      }),
    )
    .min(1),
});

export const shortcutBody = z.object({
  user: person,
  team,
  trigger_id: z.string(),
  response_url: z.string().optional(),
  channel,
  message: z
    .object({
      ts: z.string(),
      thread_ts: z.string().optional(),
      user: z.string().optional(),
      blocks: z.unknown().optional(),
      ...attached,
    })
    .transform(({ blocks, ...message }) => ({
      ...message,
      files: filesOf(message),
      pasted: pastedCode(blocks, true),
    })),
});

const stateValue = z.object({
  value: upTo(FIELD).nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  selected_conversation: z.string().nullish(),
  files: z.array(file).nullish(),
});

export const viewBody = z.object({
  user: person,
  team,
  view: z.object({
    id: z.string(),
    callback_id: z.string(),
    private_metadata: z.string().default(''),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), stateValue)) }),
  }),
});

export const suggestionBody = z.object({ user: person, team, value: upTo(FIELD).default('') });

/** What was filled into a modal, by block id: the text, or the chosen value, conversation or file (its id). */
export function filledIn({ view }: z.infer<typeof viewBody>) {
  const values: Record<string, string | null> = {};
  const fileNames: Record<string, string> = {};
  for (const [blockId, actions] of Object.entries(view.state.values)) {
    const state = Object.values(actions)[0];
    const uploaded = state?.files?.[0];
    values[blockId] =
      state?.value ??
      state?.selected_option?.value ??
      state?.selected_conversation ??
      uploaded?.id ??
      null;
    if (uploaded !== undefined) fileNames[blockId] = uploaded.name ?? uploaded.id;
  }
  return { values, fileNames };
}
