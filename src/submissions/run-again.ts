import { isTokenRefused } from '../accounts/waldur-accounts.ts';
import { isWaldurFailure } from '../api/errors.ts';
import type { Waldur } from '../api/waldur.ts';
import type { Context } from '../interaction/context.ts';
import type { Interaction } from '../interaction/interaction.ts';
import { namedJob } from '../interaction/named-job.ts';
import { readWholeJob } from '../interaction/whole-job.ts';
import { explainError } from '../jobs/explain-error.ts';
import type { JobDetails } from '../jobs/job.ts';
import { changeFor, lackOf, type More, moreThan } from '../jobs/more.ts';
import { askedFor } from '../jobs/past.ts';
import type { Phase } from '../jobs/phase.ts';
import { Problem } from '../jobs/problem.ts';
import { parseUuid } from '../jobs/reference.ts';
import { runtimeState } from '../jobs/slurm-states.ts';
import { splitMark } from '../jobs/submission-mark.ts';
import { type Change, withChanges } from '../scripts/changes.ts';
import type { Script } from '../scripts/script.ts';
import { recordJobScript, scriptOfSubmission } from '../store/scripts.ts';
import { type Submission, submissionOfJob } from '../store/submissions.ts';
import type { IntentTo } from '../views/intent.ts';
import { code, escaped, named } from '../views/text.ts';
import { beginningOf, changedScript, type ReadScript, readJobScript } from './job-script.ts';
import { type Chosen, type Filled, filledIn, firstTime } from './open-form.ts';
import { readUsable, type Usable, usableScript } from './script-access.ts';

/** A job that is to run again, as the person may know it. */
interface Job {
  /** Waldur's record; null if Waldur shows the person none, and they submitted it themselves. */
  record: JobDetails | null;
  phase: Phase;
  /** Counts of an array's tasks. */
  tasks: string;
  /** The person's own submission; null if they did not submit it with the bot. */
  own: Submission | null;
}

/**
 * What the form of the last time is filled in with: Waldur's copy of the script, which the person reads with their own
 * rights; failing that, their own file in Slack with the changes of the last time.
 * @returns null if it is not clear which job is meant: the person is asked
 * @throws Problem if they may see neither the job nor its script
 */
export async function runAgain(
  context: Context,
  interaction: Interaction,
  waldur: Waldur,
  wanted: IntentTo<'again'>,
): Promise<Chosen | null> {
  const job = await findJob(context, interaction, waldur, wanted);
  if (job === null) return null;
  const found =
    (await inWaldur(context, interaction, waldur, job)) ??
    (await inSlack(context, interaction, job.own));
  if (found === null) throw new Problem(noScript);
  const { usable, read, convert, last, sent, notes } = found;
  const more = wanted.unchanged === true ? null : moreFor(job, sent);
  return {
    ...firstTime,
    usable,
    convert,
    read,
    changes: withChanges(last, more === null ? [] : [changeFor(more)]),
    more: more?.option ?? null,
    notes: [...became(job), ...notes],
    filled: filled(job),
  };
}

/** What became of the job: who named it in words sees whether it is the one that they mean. */
function became({ record, phase, tasks }: Job): string[] {
  if (record === null) return [];
  const { slurmId, name, errorMessage } = record;
  const about = slurmId === '' ? named(name) : code(slurmId);
  if (phase === 'erred') return [`${about}: ${escaped(explainError(errorMessage).sentence)}`];
  if (tasks !== '') return [`${about}: ${escaped(tasks)}.`];
  if (phase === 'left the queue') return [`${about} is no longer in the queue.`];
  return [`${about} ${named(runtimeState(record.runtimeState).meaning, 300)}.`];
}

const noScript = 'Waldur has no script of this job for you, so I can’t run it again.';

/** The job that is meant. Who submitted it may run it again even if Waldur does not show it to them any more. */
async function findJob(
  context: Context,
  interaction: Interaction,
  waldur: Waldur,
  wanted: IntentTo<'again'>,
): Promise<Job | null> {
  const { team, user } = interaction;
  const ownOf = async (jobUuid: string) => {
    const submission = await submissionOfJob(context.db, { team, jobUuid });
    return submission?.user === user ? submission : null;
  };
  try {
    const named = await namedJob(context, interaction, { waldur, wanted });
    if (named === null) return null;
    const { job: record, phase, tasks } = await readWholeJob(context, waldur, named);
    return { record, phase, tasks, own: await ownOf(record.uuid) };
  } catch (error) {
    const uuid = error instanceof Problem ? parseUuid(wanted.job) : null;
    const own = uuid === null ? null : await ownOf(uuid);
    if (own === null) throw error;
    return { record: null, phase: 'gone', tasks: '', own };
  }
}

/** A script to run again, as it was without the changes of this time. */
interface Found {
  usable: Usable;
  read: ReadScript;
  convert: boolean;
  /** The changes of the last time, where they are not in what was read. */
  last: Change[];
  /** The script with these. */
  sent: Script;
  notes: string[];
}

async function inWaldur(
  context: Context,
  { team, user }: Interaction,
  waldur: Waldur,
  { record, own }: Job,
): Promise<Found | null> {
  if (record === null) return null;
  const { uuid } = record;
  const read = await readJobScript(context, waldur, uuid).catch((error: unknown) => {
    if (isWithheld(error)) return null;
    throw error;
  });
  if (read === null) return null;
  const sent = own === null ? null : await scriptOfSubmission(context.db, own);
  const fileName = sent?.fileName || read.fileName || 'script.sh';
  const script = { team, sharedBy: user, jobUuid: uuid, fileName };
  const { key } = await recordJobScript(context.db, script);
  const usable = await usableScript(context, { team, user }, { key, seenBy: null });
  const notes = differs(own, read) ? [changedInWaldur] : [];
  return { usable, read, convert: false, last: [], sent: read.script, notes };
}

/** True if Waldur shows the job, but gives no script of it: refused, too large, or at an address that is not its own. */
function isWithheld(error: unknown): boolean {
  if (!isWaldurFailure(error)) return false;
  return error.kind === 'surprise' || (error.kind === 'refusal' && !isTokenRefused(error));
}

async function inSlack(
  context: Context,
  interaction: Interaction,
  own: Submission | null,
): Promise<Found | null> {
  const sent = own === null ? null : await scriptOfSubmission(context.db, own);
  const began = sent === null ? null : await beginningOf(context.db, interaction, sent);
  if (own === null || began === null) return null;
  const isFirst = began.shared.id === own.scriptId;
  const convert = isFirst ? own.convert : began.convert;
  const last = isFirst ? own.changes : withChanges(began.changes, own.changes);
  const { key } = began.shared;
  const usable = await usableScript(context, interaction, { key, seenBy: null });
  const read = await readUsable(context, usable, { convert });
  const changed = await changedScript(context, read, last);
  const notes = differs(own, changed) ? [fromSlack, changedInSlack] : [fromSlack];
  return { usable, read, convert, last, sent: (changed ?? read).script, notes };
}

/** True if this is not what was sent. Of submissions of earlier versions that is not always known. */
function differs(own: Submission | null, read: ReadScript | null): boolean {
  return own !== null && own.sha256 !== '' && own.sha256 !== read?.script.sha256;
}

const changedInWaldur =
  'This is not the script that you sent: Waldur’s copy was changed since. Look at it before you submit it.';
const fromSlack = 'Waldur gives me no script of this job, so this is the one that you sent me.';
const changedInSlack =
  'It was changed in Slack since you submitted it. Look at it before you submit it again.';

/** What a job that ran out of something gets more of; null for a heterogeneous one, which asks for several things. */
function moreFor({ record, tasks }: Job, script: Script): More | null {
  const lack = record === null ? null : lackOf({ ...record, tasks });
  if (lack === null || script.components.length > 1) return null;
  return moreThan(askedFor(script), lack);
}

/** What was filled in the last time; for the job of somebody else, what Waldur knows of it. */
function filled({ record, own }: Job): Filled | null {
  if (own !== null) return { ...filledIn(own), name: record?.name ?? own.name };
  if (record === null) return null;
  const { name, description, project, serviceSettings } = record;
  const { text } = splitMark(description);
  return { name, description: text, allocation: { project, serviceSettings }, channel: null };
}
