import { isWaldurFailure } from '../api/errors.ts';
import type { Waldur } from '../api/waldur.ts';
import { followProblem } from '../interaction/admit.ts';
import type { Command, SubmittedForm } from '../interaction/command.ts';
import type { Context } from '../interaction/context.ts';
import { type Interaction, openModal } from '../interaction/interaction.ts';
import type { Allocation } from '../jobs/job.ts';
import { checkName, suggestName } from '../jobs/name.ts';
import { Problem } from '../jobs/problem.ts';
import { impossibilities } from '../scripts/script.ts';
import { readSharedScript } from '../slack/files.ts';
import { type Account, updateAccount } from '../store/accounts.ts';
import { recordScript, type SharedScript, updateScript } from '../store/scripts.ts';
import { commitSubmission, findSubmission, type Submission } from '../store/submissions.ts';
import { type Draft, draftModal, readMetadata, TITLE } from '../submissions/form.ts';
import { scriptOf } from '../submissions/prompt.ts';
import { carryOut } from '../submissions/workflow.ts';
import { messageModal, waitModal } from '../views/modals.ts';
import { prompt } from '../views/prompt.ts';
import { named } from '../views/text.ts';

/** The form in which a script is submitted: one that was shared (`#17`), or one to be uploaded. */
export const submit: Command = {
  name: 'submit',
  aliases: ['run'],
  usage: 'submit',
  summary: 'Submit a batch script that you upload',
  purpose: 'submit',
  async run(context, interaction, args) {
    const { waldur, account } = await context.accounts.actingAs(interaction);
    const earlier = await earlierSubmission(context, interaction, args);
    const shared = await sharedScript(context, interaction, { args, earlier });
    const wait =
      shared === null ? 'Reading your allocations…' : `Reading ${named(shared.fileName)}…`;
    const modal = await openModal(context, interaction, waitModal(TITLE, wait));
    const [script, allocations] = await Promise.all([
      shared === null ? null : readAgain(context, shared),
      freshAllocations(context, account, waldur),
    ]);
    if (shared !== null && script !== null && impossibilities(script).length > 0) {
      const { id: scriptId, fileName, convert: converted } = shared;
      const name = suggestName(script, fileName);
      const refusal = prompt({ scriptId, fileName, name, script, converted });
      await modal.show(messageModal(TITLE, refusal));
      return;
    }
    const draft: Draft = {
      shared,
      script,
      user: interaction.user,
      username: account.username,
      name: shared !== null && script !== null ? suggestName(script, shared.fileName) : '',
      description: '',
      allocation: usualAllocation(account, allocations),
      channel: null,
      problem: changed(shared, script?.sha256),
      ...(earlier !== null && filledIn(earlier)),
    };
    await modal.show(draftModal(draft));
  },
  submitted: (context, form) => commitForm(context, form),
  reopen(metadata) {
    const { script } = readMetadata(metadata);
    return script === null ? 'submit' : `submit #${script}`;
  },
};

/** The submission that is to be tried again (`again <mark>`); null for a new one. */
async function earlierSubmission({ db }: Context, interaction: Interaction, args: string) {
  const mark = /^again ([0-9a-f]{12})$/.exec(args)?.[1];
  if (mark === undefined) return null;
  const earlier = await findSubmission(db, interaction.team, mark);
  if (earlier === null || earlier.user !== interaction.user) {
    throw new Problem('Only the person who submitted it can do that. Share the script again.');
  }
  return earlier;
}

async function sharedScript(
  context: Context,
  interaction: Interaction,
  { args, earlier }: { args: string; earlier: Submission | null },
): Promise<SharedScript | null> {
  if (earlier !== null) return scriptOf(context, interaction, `#${earlier.scriptId}`);
  return args === '' ? null : scriptOf(context, interaction, args);
}

function filledIn({ name, description, allocation, follow }: Submission) {
  const channel = follow !== null && follow.threadTs === null ? follow.channel : null;
  return { name, description, allocation, channel };
}

async function readAgain({ files, db }: Context, shared: SharedScript) {
  const { script } = await readSharedScript(files, shared.fileId, { convert: shared.convert });
  await updateScript(db, shared.id, { sha256: script.sha256 });
  return script;
}

function changed(shared: SharedScript | null, sha256: string | undefined): string | null {
  if (shared === null || shared.sha256 === '' || shared.sha256 === sha256) return null;
  return 'The file has changed since the bot first read it. This is what it is now.';
}

/** What the menu offers is kept, so that it never waits for Waldur. An old answer is better than none. */
async function freshAllocations(context: Context, account: Account, waldur: Waldur) {
  let { allocations } = account;
  try {
    allocations = (await waldur.allocations()).filter(({ isActive }) => isActive);
    await updateAccount(context.db, account, { allocations });
  } catch (error) {
    if (!isWaldurFailure(error) || error.kind === 'refusal' || allocations.length === 0)
      throw error;
  }
  if (allocations.length > 0) return allocations;
  throw new Problem(
    'Waldur shows you no active allocation, so there is nothing to submit to. Ask the manager of your project.',
  );
}

function usualAllocation(
  { lastAllocation }: Account,
  allocations: Allocation[],
): Allocation | null {
  const last = allocations.find(({ uuid }) => uuid === lastAllocation);
  return last ?? (allocations.length === 1 ? (allocations[0] ?? null) : null);
}

/** Checks what can be checked at once, commits the intent, acknowledges, and carries it out. */
async function commitForm(context: Context, form: SubmittedForm): Promise<void> {
  const { interaction, values } = form;
  const { account } = await context.accounts.actingAs(interaction);
  const name = (values.name ?? '').trim();
  const allocation = account.allocations.find(({ uuid }) => uuid === values.allocation);
  const { mark, script, sha256 } = readMetadata(form.metadata);
  const chosen = values.follow ?? null;
  const place = chosen === null ? null : await followProblem(context, chosen);
  const wrong = {
    ...(place !== null && { follow: place }),
    ...((script !== null || name !== '') && nameError(name)),
    ...(allocation === undefined && { allocation: 'Choose an allocation from the menu again.' }),
  };
  if (allocation === undefined || Object.keys(wrong).length > 0) return form.refuse(wrong);

  const shared =
    script === null ? await recordUpload(context, form) : await known(context, interaction, script);
  const isNew = await commitSubmission(context.db, {
    id: mark,
    team: interaction.team,
    user: interaction.user,
    scriptId: shared.id,
    sha256,
    name,
    description: values.description ?? '',
    allocation,
    follow: chosen === null ? await threadOf(context, shared) : { channel: chosen, threadTs: null },
    viewId: form.viewId,
    createdAt: context.now(),
    ref: interaction.ref,
  });
  await form.update(waitModal(TITLE, 'Submitting…'));
  if (isNew) await carryOut(context, mark, interaction.team);
}

/** The thread of the script; null, which is the direct message, where the bot may not follow jobs. */
async function threadOf(context: Context, { message }: SharedScript) {
  if (message === null || (await followProblem(context, message.channel)) !== null) return null;
  return { channel: message.channel, threadTs: message.threadTs ?? message.ts };
}

function nameError(name: string): { name?: string } {
  const problem = checkName(name);
  return problem === null ? {} : { name: problem };
}

function known(context: Context, interaction: Interaction, id: number): Promise<SharedScript> {
  return scriptOf(context, interaction, `#${id}`);
}

function recordUpload({ db }: Context, { interaction, values, fileNames }: SubmittedForm) {
  const { team, user: sharedBy } = interaction;
  const fileId = values.file ?? '';
  const fileName = fileNames.file ?? 'script';
  return recordScript(db, { team, message: null, sharedBy, fileId, fileName });
}
