import type { WebClient } from '@slack/web-api';
import { followProblem } from '../interaction/access.ts';
import type { Command } from '../interaction/command.ts';
import type { Interaction } from '../interaction/interaction.ts';
import { namedJob } from '../interaction/named-job.ts';
import { offersTo } from '../interaction/offers.ts';
import { readWholeJob } from '../interaction/whole-job.ts';
import { isEnd } from '../jobs/phase.ts';
import { Problem } from '../jobs/problem.ts';
import { insertWatch, watchesOfJob } from '../store/watches.ts';
import type { IntentTo } from '../views/intent.ts';
import { actions, button, say } from '../views/message.ts';
import { headline } from '../views/state.ts';
import { named } from '../views/text.ts';

/** Posts a card of a job where the person asks, and follows the job there. */
export const follow: Command<IntentTo<'follow'>> = {
  name: 'follow',
  typed: {
    aliases: ['watch'],
    usage: 'follow <job>',
    summary: 'Follow a job here: a card, and a reply when it starts and ends',
    parse: (job) => ({ do: 'follow', job, direct: false }),
  },
  purpose: 'follow jobs',
  async run(context, interaction, wanted) {
    const { waldur, account } = await context.accounts.actingAs(interaction);
    const found = await namedJob(context, interaction, { waldur, wanted });
    if (found === null) return;
    const { job, phase, tasks } = await readWholeJob(context, waldur, found);
    const { team, user } = interaction;
    const isIn = (await context.places.ownMembership(interaction.channel)) !== 'not a member';
    const { channel, threadTs } =
      wanted.direct || interaction.direct || !isIn
        ? await ownDirect(context.slack, interaction)
        : interaction;
    const problem = await followProblem(context, channel);
    if (problem !== null) {
      const intent = { ...wanted, job: job.uuid, direct: true };
      const choice = { label: 'Follow in direct message', intent };
      return interaction.answer(say(problem, ...actions(button(choice, 'primary'))));
    }
    // The card offers what they may do.
    await offersTo(context, { account, waldur });
    await context.db.transaction().execute(async (trx) => {
      const watches = await watchesOfJob(trx, job.uuid);
      const here = watches.some(
        (watch) =>
          watch.closed === null &&
          watch.channel === channel &&
          (threadTs === null || watch.threadTs === threadTs || watch.cardTs === threadTs),
      );
      if (here) {
        throw new Problem(
          isEnd(phase)
            ? 'That job has ended, and its card is here already.'
            : 'That job is followed here already.',
        );
      }
      await insertWatch(trx, {
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
    });
    context.wake();
    const where = channel === interaction.channel ? 'here' : 'in your direct messages';
    const why = isIn ? '' : 'I am not in this channel, so I can’t post here. ';
    const told = isEnd(phase)
      ? `${headline({ ...job, phase, tasks }).said}. Its card is ${where}.`
      : `Following ${named(job.name)} ${where}.`;
    await interaction.answer(say(`${why}${told}`));
  },
};

/** The person's direct message with the bot, in the thread in which they asked if that was there. */
async function ownDirect(slack: WebClient, { user, channel, threadTs }: Interaction) {
  const { channel: opened } = await slack.conversations.open({ users: user });
  const own = opened?.id ?? user;
  return { channel: own, threadTs: own === channel ? threadTs : null };
}
