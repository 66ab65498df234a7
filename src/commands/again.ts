import type { Command } from '../interaction/command.ts';
import { runAgain } from '../submissions/again.ts';
import { openForm } from '../submissions/open-form.ts';
import type { IntentTo } from '../views/intent.ts';

/** Runs a job again: opens the form of the last time, with the script as it was sent. */
export const again: Command<IntentTo<'again'>> = {
  name: 'again',
  typed: {
    aliases: ['rerun', 'resubmit'],
    usage: 'again <job>',
    summary: 'Run a job again, with more memory or time if it ran out of that',
    parse: (job) => ({ do: 'again', job }),
  },
  purpose: 'run jobs again',
  async run(context, interaction, wanted) {
    await openForm(context, interaction, 'Looking for the job…', ({ waldur }) =>
      runAgain(context, interaction, waldur, wanted),
    );
  },
};
