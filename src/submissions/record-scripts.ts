import type { Context } from '../interaction/context.ts';
import { isData } from '../slack/file-kinds.ts';
import type { Pasted } from '../slack/pasted-code.ts';
import { scriptsOfMessage, updatePrompt } from '../store/prompts.ts';
import {
  recordScript,
  type SharedScript,
  type SourceMessage,
  updateScript,
} from '../store/scripts.ts';
import { recordPasted } from './pasted-script.ts';

/** A message, and what it has of scripts. */
interface Found {
  team: string;
  message: SourceMessage;
  sharedBy: string;
  files: { id: string; name: string }[];
  pasted: Pasted | null;
}

/** Records the scripts of a message. Files that are plainly data are left alone where there is anything else. */
export async function recordScripts(
  context: Context,
  { team, message, sharedBy, files, pasted }: Found,
): Promise<SharedScript[]> {
  const source = { team, message, sharedBy };
  const text = pasted === null || pasted === 'changed by Slack' ? null : pasted.text;
  const others = files.filter(({ name }) => !isData(name));
  const chosen = others.length > 0 || text !== null ? others : files;
  const scripts = [];
  for (const { id: fileId, name: fileName } of chosen) {
    scripts.push(await recordScript(context.db, { ...source, fileId, fileName }));
  }
  if (text !== null) scripts.push(await recordPasted(context, source, text));
  return scripts;
}

/**
 * Records the scripts of a message as it is now: what it had before and has no more is gone.
 * @returns false if nothing of them has changed
 */
export async function recordEdited(context: Context, found: Found): Promise<boolean> {
  const { db } = context;
  const prompt = { team: found.team, channel: found.message.channel, ts: found.message.ts };
  const before = await scriptsOfMessage(db, prompt);
  const now = new Set((await recordScripts(context, found)).map(({ id }) => id));
  for (const { id, gone } of before) {
    if (gone !== now.has(id)) continue;
    await updateScript(db, id, gone ? { gone: false } : { gone: true, pasted: null });
  }
  const after = await scriptsOfMessage(db, prompt);
  const isSame = JSON.stringify(before.map(looks)) === JSON.stringify(after.map(looks));
  if (!isSame) await updatePrompt(db, prompt, { dismissed: false });
  return !isSame;
}

const looks = ({ id, gone, pasted }: SharedScript) => ({ id, gone, pasted });

/** The answer where Slack has changed what was pasted, so that nobody can tell what it was. */
export const CHANGED_BY_SLACK =
  'Slack formatted some of that, so I can’t tell what exactly you pasted. Put it between lines of ```, or send it as a file.';
