/** The files of the workspace: made by people and by the bot, and deleted. */
import { sendEvent } from './events.ts';
import { newId, nowSeconds } from './ids.ts';
import type { FileMode, Json, StoredFile } from './types.ts';
import type { Workspace } from './workspace.ts';
import { BOT } from './world.ts';

const TYPES: Record<string, { filetype: string; mimetype: string } | undefined> = {
  txt: { filetype: 'text', mimetype: 'text/plain' },
  log: { filetype: 'text', mimetype: 'text/plain' },
  sh: { filetype: 'shell', mimetype: 'application/x-sh' },
  sbatch: { filetype: 'text', mimetype: 'text/plain' },
  slurm: { filetype: 'text', mimetype: 'text/plain' },
  py: { filetype: 'python', mimetype: 'text/x-python' },
  png: { filetype: 'png', mimetype: 'image/png' },
  pdf: { filetype: 'pdf', mimetype: 'application/pdf' },
  zip: { filetype: 'zip', mimetype: 'application/zip' },
  gz: { filetype: 'gzip', mimetype: 'application/gzip' },
  ipynb: { filetype: 'text', mimetype: 'text/plain' },
};

/** The kinds of files that Slack keeps as documents of its own. */
const DOCUMENTS: Record<string, { filetype: string; mimetype: string } | undefined> = {
  quip: { filetype: 'quip', mimetype: 'application/vnd.slack-docs' },
  space: { filetype: 'space', mimetype: 'application/vnd.slack-docs' },
  email: { filetype: 'email', mimetype: 'text/html' },
};

const endingOf = (name: string) => name.split('.').at(-1)?.toLowerCase() ?? '';

const BINARY = { filetype: 'binary', mimetype: 'application/octet-stream' };

type NewFile = {
  name: string;
  bytes: Uint8Array;
  user: string;
  mode?: FileMode | undefined;
  mimetype?: string | undefined;
  connect?: boolean;
};

/** Stores a file that a person uploads. It is not shared yet. */
export function addFile(space: Workspace, given: NewFile): StoredFile {
  const type = DOCUMENTS[given.mode ?? ''] ?? TYPES[endingOf(given.name)] ?? BINARY;
  const mode = given.mode ?? modeOf(type.mimetype, given.bytes);
  const file: StoredFile = {
    id: newId('F'),
    name: given.name,
    title: given.name,
    filetype: type.filetype,
    mimetype: given.mimetype ?? type.mimetype,
    mode,
    user: given.user,
    by_app: given.user === BOT,
    created: nowSeconds(),
    bytes: given.bytes,
    preview: mode === 'snippet' ? previewOf(given.bytes) : {},
    shares: [],
    handed_over: false,
    connect: given.connect ?? false,
    complete: true,
  };
  space.files.set(file.id, file);
  space.ledger.add('upload', {
    user: file.user,
    file: file.id,
    name: file.name,
    size: file.bytes.byteLength,
  });
  return file;
}

/** Text up to this many bytes becomes a snippet, which people can edit in Slack. */
const MAX_SNIPPET = 1024 * 1024;

const TEXT = ['text/plain', 'application/x-sh', 'text/x-python'];

const modeOf = (mimetype: string, bytes: Uint8Array): FileMode =>
  TEXT.includes(mimetype) && bytes.byteLength <= MAX_SNIPPET ? 'snippet' : 'hosted';

const PREVIEW_LINES = 5;

function previewOf(bytes: Uint8Array): Json {
  const lines = new TextDecoder().decode(bytes).split('\n');
  return {
    preview: lines.slice(0, PREVIEW_LINES).join('\n'),
    lines: lines.length,
    lines_more: Math.max(0, lines.length - PREVIEW_LINES),
    preview_is_truncated: lines.length > PREVIEW_LINES,
  };
}

/** Makes a place for the bytes that the bot is going to send. */
export function newUpload(space: Workspace, name: string): StoredFile {
  const file = addFile(space, { name, bytes: new Uint8Array(), user: BOT, mode: 'hosted' });
  file.complete = false;
  return file;
}

/** Changes a file's bytes, as a person who edits a snippet does. False if there is none. */
export function editFile(space: Workspace, id: string, bytes: Uint8Array): boolean {
  const file = space.files.get(id);
  if (file === undefined) return false;
  file.bytes = bytes;
  return true;
}

/** Deletes a file as a person does: messages keep a tombstone, and the app is told. False if there is none. */
export async function deleteFile(space: Workspace, id: string, untold: boolean): Promise<boolean> {
  const file = space.files.get(id);
  if (file === undefined) return false;
  Object.assign(file, { mode: 'tombstone', bytes: new Uint8Array() });
  if (untold) return true;
  await sendEvent(space, 'file_deleted', {
    type: 'file_deleted',
    file_id: id,
    event_ts: space.nextTs(),
  });
  return true;
}
