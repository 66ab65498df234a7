import type { Command } from '../interaction/command.ts';
import { Problem } from '../jobs/problem.ts';
import { commitForm } from '../submissions/commit.ts';
import { firstTime, openForm, WAIT } from '../submissions/open-form.ts';
import { usableScript } from '../submissions/script-access.ts';
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
