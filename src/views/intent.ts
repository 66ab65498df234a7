import { z } from 'zod';
import { listedPhases } from '../jobs/filter.ts';
import { changeable } from '../scripts/changes.ts';

/**
 * What a person wants of the bot, as data: the arguments of each command. Typed words become one (`parse` of the
 * command), and a button, an option or a form carries one; they meet in the command's `run`. Commands that no `parse`
 * returns can only be pressed.
 */

/** A job as a person named it: a uuid in most buttons, words as typed in others, empty for the job of the thread. */
const job = z.string();
/** A shared script: 128 random bits, which name it but give no right to it (submissions/script-access.ts). */
const script = z.string().regex(/^[\w-]{22}$/);
/** A submission: 12 hex digits. */
const mark = z.string().regex(/^[0-9a-f]{12}$/);
const uuid = z.string().regex(/^[0-9a-f]{32}$/);

/** Where *Newer*, *Older* and *Search further* go on: a row of the list. `created` is in milliseconds since 1970. */
const move = z.strictObject({
  to: z.enum(['newer', 'older']),
  uuid,
  created: z.int(),
  rank: z.int().nonnegative(),
  /** How many jobs come before; left out if the list is not counted. */
  before: z.int().nonnegative().optional(),
});
const filter = z.strictObject({
  mine: z.boolean().default(false),
  phases: z.array(z.enum(listedPhases)).default([]),
  project: z.string().nullable().default(null),
  words: z.array(z.string()).default([]),
});

/** All but `connect`, which can hold one of these. */
const plain = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('list'),
    filter,
    move: move.nullable().default(null),
    /** True if the page is for everyone in the channel. */
    post: z.boolean().default(false),
    /** True if it replaces the list that has the button. */
    here: z.literal(true).optional(),
  }),
  z.strictObject({
    do: z.literal('submit'),
    /** Null for a script that is uploaded in the form. */
    script: script.nullable().default(null),
    /** True if DOS line endings are converted. */
    convert: z.boolean().default(false),
    /** The person whose own message shortcut named the script: Slack proved that they see its message. */
    seenBy: z.string().nullable().default(null),
  }),
  /** A submission once more, filled in. */
  z.strictObject({ do: z.literal('retry'), mark }),
  z.strictObject({
    do: z.literal('again'),
    job,
    /** With the script as it was, whatever the job lacked. */
    unchanged: z.literal(true).optional(),
  }),
  z.strictObject({ do: z.literal('convert'), script }),
  z.strictObject({ do: z.literal('dismiss'), script }),
  z.strictObject({
    do: z.literal('show'),
    job,
    /** True to show only what machines say about it. */
    technical: z.literal(true).optional(),
  }),
  z.strictObject({ do: z.literal('refresh'), job }),
  z.strictObject({
    do: z.literal('follow'),
    job,
    /** True to follow it in the direct message, wherever the button is. */
    direct: z.boolean().default(false),
  }),
  z.strictObject({ do: z.literal('edit'), job }),
  z.strictObject({ do: z.literal('delete'), job }),
  z.strictObject({ do: z.literal('unlink'), job }),
  z.strictObject({ do: z.literal('disconnect') }),
  z.strictObject({ do: z.literal('usage') }),
  z.strictObject({ do: z.literal('whoami') }),
  z.strictObject({ do: z.literal('help') }),
]);

/** Everything that a button or an option can carry. */
export const intent = z.discriminatedUnion('do', [
  ...plain.options,
  /** `next`: what the person wanted when they were stopped. */
  z.strictObject({ do: z.literal('connect'), next: plain.nullable().default(null) }),
]);
export type Intent = z.infer<typeof intent>;
/** The arguments of one command. */
export type IntentTo<Do extends Intent['do']> = Extract<Intent, { do: Do }>;
/** The commands that are about one job. */
export type JobIntent = Extract<Intent, { job: string }>;

/** Slack id of the person for whom the form was opened. Nobody else may hand it in. */
const user = z.string();
const record = { user, uuid, name: z.string() };

/** Everything that a form can carry, by its callback_id. */
export const form = z.discriminatedUnion('form', [
  z.strictObject({
    form: z.literal('submit'),
    user,
    /** Each form has a mark of its own, so a form that is handed in twice is one submission. */
    mark,
    /** Null if the form asks for an upload. */
    script: script.nullable().default(null),
    /** SHA-256 of the script that the person is shown; empty if none is. */
    sha256: z.string().default(''),
    convert: z.boolean().default(false),
    /** What is changed in the script, and the option whose value the form asks for. */
    changes: z.array(z.strictObject({ option: z.enum(changeable), value: z.string() })).default([]),
    more: z.enum(changeable).nullable().default(null),
    /** True if the job is followed in the script's thread unless a channel is chosen. */
    inThread: z.boolean().default(false),
    /** The mark of the lost submission that this would repeat. */
    again: mark.nullable().default(null),
    /** When the form was opened, in milliseconds since 1970: of submissions since then it does not tell. */
    opened: z.int().default(0),
  }),
  z.strictObject({ form: z.literal('edit'), ...record }),
  z.strictObject({ form: z.literal('delete'), ...record }),
  z.strictObject({ form: z.literal('unlink'), ...record }),
  z.strictObject({
    form: z.literal('connect'),
    user,
    channel: z.string(),
    threadTs: z.string().nullable().default(null),
    direct: z.boolean().default(false),
    responseUrl: z.string().nullable().default(null),
    next: plain.nullable().default(null),
    /** The Waldur user whom the bot proposed, if it finds people by e-mail. */
    proposed: z.string().nullable().default(null),
  }),
]);
export type Form = z.infer<typeof form>;
/** What one form carries. */
export type FormOf<Name extends Form['form']> = Extract<Form, { form: Name }>;

/** Encodes what a button, an option or a form carries. It is short, since an option has 75 characters. */
export function encode(value: Intent | Form): string {
  return JSON.stringify(value, (_key, each: unknown) => (isDefault(each) ? undefined : each));
}

/** True for values that the schemas fill in again: false, null and an empty list. An empty text may be meant. */
function isDefault(value: unknown): boolean {
  return value === false || value === null || (Array.isArray(value) && value.length === 0);
}

/** Decodes it; null if this version of the bot cannot have written it. */
export function decode<T extends Intent | Form>(schema: z.ZodType<T>, text: string): T | null {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
