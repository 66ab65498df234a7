import type { Context } from '../interaction/context.ts';
import { Problem } from '../jobs/problem.ts';
import type { Change } from '../scripts/changes.ts';
import { FileGone, readSharedScript } from '../slack/shared-file.ts';
import type { Person } from '../store/accounts.ts';
import { noteGone } from '../store/prompts.ts';
import {
  findScript,
  type SharedScript,
  type SourceMessage,
  scriptOfSubmission,
  updateScript,
} from '../store/scripts.ts';
import { type Submission, sentOf } from '../store/submissions.ts';
import {
  type Beginning,
  beginningOf,
  type ChangedScript,
  cannotChange,
  changedScript,
  type ReadScript,
  readJobScript,
} from './job-script.ts';
import { isPasted, readPasted } from './pasted-script.ts';

/** A script that a person may use. */
export interface Usable {
  shared: SharedScript;
  /** SHA-256 of the versions that they may see; null if they may see the file as it is now. */
  only: readonly string[] | null;
  /** The message in whose thread a job that they submit is followed; null if it is in their direct messages. */
  thread: SourceMessage | null;
  /** Whose script it is, where that is not the person: Slack id, or empty for somebody of whom only Waldur knows. */
  foreign: string | null;
}

/**
 * The script with this key, if the person may use it. These people may:
 * - the person who shared it;
 * - members of the channel in which it was shared, if Slack says who they are and no other organisation reads it;
 * - a person who just used a shortcut on its message (`seenBy`): Slack lets nobody do so who does not see it;
 * - a person who submitted it, but only as it was then.
 *
 * A script from a direct message or a form belongs to the person who shared it alone, and so does Waldur's copy of a
 * job's script: it is read with the rights in Waldur of the person for whom it was recorded.
 * @throws Problem for everybody else, with the same sentence as if there were no such script
 */
export async function usableScript(
  context: Context,
  person: Person,
  { key, seenBy }: { key: string; seenBy: string | null },
): Promise<Usable> {
  const { team, user } = person;
  const shared = await findScript(context.db, team, key);
  if (shared === null) throw new Problem(UNKNOWN);
  const isTheirs = shared.sharedBy === user;
  if (shared.jobUuid !== null && !isTheirs) throw new Problem(UNKNOWN);
  const began = await beginningOf(context.db, person, shared);
  const foreign = began === null ? '' : foreignTo(user, began);
  const thread = began === null ? null : await threadOf(context, person, began);
  if (isTheirs || thread !== null || seenBy === user)
    return { shared, only: null, thread, foreign };
  const only = await sentOf(context.db, { team, user, scriptId: shared.id });
  if (only.length === 0) throw new Problem(UNKNOWN);
  return { shared, only, thread, foreign };
}

/** The answer to a person who may not use a script, whether it exists or not. */
export const UNKNOWN = 'I know no such script that you may use. Share it again.';

/** Who shared what is another's; null for one's own, and where that is not known any more. */
function foreignTo(user: string, { shared: { sharedBy } }: Beginning): string | null {
  return sharedBy === user || sharedBy === '' ? null : sharedBy;
}

/** The message in whose thread a job that the person submits is followed: only if they can read it. */
async function threadOf(
  context: Context,
  person: Person,
  { shared }: Beginning,
): Promise<SourceMessage | null> {
  const isTheirs = shared.sharedBy === person.user;
  const canRead = await (isTheirs ? isStillThere : isInChannel)(context, person, shared);
  return canRead ? shared.message : null;
}

/** Where a submission is followed. A person who has left the channel since the form was opened is told directly. */
export async function placeOf(
  context: Context,
  submission: Pick<Submission, 'team' | 'user' | 'scriptId' | 'follow'>,
): Promise<Submission['follow']> {
  const { follow } = submission;
  if (follow === null || follow.threadTs === null) return follow;
  const shared = await scriptOfSubmission(context.db, submission);
  const began = shared === null ? null : await beginningOf(context.db, submission, shared);
  const thread = began === null ? null : await threadOf(context, submission, began);
  return thread === null ? null : follow;
}

/** True unless the person who shared the script has left its place. The bot cannot post between two other people. */
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
 * Reads a script as it is now: from Slack, or from Waldur with the rights of the person for whom it was recorded. A
 * file that was uploaded in a form must be the uploader's own.
 * @throws Problem if it cannot be read, or is not a version that the person may see; WaldurFailure
 */
export async function readUsable(
  context: Context,
  { shared, only }: Pick<Usable, 'shared' | 'only'>,
  how: { convert: boolean },
): Promise<ReadScript> {
  const { team, sharedBy, message, fileId, jobUuid } = shared;
  if (jobUuid !== null) {
    const { waldur } = await context.accounts.actingAs({ team, user: sharedBy });
    const read = await readJobScript(context, waldur, jobUuid);
    if (read === null) throw new Problem('Waldur has no script of this job any more.');
    return read;
  }
  const owner = message === null ? { owner: { team, user: sharedBy } } : {};
  const { script, content, permalink } = isPasted(shared)
    ? { ...(await readPasted(context, shared, how)), permalink: null }
    : await readSharedScript(context.files, fileId, { ...how, ...owner }).catch((error: unknown) =>
        noticeGone(context, shared, error),
      );
  if (only !== null && !only.includes(script.sha256)) {
    throw new Problem('The file has changed since you submitted it. Share it again.');
  }
  return { script, content, permalink };
}

/**
 * Reads a script as it is sent: with its changes.
 * @throws Problem if it cannot be read or changed, or is not a version that the person may see; WaldurFailure
 */
export async function readChanged(
  context: Context,
  usable: Pick<Usable, 'shared' | 'only'>,
  { convert, changes }: { convert: boolean; changes: readonly Change[] },
): Promise<ChangedScript> {
  const read = await readUsable(context, usable, { convert });
  const changed = await changedScript(context, read, changes);
  if (changed === null) throw new Problem(cannotChange);
  return changed;
}

/** Stores a script's hash when it is first read, so that later readers are told if it has changed. */
export async function noteFirst(
  { db }: Context,
  shared: SharedScript,
  { sha256, convert }: { sha256: string; convert: boolean },
): Promise<void> {
  if (shared.sha256 === '' && !convert) await updateScript(db, shared.id, { sha256 });
}

/** A file that turns out to be deleted is gone in its prompts, too. */
async function noticeGone(
  { db, wake }: Context,
  { team, fileId }: SharedScript,
  error: unknown,
): Promise<never> {
  if (error instanceof FileGone) {
    await noteGone(db, { team, fileId });
    wake();
  }
  throw error;
}
