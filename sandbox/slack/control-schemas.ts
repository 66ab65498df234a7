/** The input of the control API, which is the border between the sandbox and whoever drives it. */
import * as z from 'zod';
import { faultSchema } from './faults.ts';

const fileSchema = z
  .strictObject({
    name: z.string().min(1),
    text: z.string().optional(),
    base64: z.string().optional(),
    mode: z.enum(['hosted', 'snippet', 'external', 'quip', 'space', 'email']).optional(),
    mimetype: z.string().optional(),
    connect: z.boolean().default(false),
    madeBy: z.string().optional(),
    sharedIn: z.string().optional(),
  })
  .transform(({ text, base64, ...file }) => ({
    ...file,
    bytes: new Uint8Array(
      base64 === undefined ? Buffer.from(text ?? '', 'utf8') : Buffer.from(base64, 'base64'),
    ),
  }));

const user = z.string();
const channel = z.string();
const ts = z.string();
const label = z.string();
const nth = z.int().nonnegative().default(0);

const enteredSchema = z.union([
  z.string(),
  z.null(),
  z.strictObject({ forged: z.string() }),
  z.array(z.string()),
  z.array(fileSchema),
]);

export const schemas = {
  command: z.strictObject({ user, channel, text: z.string(), thread_ts: ts.optional() }),
  say: z.strictObject({
    user,
    channel,
    text: z.string(),
    thread_ts: ts.optional(),
    files: z.array(fileSchema).default([]),
    mentionWithoutFiles: z.boolean().default(false),
    broadcast: z.boolean().default(false),
    forward: z.strictObject({ channel, ts }).optional(),
  }),
  edit: z.strictObject({ user, channel, ts, text: z.string() }),
  remove: z.strictObject({ user, channel, ts }),
  shortcut: z.strictObject({ user, callback_id: z.string(), channel, ts }),
  click: z.strictObject({ user, channel, ts, label, nth }),
  choose: z.strictObject({ user, channel, ts, label, nth }),
  modal: z.strictObject({ user }),
  closeModal: z.strictObject({ user }),
  clickInModal: z.strictObject({ user, label, nth }),
  chooseInModal: z.strictObject({ user, label, option: z.string() }),
  suggest: z.strictObject({ user, label, query: z.string() }),
  submit: z.strictObject({ user, values: z.record(z.string(), enteredSchema).default({}) }),
  forge: z.strictObject({ user, channel, payload: z.record(z.string(), z.unknown()) }),
  screen: z.strictObject({ user, channel }),
  openHome: z.strictObject({ user }),
  home: z.strictObject({ user }),
  pressInHome: z.strictObject({ user, label, nth }),
  fault: faultSchema,
  redeliver: z.strictObject({ event_id: z.string() }),
  disconnect: z.strictObject({ reason: z.enum(['warning', 'refresh_requested']) }),
  setTriggerLife: z.strictObject({ ms: z.number() }),
  deleteFile: z.strictObject({ id: z.string(), untold: z.boolean().default(false) }),
  editFile: z.strictObject({ id: z.string(), base64: z.string() }),
  setUser: z.strictObject({
    user,
    deleted: z.boolean().optional(),
    is_restricted: z.boolean().optional(),
    tz: z.string().optional(),
    email: z.string().optional(),
    real_name: z.string().optional(),
    is_email_confirmed: z.boolean().optional(),
    is_stranger: z.boolean().optional(),
  }),
  setShared: z.strictObject({ channel, isShared: z.boolean() }),
  setUsergroup: z.strictObject({ usergroup: z.string(), users: z.array(z.string()) }),
  addMember: z.strictObject({ user }),
  addChannel: z.strictObject({
    channel,
    kind: z.enum(['public', 'private', 'mpim']),
    name: z.string(),
    members: z.array(user),
  }),
  setMembership: z.strictObject({ channel, user, isMember: z.boolean() }),
  nothing: z.strictObject({}),
};
