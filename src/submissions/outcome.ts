import type { ModalView } from '@slack/types';
import { NotConnected } from '../accounts/waldur-accounts.ts';
import { isWaldurFailure } from '../api/errors.ts';
import type { Context } from '../interaction/context.ts';
import { modalWith } from '../interaction/interaction.ts';
import { suggestName } from '../jobs/job-name.ts';
import { Problem } from '../jobs/problem.ts';
import { impossibilities } from '../scripts/script.ts';
import { postSurely } from '../slack/post.ts';
import { scriptOfSubmission } from '../store/scripts.ts';
import { findSubmission, type Submission } from '../store/submissions.ts';
import type { Message } from '../views/message.ts';
import { messageModal } from '../views/modals.ts';
import { prompt } from '../views/script-prompt.ts';
import { submissionFailed, submitted, turnedUp } from '../views/submitting.ts';
import { escaped } from '../views/text.ts';
import { draftModal, TITLE } from './form.ts';
import { historyOf } from './history.ts';
import { readChanged, usableScript } from './script-access.ts';

/**
 * Tells a person what became of their submission: in the form if it is still open, otherwise in their direct messages.
 * After a failure the form comes back filled in. If the submission may have arrived, only a button sends it again.
 * After a success the card says enough.
 */
export async function tellOutcome(context: Context, submission: Submission): Promise<void> {
  const { id, user, name, viewId, problem, state } = submission;
  const modal = modalWith(context, viewId);
  const show = (view: ModalView) => modal.show(view).catch(() => false);
  if (state === 'accepted' && problem === null) {
    await show(messageModal(TITLE, submitted(name)));
    return;
  }
  if (state === 'accepted') {
    await tellDirectly(context, { id: `found:${id}`, user, message: turnedUp(name) });
    return;
  }
  const message = submissionFailed(name || 'Your script', escaped(problem ?? ''), submission.id);
  const form = state === 'failed' ? await filledForm(context, submission) : null;
  if (await show(form ?? messageModal(TITLE, message))) return;
  await tellDirectly(context, { id: `submission:${id}`, user, message });
}

async function tellDirectly(
  { config, slack, log }: Context,
  { id, user, message }: { id: string; user: string; message: Message },
): Promise<void> {
  // Nothing is committed before this post, so after a kill the message may already be there.
  const more = { threadTs: null, broadcast: false, maybeSent: true };
  try {
    await postSurely(slack, { id, channel: user, message, ...more }, config.pauses.awaitedPost);
  } catch (error) {
    // Slack refuses for good, for instance because the person has left.
    if (!(error instanceof Problem)) throw error;
    log.warn('could not tell', { user, error });
  }
}

/** The mark of the lost submission that this one repeats; null if that has turned up. */
async function stillLost({ db }: Context, { team, again }: Submission): Promise<string | null> {
  const earlier = again === null ? null : await findSubmission(db, team, again);
  return earlier?.state === 'accepted' ? null : again;
}

/** The form as it was handed in, for the script as it is now; null if the script cannot be read or shown to them. */
async function filledForm(context: Context, submission: Submission) {
  const { user, follow, problem, convert, changes } = submission;
  const account = await context.accounts.find(submission);
  const source = account === null ? null : await readAsNow(context, submission);
  if (account === null || source === null) return null;
  const { script } = source.read;
  const wrong = impossibilities(script);
  const isFit = wrong.length === 0;
  if (!isFit && wrong.every(({ kind }) => kind === 'dos')) {
    const { key: scriptKey, fileName } = source.usable.shared;
    const name = suggestName(script, fileName);
    return messageModal(TITLE, prompt({ scriptKey, fileName, name, script, converted: false }));
  }
  const more = changes.at(-1)?.option ?? null;
  const opened = context.now();
  const { shared, thread } = source.usable;
  const seen = { ...submission, channel: thread?.channel ?? '' };
  const { sentence } = await historyOf(context, seen, shared);
  return draftModal({
    ...(isFit
      ? { source, convert, changes, more }
      : { source: null, convert: false, changes: [], more: null }),
    user,
    username: account.username,
    name: submission.name,
    description: submission.description,
    allocation: submission.allocation,
    channel: follow !== null && follow.threadTs === null ? follow.channel : null,
    again: await stillLost(context, submission),
    opened,
    problem: [sentence, escaped(problem ?? '')].filter(Boolean).join('\n'),
  });
}

async function readAsNow(context: Context, submission: Submission) {
  const shared = await scriptOfSubmission(context.db, submission);
  if (shared === null) return null;
  const { convert, changes } = submission;
  try {
    const usable = await usableScript(context, submission, { key: shared.key, seenBy: null });
    return { usable, read: await readChanged(context, usable, { convert, changes }) };
  } catch (error) {
    const isTold = error instanceof Problem || error instanceof NotConnected;
    if (isTold || isWaldurFailure(error)) return null;
    throw error;
  }
}
