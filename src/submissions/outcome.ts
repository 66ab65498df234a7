import type { ModalView } from '@slack/types';
import type { Context } from '../interaction/context.ts';
import { modalWith } from '../interaction/interaction.ts';
import { suggestName } from '../jobs/name.ts';
import { Problem } from '../jobs/problem.ts';
import { postSurely } from '../slack/post.ts';
import { scriptOfSubmission } from '../store/scripts.ts';
import type { Submission } from '../store/submissions.ts';
import { messageModal } from '../views/modals.ts';
import { prompt } from '../views/prompt.ts';
import { submissionFailed, submitted } from '../views/submitting.ts';
import { escaped } from '../views/text.ts';
import { draftModal, TITLE } from './form.ts';
import { readUsable, usableScript } from './rights.ts';

/**
 * Tells a person what became of their submission: in the form if it is still open (one that failed comes back
 * filled in; of one that may have arrived, only a button sends it again), else in the direct message. Of one that
 * went well the card tells enough.
 */
export async function tellOutcome(context: Context, submission: Submission): Promise<void> {
  const { name, viewId, problem, state } = submission;
  const modal = modalWith(context, viewId);
  const show = (view: ModalView) => modal.show(view).catch(() => false);
  if (state === 'accepted') {
    await show(messageModal(TITLE, submitted(name)));
    return;
  }
  const message = submissionFailed(name || 'Your script', escaped(problem ?? ''), submission.id);
  const form = state === 'failed' ? await filledForm(context, submission) : null;
  if (await show(form ?? messageModal(TITLE, message))) return;
  await postSurely(context.slack, {
    id: `submission:${submission.id}`,
    channel: submission.user,
    threadTs: null,
    message,
    broadcast: false,
    // Nothing was committed before it was posted: after a kill it may be there already.
    maybeSent: true,
  });
}

/** The form as it was handed in, about the script as it is now; null where the person may not see that, or it cannot be read. */
async function filledForm(context: Context, submission: Submission) {
  const { user, follow, problem, convert } = submission;
  const account = await context.accounts.find(submission);
  const shared = await scriptOfSubmission(context.db, submission);
  if (account === null || shared === null) return null;
  try {
    const usable = await usableScript(context, submission, { key: shared.key, seenBy: null });
    const { script, permalink } = await readUsable(context, usable, { convert });
    const isFit = script.refusals.length === 0;
    if (!isFit && script.refusals.every(({ kind }) => kind === 'dos')) {
      const { key: scriptKey, fileName } = shared;
      const name = suggestName(script, fileName);
      return messageModal(TITLE, prompt({ scriptKey, fileName, name, script, converted: false }));
    }
    return draftModal({
      shared: isFit ? shared : null,
      script: isFit ? script : null,
      permalink,
      convert: isFit && convert,
      inThread: isFit && usable.inThread,
      user,
      username: account.username,
      name: submission.name,
      description: submission.description,
      allocation: submission.allocation,
      channel: follow !== null && follow.threadTs === null ? follow.channel : null,
      problem: escaped(problem ?? ''),
    });
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}
