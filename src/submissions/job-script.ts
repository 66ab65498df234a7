import { Blob } from 'node:buffer';
import type { Waldur } from '../api/waldur.ts';
import type { Context } from '../interaction/context.ts';
import { type Change, type ChangedLine, changeScript, withChanges } from '../scripts/changes.ts';
import { readScript, type Script } from '../scripts/script.ts';
import type { Person } from '../store/accounts.ts';
import type { Database } from '../store/database.ts';
import { type SharedScript, scriptOfSubmission } from '../store/scripts.ts';
import { submissionOfJob } from '../store/submissions.ts';

/** A script as it was read. */
export interface ReadScript {
  script: Script;
  /** What would be sent. */
  content: Blob;
  /** Slack's page of the file; null if there is none. */
  permalink: string | null;
}

/**
 * Waldur's copy of a job's script, with the name of its file (may be empty).
 * @returns null if Waldur keeps none
 * @throws WaldurFailure
 */
export function readJobScript(
  { files }: Context,
  waldur: Waldur,
  uuid: string,
): Promise<(ReadScript & { fileName: string }) | null> {
  const { maxBytes } = files;
  return files.transfers.add(async () => {
    const file = await waldur.getScript(uuid, maxBytes);
    if (file === null) return null;
    const { bytes, fileName } = file;
    const content = new Blob([Buffer.from(bytes)]);
    return { script: readScript(bytes, { maxBytes }), content, permalink: null, fileName };
  });
}

/** A script with changes, and the lines that they have written. */
export interface ChangedScript extends ReadScript {
  changed: ChangedLine[];
}

/**
 * A script as it is sent: what is shown, and what is read for sending, both come from here.
 * @returns null if an option cannot be changed (scripts/rewrite.ts)
 */
export async function changedScript(
  { files: { maxBytes } }: Context,
  read: ReadScript,
  changes: readonly Change[],
): Promise<ChangedScript | null> {
  if (changes.length === 0) return { ...read, changed: [] };
  const changed = changeScript(await read.content.bytes(), changes);
  if (changed === null) return null;
  const { bytes, lines } = changed;
  const script = readScript(bytes, { maxBytes });
  return { ...read, script, content: new Blob([Buffer.from(bytes)]), changed: lines };
}

/** Mrkdwn, and plain as well. */
export const cannotChange =
  'I can’t change what this script asks for: its #SBATCH lines don’t decide that. Change it in the script, and share it again.';

/** How a person first submitted what they run again. */
export interface Beginning {
  /** The file in Slack. */
  shared: SharedScript;
  convert: boolean;
  /** All that was changed in it since. */
  changes: Change[];
}

/**
 * The script in Slack with which a person's own jobs began that are run again; a script in Slack itself.
 * @returns null if somebody else submitted the job, or it was not submitted here
 */
export async function beginningOf(
  db: Database,
  { team, user }: Person,
  script: SharedScript,
): Promise<Beginning | null> {
  let began: Beginning = { shared: script, convert: false, changes: [] };
  for (let uuid = script.jobUuid; uuid !== null; uuid = began.shared.jobUuid) {
    const submission = await submissionOfJob(db, { team, jobUuid: uuid });
    if (submission?.user !== user) return null;
    const shared = await scriptOfSubmission(db, submission);
    if (shared === null) return null;
    const { convert, changes } = submission;
    began = { shared, convert, changes: withChanges(changes, began.changes) };
  }
  return began;
}
