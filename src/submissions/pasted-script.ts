import { Blob } from 'node:buffer';
import { ownerOfScript, SealError } from '../accounts/seal.ts';
import type { Context } from '../interaction/context.ts';
import { Problem } from '../jobs/problem.ts';
import { toUnix } from '../scripts/lines.ts';
import { readScript, type Script } from '../scripts/script.ts';
import { recordScript, type SharedScript, updateScript } from '../store/scripts.ts';
import { size } from '../views/script-prompt.ts';

/** What a script that was pasted is called, in Slack and as a file in Waldur. */
const FILE_NAME = 'pasted.sh';

type Source = Pick<SharedScript, 'team' | 'message' | 'sharedBy'>;

/**
 * Records a script that was pasted into a message: its text is its bytes, and is kept sealed. If the message has
 * another text than before, that takes the place of the old one.
 */
export async function recordPasted(
  context: Context,
  source: Source & { message: NonNullable<SharedScript['message']> },
  text: string,
): Promise<SharedScript> {
  const { db, keyring } = context;
  const fileId = `pasted:${source.message.channel}`;
  const shared = await recordScript(db, { ...source, fileId, fileName: FILE_NAME });
  if (shared.pasted !== null && (await open(context, shared)) === text) return shared;
  const sealer = await keyring();
  const change = { pasted: sealer.seal(text, ownerOfScript(shared)), sha256: '', gone: false };
  await updateScript(db, shared.id, change);
  return { ...shared, ...change };
}

/** True for a script that was pasted as text. */
export const isPasted = ({ fileId }: SharedScript): boolean => fileId.startsWith('pasted:');

/**
 * Reads a pasted script.
 * @throws Problem if it is too large, or cannot be had any more
 */
export async function readPasted(
  context: Context,
  shared: SharedScript,
  { convert }: { convert: boolean },
): Promise<{ script: Script; content: Blob }> {
  const { maxBytes } = context.files;
  const text = await open(context, shared);
  if (text === null) throw new Problem(UNREADABLE);
  const bytes = Buffer.from(text);
  if (bytes.length > maxBytes) {
    throw new Problem(
      `The script is too large (it has ${size(bytes.length)}): at most ${size(maxBytes)} are taken.`,
    );
  }
  const content = convert ? toUnix(bytes) : bytes;
  return { script: readScript(content, { maxBytes }), content: new Blob([content]) };
}

const UNREADABLE = 'I no longer have what was pasted. Paste it again.';

async function open({ keyring }: Context, shared: SharedScript): Promise<string | null> {
  if (shared.pasted === null) return null;
  const sealer = await keyring();
  try {
    return sealer.open(shared.pasted, ownerOfScript(shared));
  } catch (error) {
    // Its key is lost.
    if (error instanceof SealError) return null;
    throw error;
  }
}
