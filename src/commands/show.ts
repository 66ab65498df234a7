import type { Command } from '../interaction/command.ts';
import type { Context } from '../interaction/context.ts';
import type { Interaction } from '../interaction/interaction.ts';
import { namedJob } from '../interaction/named-job.ts';
import { withTwinNews } from '../interaction/twin-news.ts';
import type { JobDetails } from '../jobs/job.ts';
import { refusedOperations } from '../store/capabilities.ts';
import { details, type LongText, longTexts } from '../views/details.ts';
import { named } from '../views/text.ts';

/** Everything that Waldur says about one job, for the person who asks. */
export const show: Command = {
  name: 'show',
  aliases: ['details', 'info'],
  usage: 'show <job>',
  summary: 'Everything Waldur knows about a job',
  purpose: 'look at jobs',
  async run(context, interaction, args) {
    const { waldur, account } = await context.accounts.actingAs(interaction);
    const found = await namedJob(context, interaction, { waldur, verb: 'show', words: args });
    if (found === null) return;
    const username =
      found.username || (found.userUuid === account.waldurUuid ? account.username : '');
    const { job: heard, ...known } = await withTwinNews(context, waldur, found);
    const job = { ...heard, username };
    const { db, config, now } = context;
    await interaction.answer(
      details(job, await refusedOperations(db, config.waldurUrl, now()), known),
    );
    for (const text of longTexts(job)) await sendText(context, interaction, { job, ...text });
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
    filename: `${name}-${job.slurmId || job.uuid}.txt`,
    content: text,
    initial_comment: `The ${name} of ${named(job.name)}.`,
  });
}
