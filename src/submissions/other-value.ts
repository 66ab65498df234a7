import type { SubmittedForm } from '../interaction/command.ts';
import type { Context } from '../interaction/context.ts';
import type { Allocation } from '../jobs/job.ts';
import { Problem } from '../jobs/problem.ts';
import { type Change, readValue, withChanges } from '../scripts/changes.ts';
import type { Account } from '../store/accounts.ts';
import type { FormOf } from '../views/intent.ts';
import { waitModal } from '../views/modals.ts';
import { draftModal, TITLE } from './form.ts';
import { WAIT } from './open-form.ts';
import { readChanged, UNKNOWN, usableScript } from './script-access.ts';

type Form = SubmittedForm<FormOf<'submit'>>;

/**
 * The value that a person wrote for the option that the form asks for: what is wrong with it, and the changes with it
 * where they have not been shown the script so; null if they have.
 */
export function otherValue({ kept, values }: Form): {
  wrong: { more?: string };
  changes: Change[] | null;
} {
  const { more: option, changes } = kept;
  if (option === null) return { wrong: {}, changes: null };
  const written = values.more?.trim() ?? '';
  const value = written === '' ? '' : readValue(option, written);
  if (value === null) {
    return { wrong: { more: option === 'time' ? noTime : noMemory }, changes: null };
  }
  const shown = changes.find((each) => each.option === option)?.value ?? '';
  const other = value === shown ? null : withChanges(changes, [{ option, value }]);
  return { wrong: {}, changes: other };
}

const noMemory = 'Write a number and its unit, such as 16G.';
const noTime =
  'Write hours, minutes and seconds, such as 12:00:00, or days before them: 2-12:00:00.';

/** Shows the form again with the script as it would be sent: nothing is sent that was not shown. */
export async function showWith(
  context: Context,
  form: Form,
  given: { changes: Change[]; account: Account; allocation: Allocation },
): Promise<void> {
  const { interaction, kept, values } = form;
  const { changes, account, allocation } = given;
  const { script: key, convert, more, again } = kept;
  await form.update(waitModal(TITLE, WAIT));
  if (key === null) throw new Problem(UNKNOWN);
  const usable = await usableScript(context, interaction, { key, seenBy: null });
  const read = await readChanged(context, usable, { convert, changes });
  const { user } = interaction;
  await interaction.modal?.show(
    draftModal({
      source: { usable, read },
      convert,
      changes,
      more,
      user,
      username: account.username,
      name: values.name ?? '',
      description: values.description ?? '',
      allocation,
      channel: values.follow ?? null,
      again,
      opened: new Date(kept.opened),
      problem: 'This is the script with what you wrote. Look at it, then submit.',
    }),
  );
}
