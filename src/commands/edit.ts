import { isWaldurFailure } from '../api/errors.ts';
import { explainWaldur } from '../api/explain.ts';
import { audited } from '../interaction/audited.ts';
import type { Command, SubmittedForm } from '../interaction/command.ts';
import type { Context } from '../interaction/context.ts';
import { refusal } from '../interaction/failure.ts';
import { type Interaction, openModal } from '../interaction/interaction.ts';
import { knownRefusal } from '../interaction/learn-abilities.ts';
import { namedJob } from '../interaction/named-job.ts';
import type { JobDetails } from '../jobs/job.ts';
import { checkName } from '../jobs/job-name.ts';
import { Problem } from '../jobs/problem.ts';
import { splitMark } from '../jobs/submission-mark.ts';
import { renameSubmission } from '../store/submissions.ts';
import { updateWatch, watchesOfJob } from '../store/watches.ts';
import { editModal } from '../views/editing.ts';
import { encode, type FormOf, type IntentTo } from '../views/intent.ts';
import { say } from '../views/message.ts';
import { messageModal, waitModal } from '../views/modals.ts';
import { escaped, named } from '../views/text.ts';
import { type Change, changeJob } from './edit-job.ts';

const TITLE = 'Edit job';

/** Changes a job's name, description and script in Waldur. What runs on the cluster stays as it is. */
export const edit: Command<IntentTo<'edit'>, FormOf<'edit'>> = {
  name: 'edit',
  typed: {
    aliases: ['rename', 'update'],
    usage: 'edit <job>',
    summary: 'Change its name, description or script in Waldur',
    parse: (job) => ({ do: 'edit', job }),
  },
  purpose: 'edit jobs',
  async run(context, interaction, wanted) {
    const { waldur } = await context.accounts.actingAs(interaction);
    const known = knownRefusal(context, 'partial update');
    if (known !== null) return interaction.answer(say(cannot(known.status)));
    const modal = await openModal(context, interaction, waitModal(TITLE, 'Looking for the job…'));
    const job = await namedJob(context, interaction, { waldur, wanted });
    if (job === null) return;
    if (job.state !== 'ok') {
      await modal.show(messageModal(TITLE, say(notNow(job))));
      return;
    }
    await modal.show(await form(context, interaction, job, null));
  },
  async submitted(context, given) {
    const name = (given.values.name ?? '').trim();
    const wrong = checkName(name);
    if (wrong !== null) return given.refuse({ name: wrong });
    await given.update(waitModal(TITLE, 'Changing the record…'));
    await save(context, given, name);
  },
  reopen: ({ uuid }) => ({ do: 'edit', job: uuid }),
};

async function save(
  context: Context,
  given: SubmittedForm<FormOf<'edit'>>,
  name: string,
): Promise<void> {
  const { interaction, values } = given;
  const { uuid, name: before } = given.kept;
  const { waldur, account } = await context.accounts.actingAs(interaction);
  const text = values.description ?? '';
  const change: Change = {
    uuid,
    name,
    text,
    fileId: values.file ?? null,
    fileName: given.fileNames.file ?? 'script',
  };
  try {
    const never = await audited(context, {
      account,
      action: 'edit',
      jobUuid: uuid,
      ref: interaction.ref,
      run: () => changeJob(context, { waldur, account }, change),
      outcome: (refused) => ({
        outcome: refused === null ? 'changed' : `refused (${refused.status})`,
      }),
    });
    if (never !== null)
      return interaction.answer(refusal(interaction, never, cannot(never.status)));
  } catch (error) {
    const problem = correctable(error);
    const told = refused(error, before);
    if (problem === null && told === null) throw error;
    if (problem === null) return interaction.answer(refusal(interaction, error, told ?? ''));
    await interaction.modal?.show(
      await form(context, interaction, { uuid, name, description: text }, problem),
    );
    return;
  }
  await rename(context, interaction.team, uuid, name);
  await interaction.answer(say(changed(before, change)));
}

async function form(
  context: Context,
  { user }: Interaction,
  { uuid, name, description }: Pick<JobDetails, 'uuid' | 'name' | 'description'>,
  problem: string | null,
) {
  const upload = knownRefusal(context, 'update') === null;
  return editModal({
    metadata: encode({ form: 'edit', user, uuid, name: name.slice(0, 200) }),
    name,
    description: splitMark(description).text,
    upload,
    problem,
  });
}

/** What the person can correct in the form, as mrkdwn; null if there is nothing of the kind. */
function correctable(error: unknown): string | null {
  if (error instanceof Problem) return escaped(`${error.message} Nothing was changed.`);
  if (!isWaldurFailure(error) || error.kind !== 'refusal' || error.status !== 400) return null;
  return escaped(explainWaldur(error));
}

/** Waldur's refusals in words about editing; null for those that are explained like any other. */
function refused(error: unknown, name: string): string | null {
  if (!isWaldurFailure(error) || error.kind !== 'refusal') return null;
  const { status } = error;
  if (status === 403) {
    return `You may not change ${named(name)}: that needs the project’s administrator. Nothing changed.`;
  }
  if (status === 404) {
    return `Waldur shows you no ${named(name)} any more: somebody deleted it, or you may not see it.`;
  }
  return status === 409 ? busy(name) : null;
}

function cannot(status: number): string {
  return `This Waldur cannot change job records (it answered ${status}). Nothing changed.`;
}

function busy(name: string): string {
  return `Waldur is busy with ${named(name)}; a record can be changed when its state is OK. Try again in a minute.`;
}

function notNow({ name, state }: JobDetails): string {
  return state === 'erred'
    ? `Waldur changes records only when their state is OK; ${named(name)} is erred. Submit the script again instead.`
    : busy(name);
}

function changed(before: string, { name, fileId }: Change): string {
  const renamed =
    name === before
      ? `The record of ${named(name)} is changed.`
      : `${named(before)} is now ${named(name)}.`;
  const kept =
    fileId === null
      ? ''
      : ' Waldur has the new script; the job on the cluster keeps the one it started with.';
  return `${renamed}${kept}`;
}

/** Gives the job's cards, and the bot's own submission of it, the new name. */
async function rename({ db, now, wake }: Context, team: string, uuid: string, name: string) {
  await db.transaction().execute(async (trx) => {
    await renameSubmission(trx, { team, jobUuid: uuid, name });
    for (const { id } of await watchesOfJob(trx, uuid)) {
      await updateWatch(trx, id, { name, cardDue: true, dueAt: now() });
    }
  });
  wake();
}
