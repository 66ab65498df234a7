import type { Blob } from 'node:buffer';
import type { Context } from '../interaction/context.ts';
import { Problem } from '../jobs/problem.ts';
import type { Script } from '../scripts/script.ts';
import { readSharedScript } from '../slack/files.ts';
import type { Person } from '../store/accounts.ts';
import { findScript, type SharedScript, scriptOfSubmission } from '../store/scripts.ts';
import { type Submission, sentOf } from '../store/submissions.ts';

/** A script that a person may use. */
export interface Usable {
  shared: SharedScript;
  /** SHA-256 of all that they may see of it; null for whatever the file is now. */
  only: readonly string[] | null;
  /** Whether a job that they submit is followed in the script's thread, else in their direct message. */
  inThread: boolean;
}

/**
 * The script with this key, for a person who may use it: who shared it; who is in the channel in which it was shared;
 * who just named its message by a shortcut (`seenBy`), since Slack lets nobody name what they do not see; and who
 * submitted it, as it was then. One from a direct message or a form is its sharer's alone, and so is one from a
 * channel of which Slack does not say who is in it, or which other organisations read.
 * @throws Problem for everybody else, the same as where there is no such script
 */
export async function usableScript(
  context: Context,
  person: Person,
  { key, seenBy }: { key: string; seenBy: string | null },
): Promise<Usable> {
  const { team, user } = person;
  const shared = await findScript(context.db, team, key);
  if (shared === null) throw new Problem(UNKNOWN);
  const inThread = await isInThread(context, person, shared);
  if (shared.sharedBy === user) return { shared, only: null, inThread };
  if (inThread || seenBy === user) return { shared, only: null, inThread };
  const only = await sentOf(context.db, { team, user, scriptId: shared.id });
  if (only.length === 0) throw new Problem(UNKNOWN);
  return { shared, only, inThread: false };
}

/** Told to whoever may not use a script, whether there is one or not. */
export const UNKNOWN = 'I know no such script that you may use. Share it again.';

/** Whether a job that the person submits is followed in the script's thread: only where they read along. */
function isInThread(context: Context, person: Person, shared: SharedScript): Promise<boolean> {
  const isTheirs = shared.sharedBy === person.user;
  return (isTheirs ? isStillThere : isInChannel)(context, person, shared);
}

/** Where a submission is followed now: who has left the channel since the form was opened is told directly. */
export async function placeOf(
  context: Context,
  submission: Pick<Submission, 'team' | 'user' | 'scriptId' | 'follow'>,
): Promise<Submission['follow']> {
  const { follow } = submission;
  if (follow === null || follow.threadTs === null) return follow;
  const shared = await scriptOfSubmission(context.db, submission);
  return shared !== null && (await isInThread(context, submission, shared)) ? follow : null;
}

/** Whoever shared it was there then; a direct message between two people is no place for the bot. */
async function isStillThere({ places }: Context, person: Person, { message }: SharedScript) {
  if (message === null || message.direct) return message !== null;
  if (!/^[CG]/.test(message.channel)) return false;
  return (await places.membership(person, message.channel)) !== 'not a member';
}

async function isInChannel({ places }: Context, person: Person, { message }: SharedScript) {
  if (message === null || message.direct) return false;
  if ((await places.membership(person, message.channel)) !== 'member') return false;
  const isShared = await places.isShared(message.channel).catch(() => true);
  return !isShared;
}

/**
 * Reads a shared script as it is now, for who may use it. One that was uploaded in a form has to be the uploader's.
 * @throws Problem when it cannot be read, or is not what the person may see
 */
export async function readUsable(
  { files }: Context,
  { shared, only }: Pick<Usable, 'shared' | 'only'>,
  how: { convert: boolean },
): Promise<{ script: Script; content: Blob; permalink: string | null }> {
  const { team, sharedBy, message, fileId } = shared;
  const owner = message === null ? { owner: { team, user: sharedBy } } : {};
  const { script, content, file } = await readSharedScript(files, fileId, { ...how, ...owner });
  if (only !== null && !only.includes(script.sha256)) {
    throw new Problem('The file has changed since you submitted it. Share it again.');
  }
  return { script, content, permalink: file.permalink ?? null };
}
