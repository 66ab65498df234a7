import type { JobDetails } from '../jobs/job.ts';
import { refusedOperations } from '../store/capabilities.ts';
import { details, LONGEST_REPORT } from '../views/details.ts';
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
    const { waldur } = await services.accounts.actingAs(ask);
    const found = await namedJob(services, ask, { waldur, verb: 'show', words: args });
    if (found === null) return;
    const { job, tasks } = await withTwinNews(waldur, found);
    const { db, config, now } = services;
    await ask.answer(details(job, await refusedOperations(db, config.waldurUrl, now()), tasks));
    if ((job.report?.length ?? 0) > LONGEST_REPORT) await sendReport(services, ask, job);
  },
};

async function sendReport({ slack }: Services, ask: Ask, job: JobDetails): Promise<void> {
  const { channel } = await slack.conversations.open({ users: ask.user });
  await slack.files.uploadV2({
    channel_id: channel?.id ?? ask.user,
    filename: `report-${job.slurmId || job.uuid}.txt`,
    content: job.report ?? '',
    initial_comment: `The report of ${named(job.name)}.`,
  });
}
