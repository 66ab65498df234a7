import { isWaldurFailure } from '../api/errors.ts';
import type { Waldur } from '../api/waldur.ts';
import type { Context } from '../interaction/context.ts';
import { type Interaction, openModal } from '../interaction/interaction.ts';
import type { Allocation } from '../jobs/job.ts';
import { suggestName } from '../jobs/job-name.ts';
import { Problem } from '../jobs/problem.ts';
import type { Change, Changeable } from '../scripts/changes.ts';
import { impossibilities } from '../scripts/script.ts';
import { type Account, updateAccount } from '../store/accounts.ts';
import type { Submission } from '../store/submissions.ts';
import { messageModal, waitModal } from '../views/modals.ts';
import { prompt } from '../views/script-prompt.ts';
import { turnedUp } from '../views/submitting.ts';
import { draftModal, TITLE } from './form.ts';
import { historyOf } from './history.ts';
import { cannotChange, changedScript, type ReadScript } from './job-script.ts';
import { mayHaveArrived, reconcile } from './reconcile.ts';
import { noteFirst, readUsable, type Usable } from './script-access.ts';

/** Shown until it is known whose script it is: nothing of it is shown before. */
export const WAIT = 'One moment…';

/** The script that a form is about. */
export interface Chosen {
  usable: Usable;
  convert: boolean;
  /** The script without changes, if it was read just now. */
  read: ReadScript | null;
  changes: Change[];
  /** The option whose value the form asks for. */
  more: Changeable | null;
  /** What the form begins with; mrkdwn. */
  notes: string[];
  /** What is filled in; null for a first submission. */
  filled: Filled | null;
  /** The submission that it tries once more. */
  earlier: Submission | null;
}

/** What was filled in before, or is known of a job. */
export interface Filled extends Pick<Submission, 'name' | 'description'> {
  allocation: Pick<Allocation, 'project' | 'serviceSettings'> & { uuid?: string };
  /** The channel in which it is followed; null is the thread or the direct message. */
  channel: string | null;
}

/** A first submission of a script. */
export const firstTime = {
  read: null,
  changes: [],
  more: null,
  notes: [],
  filled: null,
  earlier: null,
};

/** What a person filled in for a submission. */
export function filledIn({ name, description, allocation, follow }: Submission): Filled {
  const channel = follow !== null && follow.threadTs === null ? follow.channel : null;
  return { name, description, allocation, channel };
}

/**
 * Opens the form at once, since Slack and Waldur may take longer than it waits, and then fills it.
 * @param choose what the form is about; null for a script that is uploaded in it, or if the person has to say more
 */
export async function openForm(
  context: Context,
  interaction: Interaction,
  wait: string,
  choose: ((as: { waldur: Waldur; account: Account }) => Promise<Chosen | null>) | null,
): Promise<void> {
  const identity = await context.accounts.actingAs(interaction);
  const { waldur, account } = identity;
  const modal = await openModal(context, interaction, waitModal(TITLE, wait));
  const chosen = choose === null ? null : await choose(identity);
  if (choose !== null && chosen === null) return;
  const opened = context.now();
  const { sentence, lost } = await submittedBefore(context, interaction, chosen);
  if (lost !== null && (await reconcile(context, lost))) {
    await modal.show(messageModal(TITLE, turnedUp(lost.name)));
    return;
  }
  const [about, allocations] = await Promise.all([
    chosen === null ? anUpload : readChosen(context, chosen),
    freshAllocations(context, account, waldur),
  ]);
  const { source } = about;
  if (source !== null && impossibilities(source.read.script).length > 0) {
    const { key: scriptKey, fileName } = source.usable.shared;
    const { script } = source.read;
    const converted = about.convert;
    const refusal = prompt({ scriptKey, fileName, name: about.name, script, converted });
    await modal.show(messageModal(TITLE, refusal));
    return;
  }
  const filled = chosen?.filled ?? null;
  await modal.show(
    draftModal({
      ...about,
      user: interaction.user,
      username: account.username,
      name: filled?.name ?? about.name,
      description: filled?.description ?? '',
      allocation:
        filled === null
          ? usualAllocation(account, allocations)
          : sameAllocation(filled.allocation, allocations),
      channel: filled?.channel ?? null,
      again: lost?.id ?? null,
      opened,
      problem: [sentence, ...about.notes].filter((each) => each !== null).join('\n') || null,
    }),
  );
}

/** What the person may know of earlier submissions of the script, and the one whose answer was lost, if any. */
async function submittedBefore(context: Context, interaction: Interaction, chosen: Chosen | null) {
  if (chosen === null) return { sentence: null, lost: null };
  const { sentence, open } = await historyOf(context, interaction, chosen.usable.shared);
  const { earlier } = chosen;
  return { sentence, lost: earlier !== null && mayHaveArrived(earlier) ? earlier : open };
}

const anUpload = {
  source: null,
  convert: false,
  changes: [],
  more: null,
  name: '',
  notes: [],
};

/** What the form says about the script. */
async function readChosen(context: Context, chosen: Chosen) {
  const { usable, convert, more } = chosen;
  const { shared } = usable;
  const plain = chosen.read ?? (await readUsable(context, usable, { convert }));
  const { sha256 } = plain.script;
  await noteFirst(context, shared, { sha256, convert });
  const changed = await changedScript(context, plain, chosen.changes);
  const read = changed ?? { ...plain, changed: [] };
  return {
    source: { usable, read },
    convert,
    changes: changed === null ? [] : chosen.changes,
    more: changed === null ? null : more,
    name: suggestName(read.script, shared.fileName),
    notes: [
      ...chosen.notes,
      ...(isNew(chosen, sha256) ? [isChanged] : []),
      ...(changed === null ? [cannotChange] : []),
    ],
  };
}

/** True if the file has changed. A converted script has another hash than its file, so nothing is said about it. */
function isNew({ usable: { shared }, convert }: Chosen, sha256: string): boolean {
  return !convert && shared.sha256 !== '' && shared.sha256 !== sha256;
}

const isChanged = 'The file has changed since the bot first read it. This is what it is now.';

/** Reads the allocations and stores them, so that the menu never waits for Waldur. Old ones are better than none. */
async function freshAllocations(context: Context, account: Account, waldur: Waldur) {
  let { allocations } = account;
  try {
    allocations = (await waldur.allocations()).filter(({ isActive }) => isActive);
    await updateAccount(context.db, account, { allocations });
  } catch (error) {
    if (!isWaldurFailure(error) || error.kind === 'refusal' || allocations.length === 0)
      throw error;
  }
  if (allocations.length > 0) return allocations;
  throw new Problem(
    'Waldur shows you no active allocation, so there is nothing to submit to. Ask the manager of your project.',
  );
}

function usualAllocation(
  { lastAllocation }: Account,
  allocations: Allocation[],
): Allocation | null {
  const last = allocations.find(({ uuid }) => uuid === lastAllocation);
  return last ?? (allocations.length === 1 ? (allocations[0] ?? null) : null);
}

/** The allocation of the last time, or one of the same project and cluster; null if it is not there any more. */
function sameAllocation(last: Filled['allocation'], allocations: Allocation[]): Allocation | null {
  const { uuid, project, serviceSettings } = last;
  const isSame = (each: Allocation) =>
    each.project === project && each.serviceSettings === serviceSettings;
  return allocations.find((each) => each.uuid === uuid) ?? allocations.find(isSame) ?? null;
}
