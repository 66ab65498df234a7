import { z } from 'zod';
import { attached, file, filesOf, MESSAGE, upTo } from './arrival.ts';
import { pastedCode } from './pasted-code.ts';

/**
 * The parts of Slack's payloads that the bot uses (docs.slack.dev), but for messages (arrival.ts). The rest is ignored,
 * and a payload that does not fit is not for the bot.
 */

/** Slack's limit for a field of a form, and for a form's metadata. */
const FIELD = 3000;

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
  view: z.object({ id: z.string(), type: z.string() }).optional(),
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
      /** True if a file of it was deleted. */
      fileGone: (message.files ?? []).some(({ mode }) => mode === 'tombstone'),
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
