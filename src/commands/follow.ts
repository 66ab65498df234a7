import { followProblem } from '../interaction/admit.ts';
import type { Command } from '../interaction/command.ts';
import { namedJob } from '../interaction/named-job.ts';
import { withTwinNews } from '../interaction/twin-news.ts';
import { Problem } from '../jobs/problem.ts';
import { insertWatch, watchesOfJob } from '../store/watches.ts';
import { actions, button, say } from '../views/message.ts';
import { named } from '../views/text.ts';

/** Posts a card of a job where it was asked for, and follows the job there. */
export const follow: Command = {
  name: 'follow',
  aliases: ['watch'],
  usage: 'follow <job>',
  summary: 'Follow a job here: a card, and a reply when it starts and ends',
  purpose: 'follow jobs',
  async run(context, interaction, args) {
    const { waldur, account } = await context.accounts.actingAs(interaction);
    const words = args.replace(/^--direct\b/, '').trim();
    const found = await namedJob(context, interaction, { waldur, verb: 'follow', words });
    if (found === null) return;
    const { job, phase, tasks } = await withTwinNews(context, waldur, found);
    const { team, user } = interaction;
    const { channel, threadTs } =
      words === args
        ? interaction
        : { channel: interaction.direct ? interaction.channel : user, threadTs: null };
    const problem = await followProblem(context, channel);
    if (problem !== null) {
      const choice = { label: 'Follow in direct message', command: `follow --direct ${job.uuid}` };
      return interaction.answer(say(problem, ...actions(button(choice, 'primary'))));
    }
    const watches = await watchesOfJob(context.db, job.uuid);
    const here = watches.some(
      (watch) =>
        watch.closed === null &&
        watch.endedAt === null &&
        watch.channel === channel &&
        (threadTs === null || watch.threadTs === threadTs || watch.cardTs === threadTs),
    );
    if (here) throw new Problem('That job is followed here already.');
    await insertWatch(context.db, {
      team,
      user,
      channel,
      threadTs,
      job,
      submissionId: null,
      name: job.name,
      projectName: job.projectName,
      serviceSettings: job.serviceSettings,
      ownerName: job.userUuid === account.waldurUuid ? account.fullName : '',
      phase,
      tasks,
      seenAt: context.now(),
    });
    context.wake();
    const where = words === args ? 'here' : 'in your direct messages';
    await interaction.answer(say(`Following ${named(job.name)} ${where}.`));
  },
};
