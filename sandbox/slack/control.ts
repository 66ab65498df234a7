/** A typed client of the control API, for tests, the demo and other programs. */
import * as z from 'zod';
import type { FaultRequest } from './faults.ts';

const seenSchema = z.object({
  ts: z.string(),
  user: z.string(),
  text: z.string(),
  blocks: z.array(z.record(z.string(), z.unknown())),
  attachments: z.array(z.unknown()),
  files: z.array(
    z.object({ id: z.string(), name: z.string(), title: z.string(), mode: z.string() }),
  ),
  thread_ts: z.string().optional(),
  ephemeral: z.boolean(),
  edited: z.boolean(),
});

const actSchema = z.object({ ok: z.boolean(), ackMs: z.number(), refused: z.string().optional() });
const forgedSchema = actSchema.extend({ body: z.unknown().optional() });
const commandSchema = actSchema.extend({ response: z.unknown().optional() });
const submittedSchema = actSchema.extend({
  action: z.enum(['clear', 'errors', 'update', 'push', 'none']),
  errors: z.record(z.string(), z.string()).optional(),
});
const saidSchema = z.object({ ts: z.string(), files: z.array(z.object({ id: z.string() })) });
const textSchema = z.object({ type: z.string(), text: z.string() });
const viewSchema = z.looseObject({
  id: z.string(),
  hash: z.string(),
  callback_id: z.string(),
  private_metadata: z.string(),
  title: textSchema,
  submit: textSchema.nullable(),
  close: textSchema.nullable(),
  blocks: z.array(z.record(z.string(), z.unknown())),
  state: z.object({
    values: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))),
  }),
});
const optionSchema = z.looseObject({ text: textSchema, value: z.string() });
const entrySchema = z.looseObject({ seq: z.number(), at: z.string(), kind: z.string() });
const firedSchema = z.object({ method: z.string(), kind: z.string(), seq: z.number() });

export type SeenMessage = z.infer<typeof seenSchema>;
export type SeenView = z.infer<typeof viewSchema>;
export type ActResult = z.infer<typeof actSchema>;
export type LedgerRecord = z.infer<typeof entrySchema>;

/** A file to upload; `external` has no bytes here. */
export type FileToSend = {
  name: string;
  content: string | Uint8Array;
  mode?: 'hosted' | 'snippet' | 'external' | 'quip' | 'space' | 'email';
  mimetype?: string;
  /** True for a file from another workspace. Events say only `file_access: check_file_info` about it. */
  connect?: boolean;
  /** The user who made it, if another one shares it: another app's, for instance. */
  madeBy?: string;
  /** A channel in which it was shared before. */
  sharedIn?: string;
};

/** What a person enters in a field: text, the label or value of an option, an id, several, files, or nothing. */
export type FieldValue = string | string[] | FileToSend | FileToSend[] | Forged | null;

/** A value that the menu does not offer, sent by a client other than Slack's own. */
type Forged = { forged: string };

type SayOptions = {
  thread_ts?: string;
  files?: FileToSend[];
  /** app_mention comes without `files`, as has been seen. */
  mentionWithoutFiles?: boolean;
  /** A reply is shown in the conversation as well. */
  broadcast?: boolean;
  /** A message to forward. */
  forward?: { channel: string; ts: string };
};
type Nth = { nth?: number };
type UserChange = {
  deleted?: boolean;
  is_restricted?: boolean;
  tz?: string;
  email?: string;
  real_name?: string;
  is_email_confirmed?: boolean;
  is_stranger?: boolean;
};

/** Drives a sandbox at `url`. A call that makes no sense rejects with the server's sentence. */
export function controlSlack(url: string) {
  const post = createPost(url);
  const nothing = z.null();
  return {
    person: (user: string) => createPerson(post, user),
    /** Plans a fault; see faults.ts for the points and kinds. */
    fault: (fault: FaultRequest) => post('fault', fault, nothing),
    clearFaults: () => post('clearFaults', {}, nothing),
    /** Which faults have been played, with their place in the ledger. */
    faultsFired: () => post('faultsFired', {}, z.array(firedSchema)),
    /** The ledger's entries after `after` (default: all). */
    ledger: async (after = 0): Promise<LedgerRecord[]> => {
      const response = await fetch(`${url}/sandbox/ledger?after=${after}`);
      return z.array(entrySchema).parse(await response.json());
    },
    /** The app as people see it, from its manifest. */
    app: async (): Promise<Record<string, unknown>> => {
      const response = await fetch(`${url}/sandbox/app`);
      return z.record(z.string(), z.unknown()).parse(await response.json());
    },
    dropSockets: () => post('dropSockets', {}, nothing),
    /** Asks every socket to reconnect, as Slack does now and then. */
    disconnect: (reason: 'warning' | 'refresh_requested') =>
      post('disconnect', { reason }, nothing),
    /** Sends an event again; false if there was none with this id. */
    redeliver: (event_id: string) => post('redeliver', { event_id }, z.boolean()),
    /** Changes a file's content; false if there is none with this id. */
    editFile: (id: string, content: string) =>
      post('editFile', { id, base64: Buffer.from(content).toString('base64') }, z.boolean()),
    /** Deletes a file; `untold`: the app gets no event. */
    deleteFile: (id: string, how?: 'untold') =>
      post('deleteFile', { id, untold: how === 'untold' }, z.boolean()),
    setUser: (user: string, change: UserChange) => post('setUser', { user, ...change }, nothing),
    /** Shares a channel with another organisation, or ends that. */
    setShared: (channel: string, isShared: boolean) =>
      post('setShared', { channel, isShared }, nothing),
    setUsergroup: (usergroup: string, users: string[]) =>
      post('setUsergroup', { usergroup, users }, nothing),
    /** Removes the app from the workspace. */
    uninstall: () => post('uninstall', {}, nothing),
    /** Resets everything to the start, with the app installed and an empty ledger. */
    startOver: () => post('startOver', {}, nothing),
    /** Adds a full member for one test, named after their id. */
    addMember: (user: string) => post('addMember', { user }, nothing),
    /** Adds a conversation for one test. */
    addChannel: (
      channel: string,
      kind: 'public' | 'private' | 'mpim',
      members: string[],
      name = channel.toLowerCase(),
    ) => post('addChannel', { channel, kind, name, members }, nothing),
    setMembership: (channel: string, user: string, isMember: boolean) =>
      post('setMembership', { channel, user, isMember }, nothing),
    expireTriggers: () => post('expireTriggers', {}, nothing),
    /** Sets how long triggers live from now on (Slack: 3,000 ms). Below 0, they are always expired. */
    setTriggerLife: (ms: number) => post('setTriggerLife', { ms }, nothing),
    /** True if the app's request URL answers Slack's challenge (signed HTTP only). */
    verifyUrl: () => post('verifyUrl', {}, z.boolean()),
  };
}

export type SlackControl = ReturnType<typeof controlSlack>;
export type Person = ReturnType<typeof createPerson>;

type Post = <T extends z.ZodType>(name: string, body: unknown, schema: T) => Promise<z.output<T>>;

const createPost =
  (url: string): Post =>
  async (name, body, schema) => {
    const response = await fetch(`${url}/sandbox/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = z
      .object({ result: z.unknown().optional(), error: z.string().optional() })
      .parse(await response.json());
    if (answer.error !== undefined) throw new Error(`sandbox: ${name}: ${answer.error}`);
    return schema.parse(answer.result);
  };

/** What one person does and sees. `channel` may be `dm`: the direct messages with the bot. */
function createPerson(post: Post, user: string) {
  return {
    /** Types a slash command, in a thread if `thread_ts` is given, which Slack refuses. */
    command: (channel: string, text: string, more: { thread_ts?: string } = {}) =>
      post('command', { user, channel, text, ...more }, commandSchema),
    /** Writes a message. */
    say: (channel: string, text: string, { files = [], ...more }: SayOptions = {}) =>
      post('say', { user, channel, text, files: files.map(wireFile), ...more }, saidSchema),
    /** Edits a message of one's own. */
    edit: (channel: string, ts: string, text: string) =>
      post('edit', { user, channel, ts, text }, z.null()),
    /** Deletes a message of one's own. */
    remove: (channel: string, ts: string) => post('remove', { user, channel, ts }, z.null()),
    shortcut: (callback_id: string, channel: string, ts: string) =>
      post('shortcut', { user, callback_id, channel, ts }, actSchema),
    /** Presses the (nth) button with this label on a message. */
    click: (channel: string, ts: string, label: string, more: Nth = {}) =>
      post('click', { user, channel, ts, label, ...more }, actSchema),
    /** Chooses the (nth) option with this label in a menu of a message. */
    choose: (channel: string, ts: string, label: string, more: Nth = {}) =>
      post('choose', { user, channel, ts, label, ...more }, actSchema),
    modal: () => post('modal', { user }, viewSchema.nullable()),
    closeModal: () => post('closeModal', { user }, actSchema),
    clickInModal: (label: string, more: Nth = {}) =>
      post('clickInModal', { user, label, ...more }, actSchema),
    chooseInModal: (label: string, option: string) =>
      post('chooseInModal', { user, label, option }, actSchema),
    /** Types into an external menu of the modal; gives the options that the app answered. */
    suggest: (label: string, query: string) =>
      post('suggest', { user, label, query }, z.array(optionSchema)),
    /** Fills in fields by their labels and submits the modal. */
    submit: (values: Record<string, FieldValue> = {}) =>
      post('submit', { user, values: wireValues(values) }, submittedSchema),
    /** Sends a hand-made interaction, as from a client other than Slack's own. Returns the app's answer. */
    forge: (channel: string, payload: Record<string, unknown>) =>
      post('forge', { user, channel, payload }, forgedSchema),
    /** The messages that this person sees now, oldest first. */
    screen: (channel: string) => post('screen', { user, channel }, z.array(seenSchema)),
    /** The Home tab as this person sees it now; null if the app has published none. */
    home: () => post('home', { user }, viewSchema.partial().nullable()),
    /** Presses the (nth) button, or chooses the (nth) option, with this label in the Home tab. */
    pressInHome: (label: string, more: Nth = {}) =>
      post('pressInHome', { user, label, ...more }, actSchema),
    /** Opens the app's Home; gives the Home view, if any. */
    openHome: () => post('openHome', { user }, viewSchema.partial().nullable()),
  };
}

const wireFile = ({ content, ...file }: FileToSend) => ({
  ...file,
  ...(typeof content === 'string'
    ? { text: content }
    : { base64: Buffer.from(content).toString('base64') }),
});

const wireValues = (values: Record<string, FieldValue>) =>
  Object.fromEntries(Object.entries(values).map(([label, value]) => [label, wireValue(value)]));

function wireValue(value: FieldValue) {
  if (value === null || typeof value === 'string' || 'forged' in value) return value;
  if (!Array.isArray(value)) return [wireFile(value)];
  return value.map((one) => (typeof one === 'string' ? one : wireFile(one)));
}
