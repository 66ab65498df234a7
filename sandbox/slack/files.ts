/** The files of the workspace: made by people and by the bot, and deleted. */
import { newId, nowSeconds } from './ids.ts';
import type { FileMode, StoredFile } from './types.ts';
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
};

const BINARY = { filetype: 'binary', mimetype: 'application/octet-stream' };

export type NewFile = {
  name: string;
  bytes: Uint8Array;
  user: string;
  mode?: FileMode | undefined;
  mimetype?: string | undefined;
  connect?: boolean;
};

/** Stores a file that a person uploads; it is shared nowhere yet. */
export function addFile(space: Workspace, given: NewFile): StoredFile {
  const type = TYPES[given.name.split('.').at(-1)?.toLowerCase() ?? ''] ?? BINARY;
  const file: StoredFile = {
    id: newId('F'),
    name: given.name,
    title: given.name,
    filetype: type.filetype,
    mimetype: given.mimetype ?? type.mimetype,
    mode: given.mode ?? 'hosted',
    user: given.user,
    by_app: given.user === BOT,
    created: nowSeconds(),
    bytes: given.bytes,
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

/** A place for the bytes that the bot is going to send. */
export function newUpload(space: Workspace, name: string): StoredFile {
  const file = addFile(space, { name, bytes: new Uint8Array(), user: BOT });
  file.complete = false;
  return file;
}

/** Changes a file's bytes, as a person who edits a snippet does. False where there is none. */
export function editFile(space: Workspace, id: string, bytes: Uint8Array): boolean {
  const file = space.files.get(id);
  if (file === undefined) return false;
  file.bytes = bytes;
  return true;
}

/** Deletes a file as a person does: messages keep a tombstone. False where there is none. */
export function deleteFile(space: Workspace, id: string): boolean {
  const file = space.files.get(id);
  if (file === undefined) return false;
  Object.assign(file, { mode: 'tombstone', bytes: new Uint8Array() });
  return true;
}
