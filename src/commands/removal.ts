import type { ModalView } from '@slack/types';
import type { Waldur } from '../api/waldur.ts';
import type { Context } from '../interaction/context.ts';
import { type Interaction, openModal } from '../interaction/interaction.ts';
import { namedJob } from '../interaction/named-job.ts';
import { readWholeJob } from '../interaction/whole-job.ts';
import type { Person } from '../store/accounts.ts';
import { updateWatch, watchesOfJob } from '../store/watches.ts';
import { encode, type IntentTo } from '../views/intent.ts';
import { waitModal } from '../views/modals.ts';
import type { Removal } from '../views/removing.ts';
import { named } from '../views/text.ts';

/** Finds the job whose record is to be removed, and asks once more in a form. */
export async function askBeforeRemoval(
  context: Context,
  interaction: Interaction,
  given: {
    waldur: Waldur;
    wanted: IntentTo<'delete' | 'unlink'>;
    title: string;
    view(removal: Removal): ModalView;
  },
): Promise<void> {
  const { waldur, wanted, title, view } = given;
  const modal = await openModal(context, interaction, waitModal(title, 'Looking for the job…'));
  const found = await namedJob(context, interaction, { waldur, wanted });
  if (found === null) return;
  const { job, phase } = await readWholeJob(context, waldur, found);
  const metadata = encode({
    form: wanted.do,
    user: interaction.user,
    uuid: job.uuid,
    name: job.name.slice(0, 200),
  });
  await modal.show(view({ ...job, phase, metadata }));
}

/**
 * Lets the job's cards say who deleted the record. The sweep will find out what became of it in Waldur. Others who
 * follow the job are told when the record is gone.
 */
export async function markDeleted(
  { db, now, wake }: Pick<Context, 'db' | 'now' | 'wake'>,
  { team, user }: Person,
  { uuid, by }: { uuid: string; by: string },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (const { id, note, ...watch } of await watchesOfJob(trx, uuid)) {
      const isOwn = watch.team === team && watch.user === user;
      const told = isOwn
        ? { deletedBy: by }
        : { note: `${note} Record deleted by ${named(by)}.`.trim() };
      await updateWatch(trx, id, { ...told, cardDue: true, dueAt: now() });
    }
  });
  wake();
}
