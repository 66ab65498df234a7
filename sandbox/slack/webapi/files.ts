import * as z from 'zod';
import { appSeesFile, sharedFileObject } from '../file-object.ts';
import { newUpload } from '../file-store.ts';
import { objects, stringAt } from '../json.ts';
import { announceMessage } from '../message-events.ts';
import { addMessage } from '../posting.ts';
import { refusal, SlackError } from '../slack-error.ts';
import type { Json, StoredFile } from '../types.ts';
import type { Workspace } from '../workspace.ts';
import { BOT } from '../world.ts';
import { jsonArg, type Method, method, needed, numberArg, textArg } from './method.ts';
import { postableChannel, threadRoot } from './preconditions.ts';

/** The largest file that Slack takes, in bytes. */
const MAX_FILE = 1024 ** 3;

const info = method({
  scopes: ['files:read'],
  takesJson: false,
  args: z.object({ file: needed }),
  run(space, args) {
    const file = space.files.get(args.file);
    if (file === undefined || !file.complete || !appSeesFile(space, file))
      throw new SlackError('file_not_found');
    if (file.mode === 'tombstone') throw new SlackError('file_deleted');
    const content = file.mode === 'snippet' ? contentOf(file) : {};
    return { file: sharedFileObject(space, file), comments: [], ...content };
  },
});

/** How much of a snippet files.info shows, in bytes. */
const MAX_CONTENT = 10_000;

const contentOf = ({ bytes }: StoredFile): Json => ({
  content: new TextDecoder().decode(bytes.subarray(0, MAX_CONTENT)),
  is_truncated: bytes.byteLength > MAX_CONTENT,
});

const getUploadUrl = method({
  scopes: ['files:write'],
  takesJson: false,
  args: z.object({
    filename: needed,
    length: numberArg(1, MAX_FILE, 'invalid_arguments').optional(),
    alt_txt: textArg.optional(),
    snippet_type: textArg.optional(),
  }),
  run(space, { filename, length }) {
    if (length === undefined)
      throw refusal('invalid_arguments', ['[ERROR] missing required field: length']);
    const file = newUpload(space, filename);
    return { upload_url: `${space.url}/upload/v1/${file.id}`, file_id: file.id };
  },
});

const CONVERSATION_ID = '^[CGDZ][A-Z0-9]{8,}$';

/** Unlike chat.postMessage, this does not accept a person's id for their direct messages (slackapi/bolt-js#2115). */
const conversationId = textArg.refine((id) => new RegExp(CONVERSATION_ID).test(id), {
  error: `input must match regex pattern: ${CONVERSATION_ID}`,
});

const complete = method({
  scopes: ['files:write'],
  args: z.object({
    files: jsonArg('invalid_arguments'),
    channel_id: conversationId.optional(),
    channels: textArg.optional(),
    thread_ts: textArg.optional(),
    initial_comment: textArg.optional(),
    blocks: jsonArg('invalid_blocks_format').optional(),
  }),
  run(space, args) {
    const files = objects(args.files).map((one) => uploaded(space, one));
    if (files.length === 0)
      throw refusal('invalid_arguments', ['[ERROR] missing required field: files']);
    const place = args.channel_id ?? args.channels;
    if (place !== undefined) share(space, files, place, args.initial_comment ?? '', args.thread_ts);
    for (const file of files) file.complete = true;
    return { files: files.map((file) => sharedFileObject(space, file)) };
  },
});

/** An upload of the bot whose bytes have arrived. Throws file_not_found. */
function uploaded(space: Workspace, one: Json): StoredFile {
  const file = space.files.get(stringAt(one, 'id') ?? '');
  if (file === undefined || !file.by_app || file.complete || file.bytes.byteLength === 0)
    throw new SlackError('file_not_found');
  file.title = stringAt(one, 'title') ?? file.name;
  return file;
}

function share(
  space: Workspace,
  files: StoredFile[],
  place: string,
  text: string,
  thread: string | undefined,
): void {
  const channel = postableChannel(space, place);
  const thread_ts = thread === undefined ? undefined : threadRoot(space, channel, thread).ts;
  const ids = files.map((file) => file.id);
  const message = addMessage(space, {
    channel: channel.id,
    user: BOT,
    text,
    files: ids,
    thread_ts,
  });
  space.background(announceMessage(space, message));
}

export const fileMethods: Record<string, Method> = {
  'files.info': info,
  'files.getUploadURLExternal': getUploadUrl,
  'files.completeUploadExternal': complete,
};
