/** The entries of Slack's ledger that say what people did and saw. The demo knows nothing else about Slack. */
import * as z from 'zod';
import type { LedgerRecord } from '../slack/control.ts';

const text = z.object({ text: z.string() });
const option = z.object({ text });

const element = z.object({
  type: z.string(),
  /** Words in context blocks; an object in buttons. */
  text: z.union([z.string(), text]).optional(),
  placeholder: text.optional(),
  options: z.array(option).optional(),
  action_id: z.string().optional(),
});

const block = z.object({
  type: z.string(),
  block_id: z.string(),
  text: text.optional(),
  fields: z.array(text).optional(),
  elements: z.array(element).optional(),
  accessory: element.optional(),
  label: text.optional(),
  hint: text.nullish(),
  element: element.optional(),
  optional: z.boolean().optional(),
});

const state = z.object({
  value: z.string().nullish(),
  selected_option: option.nullish(),
  selected_conversation: z.string().nullish(),
  files: z.array(z.object({ name: z.string() })).nullish(),
});

const view = z.object({
  id: z.string(),
  title: text,
  submit: text.nullish(),
  close: text.nullish(),
  blocks: z.array(block),
  state: z.object({ values: z.record(z.string(), z.record(z.string(), state)) }),
});

const message = z.object({
  seq: z.number(),
  kind: z.literal('message'),
  change: z.enum(['posted', 'edited', 'deleted']),
  channel: z.string(),
  ts: z.string(),
  user: z.string(),
  text: z.string(),
  blocks: z.array(block),
  files: z.array(z.object({ name: z.string(), size: z.number() })),
  thread_ts: z.string().optional(),
  broadcast: z.boolean(),
  /** The only person who sees it. */
  to: z.string().optional(),
  shown: z.boolean(),
});

const modal = z.object({
  seq: z.number(),
  kind: z.literal('view'),
  change: z.string(),
  user: z.string(),
  view,
  /** Sentences under fields, by block. */
  errors: z.record(z.string(), z.string()).default({}),
});

const person = z.object({
  seq: z.number(),
  kind: z.literal('person'),
  act: z.string(),
  user: z.string(),
  channel: z.string().optional(),
  ts: z.string().optional(),
  text: z.string().optional(),
  label: z.string().optional(),
  callback_id: z.string().optional(),
  /** The whole view if it was handed in, otherwise its id. */
  view: z.union([view, z.string()]).optional(),
});

/** The app's options for what a person types into a menu. */
const suggestion = z.object({
  seq: z.number(),
  kind: z.literal('delivery'),
  payload: z.object({
    type: z.literal('block_suggestion'),
    user: z.object({ id: z.string() }),
    value: z.string(),
  }),
  body: z.object({ options: z.array(option) }),
});

/** The bot looks for a post of its own whose answer was lost. */
const lookBack = z.object({
  seq: z.number(),
  kind: z.literal('api'),
  method: z.enum(['conversations.history', 'conversations.replies']),
  answer: z.object({ ok: z.boolean() }),
});

const entry = z.union([message, modal, person, suggestion, lookBack]);

export type Block = z.infer<typeof block>;
export type Element = z.infer<typeof element>;
export type State = z.infer<typeof state>;
export type View = z.infer<typeof view>;
export type MessageEntry = z.infer<typeof message>;
export type ModalEntry = z.infer<typeof modal>;
export type PersonEntry = z.infer<typeof person>;
export type SuggestionEntry = z.infer<typeof suggestion>;
export type LookBackEntry = z.infer<typeof lookBack>;
export type Entry = z.infer<typeof entry>;

/** What people did and saw; most requests, sockets and the like are left out. */
export function readEntries(records: LedgerRecord[]): Entry[] {
  return records.flatMap((record) => {
    const { data } = entry.safeParse(record);
    if (data === undefined && ['message', 'view', 'person'].includes(record.kind)) {
      throw new Error(`The demo cannot read entry ${record.seq} of the ledger (${record.kind}).`);
    }
    return data ?? [];
  });
}
