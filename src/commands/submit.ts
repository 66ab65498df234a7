import type { Command } from '../interaction/command.ts';
import { Problem } from '../jobs/problem.ts';
import { scriptOfSubmission } from '../store/scripts.ts';
import { findSubmission } from '../store/submissions.ts';
import { commitForm } from '../submissions/commit.ts';
import { filledIn, firstTime, openForm, WAIT } from '../submissions/open-form.ts';
import { UNKNOWN, usableScript } from '../submissions/script-access.ts';
import type { FormOf, IntentTo } from '../views/intent.ts';

/** Opens the form in which a script is submitted: one that was shared, or one to upload. */
export const submit: Command<IntentTo<'submit'>, FormOf<'submit'>> = {
  name: 'submit',
  typed: {
    aliases: ['run', 'sbatch'],
    usage: 'submit',
    summary: 'Submit a batch script that you upload',
    parse(words) {
      if (words !== '') throw new Problem(noWords);
      return { do: 'submit', script: null, convert: false, seenBy: null };
    },
  },
  purpose: 'submit',
  async run(context, interaction, { script: key, convert, seenBy }) {
    if (key === null) return openForm(context, interaction, 'Reading your allocations…', null);
    await openForm(context, interaction, WAIT, async () => {
      const usable = await usableScript(context, interaction, { key, seenBy });
      return { ...firstTime, usable, convert };
    });
  },
  submitted: (context, form) => commitForm(context, form),
  reopen: ({ script, convert }) => ({ do: 'submit', script, convert, seenBy: null }),
};

const noWords =
  'A script cannot be named in words. Send it to me, or use /slurm submit alone and upload it.';

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
