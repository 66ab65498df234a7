import { NotConnected } from '../accounts/waldur-accounts.ts';
import { isAllowedChannel } from '../interaction/access.ts';
import type { SubmittedForm } from '../interaction/command.ts';
import type { Context } from '../interaction/context.ts';
import { wrongPlace } from '../interaction/follow-place.ts';
import type { Interaction } from '../interaction/interaction.ts';
import { checkName } from '../jobs/job-name.ts';
import { Problem } from '../jobs/problem.ts';
import type { Account } from '../store/accounts.ts';
import { findScript, recordScript, type SharedScript } from '../store/scripts.ts';
import { advanceSubmission, commitSubmission } from '../store/submissions.ts';
import type { FormOf } from '../views/intent.ts';
import { waitModal } from '../views/modals.ts';
import { TITLE } from './form.ts';
import { historyOf } from './history.ts';
import { beginningOf } from './job-script.ts';
import { otherValue, showWith } from './other-value.ts';
import { UNKNOWN } from './script-access.ts';
import { carryOut } from './workflow.ts';

type Kept = FormOf<'submit'>;

/** Checks what can be checked at once, commits the submission, acknowledges the form, and carries it out. */
export async function commitForm(context: Context, form: SubmittedForm<Kept>): Promise<void> {
  const { interaction, values } = form;
  const account = await knownAccount(context, interaction);
  const name = (values.name ?? '').trim();
  const allocation = account.allocations.find(({ uuid }) => uuid === values.allocation);
  const { mark, script, sha256, convert, changes, again } = form.kept;
  const other = otherValue(form);
  const chosen = values.follow ?? null;
  const place = chosen === null ? null : wrongPlace(context, chosen);
  const wrong = {
    ...(place !== null && { follow: place }),
    ...((script !== null || name !== '') && nameError(name)),
    ...other.wrong,
    ...(allocation === undefined && { allocation: 'Choose an allocation from the menu again.' }),
  };
  if (allocation === undefined || Object.keys(wrong).length > 0) return form.refuse(wrong);

  const { changes: unseen } = other;
  if (unseen !== null) return showWith(context, form, { changes: unseen, account, allocation });
  const shared =
    script === null ? await recordUpload(context, form) : await known(context, interaction, script);
  const intent = {
    id: mark,
    team: interaction.team,
    user: interaction.user,
    scriptId: shared.id,
    convert,
    changes,
    sha256,
    name,
    description: values.description ?? '',
    allocation,
    follow:
      chosen === null ? await threadOf(context, shared, form) : { channel: chosen, threadTs: null },
    viewId: form.viewId,
    createdAt: context.now(),
    again,
    ref: interaction.ref,
  };
  const isNew = await context.db.transaction().execute(async (trx) => {
    const isSecond = await isSubmittedSince({ ...context, db: trx }, form, shared);
    const first = await commitSubmission(trx, intent);
    const stop = { from: ['committed'], to: 'failed', problem: submittedSince } as const;
    if (isSecond && first) await advanceSubmission(trx, mark, stop);
    return first;
  });
  // The submission is committed, so it goes on even if Slack does not get the acknowledgement.
  await form
    .acknowledge(waitModal(TITLE, 'Submitting…'))
    .catch((error: unknown) => interaction.log.warn('form not acknowledged', { error }));
  if (isNew) await carryOut(context, mark, interaction.team);
}

/** True if the script was submitted since the form was opened, so that the form could not say so. */
async function isSubmittedSince(
  context: Pick<Context, 'db' | 'now'>,
  { interaction, kept }: SubmittedForm<Kept>,
  shared: SharedScript,
): Promise<boolean> {
  // A form has no channel of its own. Only those whose job is followed in the script's thread see that.
  const channel = kept.inThread ? (shared.message?.channel ?? '') : '';
  const { at } = await historyOf(context, { ...interaction, channel }, shared);
  return at !== null && at.getTime() >= kept.opened;
}

const submittedSince =
  'The script was submitted after this form was opened. Nothing more was submitted: submit again only if you want a second job.';

/** The account of the person who submits, without asking anybody: the form is not acknowledged yet. */
async function knownAccount({ accounts }: Context, interaction: Interaction): Promise<Account> {
  const account = await accounts.find(interaction);
  if (account === null) throw new NotConnected('never');
  if (account.expiredAt === null) return account;
  throw new NotConnected(accounts.linking.by === 'token' ? 'expired' : 'no session');
}

/**
 * The thread of the script; null, which means the direct message, if the bot may not follow jobs there. Whether another
 * organisation reads it is asked before the card is posted.
 */
async function threadOf(
  { config, db }: Context,
  shared: SharedScript,
  { interaction, kept }: SubmittedForm<Kept>,
) {
  const began = kept.inThread ? await beginningOf(db, interaction, shared) : null;
  const message = began?.shared.message ?? null;
  if (message === null) return null;
  if (!isAllowedChannel(config.allowed.channels, message.channel)) return null;
  return { channel: message.channel, threadTs: message.threadTs ?? message.ts };
}

function nameError(name: string): { name?: string } {
  const problem = checkName(name);
  return problem === null ? {} : { name: problem };
}

/** The script for which the form was opened. The person's right to it was checked then; its hash is checked later. */
async function known({ db }: Context, { team }: Interaction, key: string): Promise<SharedScript> {
  const shared = await findScript(db, team, key);
  if (shared === null) throw new Problem(UNKNOWN);
  return shared;
}

function recordUpload({ db }: Context, { interaction, values, fileNames }: SubmittedForm<Kept>) {
  const { team, user: sharedBy } = interaction;
  const fileId = values.file ?? '';
  const fileName = fileNames.file ?? 'script';
  return recordScript(db, { team, message: null, sharedBy, fileId, fileName });
}
