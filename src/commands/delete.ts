import { isWaldurFailure } from '../api/errors.ts';
import { unsupportedBy } from '../api/unsupported.ts';
import type { Waldur } from '../api/waldur.ts';
import { audited } from '../interaction/audited.ts';
import type { Command } from '../interaction/command.ts';
import type { Context } from '../interaction/context.ts';
import { refusal } from '../interaction/failure.ts';
import type { Interaction } from '../interaction/interaction.ts';
import { knownRefusal, noteFailure, noteSuccess } from '../interaction/learn-abilities.ts';
import type { Account } from '../store/accounts.ts';
import type { FormOf, IntentTo } from '../views/intent.ts';
import { say } from '../views/message.ts';
import { waitModal } from '../views/modals.ts';
import { deleteModal } from '../views/removing.ts';
import { named } from '../views/text.ts';
import { askBeforeRemoval, markDeleted } from './removal.ts';

const TITLE = 'Delete record';

/** Removes a job's record from Waldur after a confirmation. The job on the cluster goes on. */
export const deleteRecord: Command<IntentTo<'delete'>, FormOf<'delete'>> = {
  name: 'delete',
  typed: {
    aliases: ['remove'],
    usage: 'delete <job>',
    summary: 'Remove a job’s record from Waldur; this does not stop the job',
    parse: (job) => ({ do: 'delete', job }),
  },
  purpose: 'delete job records',
  async run(context, interaction, wanted) {
    const { waldur } = await context.accounts.actingAs(interaction);
    const known = knownRefusal(context, 'delete');
    if (known !== null) return interaction.answer(say(cannot(known.status)));
    await askBeforeRemoval(context, interaction, {
      waldur,
      wanted,
      title: TITLE,
      view: deleteModal,
    });
  },
  async submitted(context, { interaction, kept, update }) {
    const { uuid, name } = kept;
    await update(waitModal(TITLE, `Deleting the record of ${named(name)}…`));
    const { waldur, account } = await context.accounts.actingAs(interaction);
    const outcome = await remove(context, interaction, { waldur, account, uuid, name });
    if (outcome === null) return;
    await markDeleted(context, interaction, { uuid, by: account.fullName || account.username });
    await interaction.answer(say(deletion[outcome](named(name))));
  },
  reopen: ({ uuid }) => ({ do: 'delete', job: uuid }),
};

const deletion = {
  deleted: (name: string) =>
    `The record of ${name} is deleted. The job itself goes on in Slurm if it has not ended.`,
  scheduled: (name: string) => `Waldur is deleting the record of ${name}.`,
};

/** @returns null if Waldur refused and the person has been told so */
async function remove(
  context: Context,
  interaction: Interaction,
  given: { waldur: Waldur; account: Account; uuid: string; name: string },
) {
  const { waldur, account, uuid, name } = given;
  try {
    const done = await audited(context, {
      account,
      action: 'delete',
      jobUuid: uuid,
      ref: interaction.ref,
      run: () => waldur.deleteJob(uuid),
      outcome: (outcome) => ({ outcome }),
    });
    await noteSuccess(context, 'delete');
    return done;
  } catch (error) {
    const nothingChanged = await noteFailure(context, 'delete', {
      error,
      waldur,
      uuid,
      by: account,
    });
    const text = refused(error, name);
    if (text === null || (isServerError(error) && !nothingChanged)) throw error;
    await interaction.answer(refusal(interaction, error, text));
    return null;
  }
}

/** Waldur's refusals in words about deleting; null for those that are explained like any other. */
function refused(error: unknown, name: string): string | null {
  if (!isWaldurFailure(error) || error.kind !== 'refusal') return null;
  const { status } = error;
  if (unsupportedBy('delete', error) !== null) return cannot(status);
  if (status === 403) {
    return `You may not delete ${named(name)}: that needs the project’s administrator. Nothing changed.`;
  }
  if (status === 404) {
    return `Waldur shows you no ${named(name)} any more: somebody deleted it, or you may not see it.`;
  }
  if (status === 409) {
    return `Waldur is busy with ${named(name)}; a record can be deleted when its state is OK or Erred. Try again in a minute.`;
  }
  return null;
}

function cannot(status: number): string {
  return `This Waldur cannot delete job records (it answered ${status}). Nothing changed. Waldur’s staff can unlink it.`;
}

function isServerError(error: unknown): boolean {
  return isWaldurFailure(error) && error.kind === 'refusal' && error.status >= 500;
}
