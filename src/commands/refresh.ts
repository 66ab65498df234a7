import { isWaldurFailure } from '../api/errors.ts';
import { unsupportedBy } from '../api/unsupported.ts';
import { audited } from '../interaction/audited.ts';
import type { Command } from '../interaction/command.ts';
import type { Context } from '../interaction/context.ts';
import { refusal } from '../interaction/failure.ts';
import { knownRefusal, noteFailure, noteSuccess } from '../interaction/learn-abilities.ts';
import { namedJob } from '../interaction/named-job.ts';
import type { JobDetails } from '../jobs/job.ts';
import { updateWatch, watchesOfJob } from '../store/watches.ts';
import type { IntentTo } from '../views/intent.ts';
import { say } from '../views/message.ts';
import { named, when } from '../views/text.ts';

/** Asks Waldur to read a job's state from the cluster (the API's pull). */
export const refresh: Command<IntentTo<'refresh'>> = {
  name: 'refresh',
  typed: {
    aliases: ['pull'],
    usage: 'refresh <job>',
    summary: 'Ask Waldur to read its state from the cluster now',
    parse: (job) => ({ do: 'refresh', job }),
  },
  purpose: 'refresh jobs',
  async run(context, interaction, wanted) {
    const { waldur, account } = await context.accounts.actingAs(interaction);
    const job = await namedJob(context, interaction, { waldur, wanted });
    if (job === null) return;
    if (knownRefusal(context, 'pull') !== null) return interaction.answer(say(cannot(job)));
    try {
      await audited(context, {
        account,
        action: 'refresh',
        jobUuid: job.uuid,
        ref: interaction.ref,
        run: () => waldur.pull(job.uuid),
        outcome: (outcome) => ({ outcome }),
      });
      await noteSuccess(context, 'pull');
    } catch (error) {
      await noteFailure(context, 'pull', { error, waldur, uuid: job.uuid, by: account });
      const known = refused(error, job);
      if (known === null) throw error;
      return interaction.answer(refusal(interaction, error, known));
    }
    await lookSoon(context, job.uuid);
    await interaction.answer(
      say(`Asked Waldur to refresh ${named(job.name)}. The card follows when something changed.`),
    );
  },
};

/** Waldur's refusals of a pull that have words of their own (recorded). */
function refused(error: unknown, job: JobDetails): string | null {
  if (!isWaldurFailure(error) || error.kind !== 'refusal') return null;
  const said = error.details.join(' ');
  if (unsupportedBy('pull', error) !== null) return cannot(job);
  if (error.status === 409) {
    const isNew = job.state === 'creating' || job.state === 'creation scheduled';
    return isNew
      ? `${named(job.name)} is still being created; try again in a minute.`
      : `Waldur is busy with ${named(job.name)} (${job.state}); try again in a minute.`;
  }
  if (error.status === 400 && /backend id/i.test(said)) {
    return `${named(job.name)} has no Slurm id, so there is nothing to refresh.`;
  }
  return null;
}

function cannot({ name, modified }: JobDetails): string {
  return `This Waldur cannot refresh on request; its last news of ${named(name)} is from ${when(modified)}.`;
}

async function lookSoon(context: Context, uuid: string): Promise<void> {
  const { db, now, wake } = context;
  await db.transaction().execute(async (trx) => {
    for (const watch of await watchesOfJob(trx, uuid)) {
      if (watch.closed === null) await updateWatch(trx, watch.id, { dueAt: now() });
    }
  });
  wake();
}
