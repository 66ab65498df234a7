import type { Command } from '../interaction/command.ts';
import { Problem } from '../jobs/problem.ts';
import { scriptOfSubmission } from '../store/scripts.ts';
import { findSubmission } from '../store/submissions.ts';
import { filledIn, firstTime, openForm, WAIT } from '../submissions/open-form.ts';
import { runAgain } from '../submissions/run-again.ts';
import { UNKNOWN, usableScript } from '../submissions/script-access.ts';
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

/** Tries a submission once more: opens the form as it was handed in. */
export const retry: Command<IntentTo<'retry'>> = {
  name: 'retry',
  typed: null,
  purpose: 'submit',
  async run(context, interaction, { mark }) {
    await openForm(context, interaction, WAIT, async () => {
      const earlier = await findSubmission(context.db, interaction.team, mark);
      const isTheirs = earlier !== null && earlier.user === interaction.user;
      const shared = isTheirs ? await scriptOfSubmission(context.db, earlier) : null;
      if (earlier === null || shared === null) throw new Problem(UNKNOWN);
      const usable = await usableScript(context, interaction, { key: shared.key, seenBy: null });
      const { convert, changes } = earlier;
      const more = changes.at(-1)?.option ?? null;
      return { ...firstTime, usable, convert, changes, more, filled: filledIn(earlier), earlier };
    });
  },
};
