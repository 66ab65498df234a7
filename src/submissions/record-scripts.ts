import type { Context } from '../interaction/context.ts';
import { isData } from '../slack/file-kinds.ts';
import type { Pasted } from '../slack/pasted-code.ts';
import { recordScript, type SharedScript, type SourceMessage } from '../store/scripts.ts';
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

/** The answer where Slack has changed what was pasted, so that nobody can tell what it was. */
export const CHANGED_BY_SLACK =
  'Slack formatted some of that, so I can’t tell what exactly you pasted. Put it between lines of ```, or send it as a file.';
