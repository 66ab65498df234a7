import { isWaldurFailure } from '../api/errors.ts';
import { unsupportedBy } from '../api/unsupported.ts';
import { audited } from '../interaction/audited.ts';
import type { Command } from '../interaction/command.ts';
import { refusal } from '../interaction/failure.ts';
import {
  anyProject,
  knownRefusal,
  noteFailure,
  noteSuccess,
} from '../interaction/learn-abilities.ts';
import type { FormOf, IntentTo } from '../views/intent.ts';
import { say } from '../views/message.ts';
import { waitModal } from '../views/modals.ts';
import { unlinkModal } from '../views/removing.ts';
import { named } from '../views/text.ts';
import { askBeforeRemoval, markDeleted } from './removal.ts';

const TITLE = 'Unlink record';

/** Takes a record out of Waldur without asking the cluster, whatever state it is in. For Waldur's staff. */
export const unlink: Command<IntentTo<'unlink'>, FormOf<'unlink'>> = {
  name: 'unlink',
  typed: {
    usage: 'unlink <job>',
    summary: 'Take a stuck record out of Waldur (Waldur’s staff); this does not stop the job',
    parse: (job) => ({ do: 'unlink', job }),
  },
  purpose: 'unlink job records',
  async run(context, interaction, wanted) {
    const { waldur, account } = await context.accounts.actingAs(interaction);
    const known = knownRefusal(context, 'unlink');
    if (known !== null) return interaction.answer(say(cannot(known.status)));
    if (context.abilities.refused(anyProject(account)).has('unlink')) {
      return interaction.answer(say('Only Waldur’s staff may unlink records. Ask them.'));
    }
    await askBeforeRemoval(context, interaction, {
      waldur,
      wanted,
      title: TITLE,
      view: unlinkModal,
    });
  },
  async submitted(context, { interaction, kept, update }) {
    const { uuid, name } = kept;
    await update(waitModal(TITLE, `Unlinking ${named(name)}…`));
    const { waldur, account } = await context.accounts.actingAs(interaction);
    try {
      await audited(context, {
        account,
        action: 'unlink',
        jobUuid: uuid,
        ref: interaction.ref,
        run: () => waldur.unlinkJob(uuid),
        outcome: () => ({ outcome: 'unlinked' }),
      });
      await noteSuccess(context, 'unlink');
    } catch (error) {
      await noteFailure(context, 'unlink', { error, waldur, uuid, by: account });
      const text = refused(error, name);
      if (text === null) throw error;
      return interaction.answer(refusal(interaction, error, text));
    }
    await markDeleted(context, interaction, { uuid, by: account.fullName || account.username });
    await interaction.answer(
      say(
        `The record of ${named(name)} is out of Waldur. The job itself goes on in Slurm if it has not ended.`,
      ),
    );
  },
  reopen: ({ uuid }) => ({ do: 'unlink', job: uuid }),
};

/** Waldur's refusals in words about unlinking; null for those that are explained like any other. */
function refused(error: unknown, name: string): string | null {
  if (!isWaldurFailure(error) || error.kind !== 'refusal') return null;
  if (unsupportedBy('unlink', error) !== null) return cannot(error.status);
  if (error.status === 403) {
    return `Only Waldur’s staff may unlink records. Nothing changed: ask them to unlink ${named(name)}.`;
  }
  if (error.status === 404) {
    return `Waldur shows you no ${named(name)} any more: somebody removed it, or you may not see it.`;
  }
  return null;
}

function cannot(status: number): string {
  return `This Waldur cannot unlink job records (it answered ${status}). Nothing changed.`;
}
