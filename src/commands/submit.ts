import { isWaldurFailure } from '../api/errors.ts';
import type { Waldur } from '../api/waldur.ts';
import type { Allocation } from '../jobs/job.ts';
import { checkName, suggestName } from '../jobs/name.ts';
import { Problem } from '../jobs/problem.ts';
import { readSharedScript } from '../slack/files.ts';
import { type Account, updateAccount } from '../store/accounts.ts';
import { recordScript, type SharedScript, updateScript } from '../store/scripts.ts';
import { commitSubmission, findSubmission, type Submission } from '../store/submissions.ts';
import { messageModal, waitModal } from '../views/modals.ts';
import { prompt } from '../views/prompt.ts';
import { named } from '../views/text.ts';
import { followProblem } from './admit.ts';
import { type Ask, openModal } from './ask.ts';
import type { Command, SubmittedForm } from './command.ts';
import { scriptOf } from './prompt.ts';
import type { Services } from './services.ts';
import { carryOut } from './submission.ts';
import { type Draft, draftModal, readMetadata, TITLE } from './submit-form.ts';

/** The form in which a script is submitted: one that was shared (`#17`), or one to be uploaded. */
export const submit: Command = {
  name: 'submit',
  aliases: ['run'],
  usage: 'submit',
  summary: 'Submit a batch script that you upload',
  purpose: 'submit',
  async run(services, ask, args) {
    const { waldur, account } = await services.accounts.actingAs(ask);
    const earlier = await earlierSubmission(services, ask, args);
    const shared = await sharedScript(services, ask, { args, earlier });
    const wait =
      shared === null ? 'Reading your allocations…' : `Reading ${named(shared.fileName)}…`;
    const modal = await openModal(services, ask, waitModal(TITLE, wait));
    const [script, allocations] = await Promise.all([
      shared === null ? null : readAgain(services, shared),
      freshAllocations(services, account, waldur),
    ]);
    if (shared !== null && script !== null && script.refusals.length > 0) {
      const { id: scriptId, fileName, convert: converted } = shared;
      const name = suggestName(script, fileName);
      const refusal = prompt({ scriptId, fileName, name, script, converted });
      await modal.show(messageModal(TITLE, refusal));
      return;
    }
    const draft: Draft = {
      shared,
      script,
      user: ask.user,
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
  submitted: (services, form) => commitForm(services, form),
  reopen(metadata) {
    const { script } = readMetadata(metadata);
    return script === null ? 'submit' : `submit #${script}`;
  },
};

/** The submission that is to be tried again (`again <mark>`); null for a new one. */
async function earlierSubmission({ db }: Services, ask: Ask, args: string) {
  const mark = /^again ([0-9a-f]{12})$/.exec(args)?.[1];
  if (mark === undefined) return null;
  const earlier = await findSubmission(db, ask.team, mark);
  if (earlier === null || earlier.user !== ask.user) {
    throw new Problem('Only the person who submitted it can do that. Share the script again.');
  }
  return earlier;
}

async function sharedScript(
  services: Services,
  ask: Ask,
  { args, earlier }: { args: string; earlier: Submission | null },
): Promise<SharedScript | null> {
  if (earlier !== null) return scriptOf(services, ask, `#${earlier.scriptId}`);
  return args === '' ? null : scriptOf(services, ask, args);
}

function filledIn({ name, description, allocation, follow }: Submission) {
  const channel = follow !== null && follow.threadTs === null ? follow.channel : null;
  return { name, description, allocation, channel };
}

async function readAgain({ files, db }: Services, shared: SharedScript) {
  const { script } = await readSharedScript(files, shared.fileId, { convert: shared.convert });
  await updateScript(db, shared.id, { sha256: script.sha256 });
  return script;
}

function changed(shared: SharedScript | null, sha256: string | undefined): string | null {
  if (shared === null || shared.sha256 === '' || shared.sha256 === sha256) return null;
  return 'The file has changed since the bot first read it. This is what it is now.';
}

/** What the menu offers is kept, so that it never waits for Waldur. An old answer is better than none. */
async function freshAllocations(services: Services, account: Account, waldur: Waldur) {
  let { allocations } = account;
  try {
    allocations = (await waldur.allocations()).filter(({ isActive }) => isActive);
    await updateAccount(services.db, account, { allocations });
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
async function commitForm(services: Services, form: SubmittedForm): Promise<void> {
  const { ask, values } = form;
  const { account } = await services.accounts.actingAs(ask);
  const name = (values.name ?? '').trim();
  const allocation = account.allocations.find(({ uuid }) => uuid === values.allocation);
  const { mark, script, sha256 } = readMetadata(form.metadata);
  const chosen = values.follow ?? null;
  const place = chosen === null ? null : await followProblem(services, chosen);
  const wrong = {
    ...(place !== null && { follow: place }),
    ...((script !== null || name !== '') && nameError(name)),
    ...(allocation === undefined && { allocation: 'Choose an allocation from the menu again.' }),
  };
  if (allocation === undefined || Object.keys(wrong).length > 0) return form.refuse(wrong);

  const shared =
    script === null ? await recordUpload(services, form) : await known(services, ask, script);
  const isNew = await commitSubmission(services.db, {
    id: mark,
    team: ask.team,
    user: ask.user,
    scriptId: shared.id,
    sha256,
    name,
    description: values.description ?? '',
    allocation,
    follow:
      chosen === null ? await threadOf(services, shared) : { channel: chosen, threadTs: null },
    viewId: form.viewId,
    createdAt: services.now(),
    ref: ask.ref,
  });
  await form.update(waitModal(TITLE, 'Submitting…'));
  if (isNew) await carryOut(services, mark, ask.team);
}

/** The thread of the script; null, which is the direct message, where the bot may not follow jobs. */
async function threadOf(services: Services, { message }: SharedScript) {
  if (message === null || (await followProblem(services, message.channel)) !== null) return null;
  return { channel: message.channel, threadTs: message.threadTs ?? message.ts };
}

function nameError(name: string): { name?: string } {
  const problem = checkName(name);
  return problem === null ? {} : { name: problem };
}

function known(services: Services, ask: Ask, id: number): Promise<SharedScript> {
  return scriptOf(services, ask, `#${id}`);
}

function recordUpload({ db }: Services, { ask, values, fileNames }: SubmittedForm) {
  const { team, user: sharedBy } = ask;
  const fileId = values.file ?? '';
  const fileName = fileNames.file ?? 'script';
  return recordScript(db, { team, message: null, sharedBy, fileId, fileName });
}
