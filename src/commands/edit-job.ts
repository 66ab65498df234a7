import { isWaldurFailure, type WaldurRefusal } from '../api/errors.ts';
import type { Waldur } from '../api/waldur.ts';
import type { Context } from '../interaction/context.ts';
import { noteFailure, noteSuccess } from '../interaction/learn-abilities.ts';
import type { JobDetails } from '../jobs/job.ts';
import { Problem } from '../jobs/problem.ts';
import { replaceText } from '../jobs/submission-mark.ts';
import { impossibilities } from '../scripts/script.ts';
import { readSharedScript } from '../slack/shared-file.ts';
import type { Account, Person } from '../store/accounts.ts';

/** What a person wants a record to be. */
export interface Change {
  uuid: string;
  name: string;
  /** The description without the submission's mark, which stays. */
  text: string;
  /** A file in Slack that is the new script; null if it stays. */
  fileId: string | null;
  fileName: string;
}

/**
 * Changes a record in Waldur: by PATCH, or by PUT if there is a new script.
 * @returns null if it was changed; otherwise the answer with which this Waldur refuses every change
 * @throws WaldurFailure if it failed in any other way, Problem if the script cannot be used
 */
export async function changeJob(
  context: Context,
  { waldur, account }: { waldur: Waldur; account: Account },
  change: Change,
): Promise<WaldurRefusal | null> {
  const job = await waldur.getJob(change.uuid);
  const texts = { name: change.name, description: replaceText(job.description, change.text) };
  const operation = change.fileId === null ? 'partial update' : 'update';
  try {
    if (change.fileId === null) await waldur.updateJob(change.uuid, texts);
    else
      await replace(context, account, waldur, {
        job: { ...job, ...texts },
        change,
        fileId: change.fileId,
      });
  } catch (error) {
    const { uuid } = change;
    const certain = await noteFailure(context, operation, { error, waldur, uuid, by: account });
    if (certain && isWaldurFailure(error) && error.kind === 'refusal') return error;
    throw error;
  }
  await noteSuccess(context, operation);
  return null;
}

async function replace(
  context: Context,
  owner: Person,
  waldur: Waldur,
  { job, change, fileId }: { job: JobDetails; change: Change; fileId: string },
): Promise<void> {
  const read = await readSharedScript(context.files, fileId, { convert: false, owner });
  const { script, content: file } = read;
  const [refusal] = impossibilities(script);
  if (refusal !== undefined) throw new Problem(refusal.sentence);
  await waldur.replaceJob(change.uuid, { ...job, file, fileName: change.fileName });
}
