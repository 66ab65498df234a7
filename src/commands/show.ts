import type { JobDetails } from '../jobs/job.ts';
import { refusedOperations } from '../store/capabilities.ts';
import { details, type LongText, longTexts } from '../views/details.ts';
import { named } from '../views/text.ts';
import type { Ask } from './ask.ts';
import type { Command } from './command.ts';
import { namedJob } from './named-job.ts';
import type { Services } from './services.ts';
import { withTwinNews } from './twin-news.ts';

/** Everything that Waldur says about one job, for the person who asks. */
export const show: Command = {
  name: 'show',
  aliases: ['details', 'info'],
  usage: 'show <job>',
  summary: 'Everything Waldur knows about a job',
  purpose: 'look at jobs',
  async run(services, ask, args) {
    const { waldur, account } = await services.accounts.actingAs(ask);
    const found = await namedJob(services, ask, { waldur, verb: 'show', words: args });
    if (found === null) return;
    const username =
      found.username || (found.userUuid === account.waldurUuid ? account.username : '');
    const { job: heard, tasks } = await withTwinNews(waldur, found);
    const job = { ...heard, username };
    const { db, config, now } = services;
    await ask.answer(details(job, await refusedOperations(db, config.waldurUrl, now()), tasks));
    for (const text of longTexts(job)) await sendText(services, ask, { job, ...text });
  },
};

async function sendText(
  { slack }: Services,
  { user }: Ask,
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
