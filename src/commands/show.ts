import type { Command } from '../interaction/command.ts';
import type { Context } from '../interaction/context.ts';
import type { Interaction } from '../interaction/interaction.ts';
import { namedJob } from '../interaction/named-job.ts';
import { offersTo } from '../interaction/offers.ts';
import { readWholeJob } from '../interaction/whole-job.ts';
import type { JobDetails } from '../jobs/job.ts';
import { pastOfJob } from '../store/job-history.ts';
import { details, type LongText, longTexts, technicalDetails } from '../views/details.ts';
import type { IntentTo } from '../views/intent.ts';
import { code } from '../views/text.ts';

/** Everything that Waldur says about one job, for the person who asks. */
export const show: Command<IntentTo<'show'>> = {
  name: 'show',
  typed: {
    aliases: ['details', 'info', 'sacct', 'scontrol'],
    usage: 'show <job>',
    summary: 'All about a job',
    parse: (job) => ({ do: 'show', job }),
  },
  purpose: 'look at jobs',
  async run(context, interaction, wanted) {
    const { waldur, account } = await context.accounts.actingAs(interaction);
    const found = await namedJob(context, interaction, { waldur, wanted });
    if (found === null) return;
    const username =
      found.username || (found.userUuid === account.waldurUuid ? account.username : '');
    const { job: heard, ...known } = await readWholeJob(context, waldur, found);
    const job = { ...heard, username };
    const { team } = interaction;
    const past = await pastOfJob(context.db, {
      team,
      jobUuid: job.uuid,
      ...known,
      slurmId: job.slurmId,
    });
    const refusedIn = await offersTo(context, { account, waldur });
    const { technical = false } = wanted;
    await interaction.answer(
      technical
        ? technicalDetails(job)
        : details(job, refusedIn(job.projectName), {
            ...known,
            past,
            page: context.portal.jobPage(job),
            now: context.now(),
          }),
    );
    for (const text of longTexts(job, technical))
      await sendText(context, interaction, { job, ...text });
  },
};

async function sendText(
  { slack }: Context,
  { user }: Interaction,
  { job, name, text }: LongText & { job: JobDetails },
): Promise<void> {
  const { channel } = await slack.conversations.open({ users: user });
  await slack.files.uploadV2({
    channel_id: channel?.id ?? user,
    filename: `${name}-${(job.slurmId || job.uuid).replace(/[^\w.-]+/g, '_').slice(0, 60)}.txt`,
    content: text,
    initial_comment: `The ${name} of ${code(job.name)}.`,
  });
}
