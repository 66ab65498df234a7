import { z } from 'zod';
import { isWaldurFailure } from '../api/errors.ts';
import { lessonOf } from '../api/lesson.ts';
import { say } from '../views/message.ts';
import { waitModal } from '../views/modals.ts';
import { named } from '../views/text.ts';
import { unlinkModal } from '../views/unlinking.ts';
import { knownRefusal, noteFailure, noteSuccess } from './ability.ts';
import { openModal } from './ask.ts';
import { audited } from './audit.ts';
import type { Command } from './command.ts';
import { markDeleted } from './delete.ts';
import { refusal } from './failure.ts';
import { namedJob } from './named-job.ts';

const TITLE = 'Unlink record';
const metadata = z.object({ uuid: z.string(), name: z.string() });

/** Takes a record out of Waldur without asking the cluster, whatever state it is in. For Waldur's staff. */
export const unlink: Command = {
  name: 'unlink',
  usage: 'unlink <job>',
  summary: 'Take a stuck record out of Waldur (Waldur’s staff); this does not stop the job',
  purpose: 'unlink job records',
  async run(services, ask, args) {
    const { waldur } = await services.accounts.actingAs(ask);
    const known = await knownRefusal(services, 'unlink');
    if (known !== null) return ask.answer(say(cannot(known.status)));
    const modal = await openModal(services, ask, waitModal(TITLE, 'Looking for the job…'));
    const job = await namedJob(services, ask, { waldur, verb: 'unlink', words: args });
    if (job === null) return;
    const kept = JSON.stringify({ uuid: job.uuid, name: job.name.slice(0, 200) });
    await modal.show(unlinkModal({ ...job, metadata: kept }));
  },
  async submitted(services, { ask, metadata: kept, update }) {
    const { uuid, name } = metadata.parse(JSON.parse(kept));
    await update(waitModal(TITLE, `Unlinking ${named(name)}…`));
    const { waldur, account } = await services.accounts.actingAs(ask);
    try {
      await audited(services, {
        account,
        action: 'unlink',
        jobUuid: uuid,
        ref: ask.ref,
        run: () => waldur.unlinkJob(uuid),
        outcome: () => ({ outcome: 'unlinked' }),
      });
      await noteSuccess(services, 'unlink');
    } catch (error) {
      await noteFailure(services, 'unlink', { error, waldur, uuid });
      const text = refused(error, name);
      if (text === null) throw error;
      return ask.answer(refusal(ask, error, text));
    }
    await markDeleted(services, uuid, account.fullName || account.username);
    await ask.answer(
      say(
        `The record of ${named(name)} is out of Waldur. The job itself goes on in Slurm if it has not ended.`,
      ),
    );
  },
  reopen: (kept) => `unlink ${metadata.parse(JSON.parse(kept)).uuid}`,
};

/** Waldur's refusals in words that are about unlinking; the others are explained like any. */
function refused(error: unknown, name: string): string | null {
  if (!isWaldurFailure(error) || error.kind !== 'refusal') return null;
  if (lessonOf('unlink', error) !== null) return cannot(error.status);
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
