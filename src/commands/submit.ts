import { isWaldurFailure } from '../api/errors.ts';
import type { Waldur } from '../api/waldur.ts';
import type { Command } from '../interaction/command.ts';
import type { Context } from '../interaction/context.ts';
import { type Interaction, openModal } from '../interaction/interaction.ts';
import type { Allocation } from '../jobs/job.ts';
import { suggestName } from '../jobs/job-name.ts';
import { Problem } from '../jobs/problem.ts';
import { impossibilities } from '../scripts/script.ts';
import { type Account, updateAccount } from '../store/accounts.ts';
import { scriptOfSubmission } from '../store/scripts.ts';
import { findSubmission, type Submission } from '../store/submissions.ts';
import { commitForm } from '../submissions/commit.ts';
import { type Draft, draftModal, TITLE } from '../submissions/form.ts';
import { historyOf } from '../submissions/history.ts';
import { noteFirst } from '../submissions/prompt.ts';
import { mayHaveArrived, reconcile } from '../submissions/reconcile.ts';
import { readUsable, UNKNOWN, type Usable, usableScript } from '../submissions/script-access.ts';
import type { FormOf, IntentTo } from '../views/intent.ts';
import { messageModal, waitModal } from '../views/modals.ts';
import { prompt } from '../views/script-prompt.ts';
import { turnedUp } from '../views/submitting.ts';

/** Opens the form in which a script is submitted: one that was shared, or one to upload. */
export const submit: Command<IntentTo<'submit'>, Kept> = {
  name: 'submit',
  typed: {
    aliases: ['run', 'sbatch'],
    usage: 'submit',
    summary: 'Submit a batch script that you upload',
    parse(words) {
      if (words !== '') throw new Problem(noWords);
      return { do: 'submit', script: null, convert: false, seenBy: null };
    },
  },
  purpose: 'submit',
  async run(context, interaction, { script: key, convert, seenBy }) {
    if (key === null) return openForm(context, interaction, 'Reading your allocations…', noScript);
    await openForm(context, interaction, WAIT, async () => {
      const usable = await usableScript(context, interaction, { key, seenBy });
      return { usable, convert, earlier: null };
    });
  },
  submitted: (context, form) => commitForm(context, form),
  reopen: ({ script, convert }) => ({ do: 'submit', script, convert, seenBy: null }),
};

/** Tries a submission again: opens the form as it was handed in. */
export const again: Command<IntentTo<'again'>> = {
  name: 'again',
  typed: null,
  purpose: 'submit',
  async run(context, interaction, { mark }) {
    await openForm(context, interaction, WAIT, async () => {
      const earlier = await findSubmission(context.db, interaction.team, mark);
      const isTheirs = earlier !== null && earlier.user === interaction.user;
      const shared = isTheirs ? await scriptOfSubmission(context.db, earlier) : null;
      if (earlier === null || shared === null) throw new Problem(UNKNOWN);
      const usable = await usableScript(context, interaction, { key: shared.key, seenBy: null });
      return { usable, convert: earlier.convert, earlier };
    });
  },
};

type Kept = FormOf<'submit'>;

/** Shown until it is known whose script it is: nothing of it is shown before. */
const WAIT = 'One moment…';
const noScript = async () => null;
const noWords =
  'A script cannot be named in words. Send it to me, or use /slurm submit alone and upload it.';

/** The script that the form is about, and what was filled in before. */
interface Chosen {
  usable: Usable;
  convert: boolean;
  earlier: Submission | null;
}

/** Opens the form at once, since Slack and Waldur may take longer than it waits, and then fills it. */
async function openForm(
  context: Context,
  interaction: Interaction,
  wait: string,
  choose: () => Promise<Chosen | null>,
): Promise<void> {
  const { waldur, account } = await context.accounts.actingAs(interaction);
  const modal = await openModal(context, interaction, waitModal(TITLE, wait));
  const chosen = await choose();
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
  if (chosen !== null && about.script !== null && impossibilities(about.script).length > 0) {
    const { script, name } = about;
    const { key: scriptKey, fileName } = chosen.usable.shared;
    const refusal = prompt({ scriptKey, fileName, name, script, converted: chosen.convert });
    await modal.show(messageModal(TITLE, refusal));
    return;
  }
  const draft: Draft = {
    ...about,
    user: interaction.user,
    username: account.username,
    description: '',
    allocation: usualAllocation(account, allocations),
    channel: null,
    again: lost?.id ?? null,
    opened,
    problem: [sentence, about.problem].filter((each) => each !== null).join('\n') || null,
    ...(chosen !== null && chosen.earlier !== null && filledIn(chosen.earlier)),
  };
  await modal.show(draftModal(draft));
}

/** What the person may know of earlier submissions of the script, and the one whose answer was lost, if any. */
async function submittedBefore(context: Context, interaction: Interaction, chosen: Chosen | null) {
  if (chosen === null) return { sentence: null, lost: null };
  const { sentence, open } = await historyOf(context, interaction, chosen.usable.shared);
  const { earlier } = chosen;
  return { sentence, lost: earlier !== null && mayHaveArrived(earlier) ? earlier : open };
}

/** What the form says about the script. */
type About = Pick<
  Draft,
  'shared' | 'script' | 'permalink' | 'convert' | 'inThread' | 'name' | 'problem'
>;
const anUpload: About = {
  shared: null,
  script: null,
  permalink: null,
  convert: false,
  inThread: false,
  name: '',
  problem: null,
};

function filledIn({ name, description, allocation, follow }: Submission) {
  const channel = follow !== null && follow.threadTs === null ? follow.channel : null;
  return { name, description, allocation, channel };
}

async function readChosen(context: Context, chosen: Chosen): Promise<About> {
  const { usable, convert } = chosen;
  const { shared, inThread } = usable;
  const { script, permalink } = await readUsable(context, usable, { convert });
  await noteFirst(context, shared, { sha256: script.sha256, convert });
  const name = suggestName(script, shared.fileName);
  const problem = changed(chosen, script.sha256);
  return { shared, script, permalink, convert, inThread, name, problem };
}

/** Says that the file has changed. A converted script has another hash than its file, so nothing is said about it. */
function changed({ usable: { shared }, convert }: Chosen, sha256: string): string | null {
  if (convert || shared.sha256 === '' || shared.sha256 === sha256) return null;
  return 'The file has changed since the bot first read it. This is what it is now.';
}

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
