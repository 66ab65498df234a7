import { isWaldurFailure } from '../api/errors.ts';
import { LARGEST_PAGE, SCAN_LIMIT, scanRows } from '../api/scan.ts';
import type { Waldur } from '../api/waldur.ts';
import { cut } from '../jobs/cut.ts';
import type { Job, JobDetails } from '../jobs/job.ts';
import { Problem } from '../jobs/problem.ts';
import { findJob, isSlurmId, parseUuid } from '../jobs/reference.ts';
import { baseOf } from '../jobs/slurm-id.ts';
import { groupTwins } from '../jobs/twins.ts';
import { type Watch, watchesOfThread } from '../store/watches.ts';
import { chooseJob } from '../views/choosing.ts';
import type { JobIntent } from '../views/intent.ts';
import { say } from '../views/message.ts';
import { count, escaped } from '../views/text.ts';
import type { Context } from './context.ts';
import type { Interaction } from './interaction.ts';
import { unquoted } from './understand.ts';
import { knownRow, withPlaces, withSubmittedNames } from './whole-job.ts';

/** How many jobs a menu of recent ones offers. */
const RECENT = 20;

/**
 * The job that a person means: by uuid, Slurm id, name, or the beginning of a uuid or a name; without words, the job of
 * the thread. A reference to any row of a job means the job. A Slurm id is looked for in all records, anything else
 * among the newest 3,000.
 * @returns null if it is not clear which job they mean: they are then asked to choose, and their choice carries on
 * @throws Problem if there is no such job
 */
export async function namedJob(
  context: Context,
  interaction: Interaction,
  { waldur, wanted }: { waldur: Waldur; wanted: JobIntent },
): Promise<JobDetails | null> {
  const reference = unquoted(wanted.job.trim());
  const uuid = reference === '' ? await jobOfThread(context, interaction) : parseUuid(reference);
  if (uuid !== null) return readNamed(context, interaction, waldur, uuid);
  if (reference === '') return offerRecent(context, interaction, waldur, wanted);

  const { rows: read, ...extent } = await newestWith(interaction, waldur, reference);
  const rows = await withSubmittedNames(context, interaction.team, read);
  const result = findJob(reference, rows);
  if ('found' in result) return readNamed(context, interaction, waldur, result.found.uuid);
  if ('none' in result) throw notFound(reference, rows.length, extent);
  const picked = await pickTwin(context, interaction, waldur, {
    wanted,
    reference,
    rows: result.several,
  });
  return picked === null ? null : readNamed(context, interaction, waldur, picked);
}

/**
 * The newest job that the person follows in the thread; otherwise the job with which the thread began, by its card or
 * its script. What others follow there later does not change what a person's words mean.
 */
async function jobOfThread({ db }: Context, { team, user, channel, threadTs }: Interaction) {
  if (threadTs === null) return null;
  const watches = await watchesOfThread(db, { team, channel, ts: threadTs });
  const began = ({ submissionId, cardTs }: Watch) => submissionId !== null || cardTs === threadTs;
  const watch = watches.find((each) => each.user === user) ?? watches.findLast(began);
  return watch?.jobUuid ?? null;
}

/** The job that a row is about, with the name that was typed for it. */
async function readNamed(
  context: Context,
  { team }: Interaction,
  waldur: Waldur,
  uuid: string,
): Promise<JobDetails> {
  const row = await readJob(waldur, uuid);
  const known = await knownRow(context, waldur, row);
  const job = known === uuid ? row : await readJob(waldur, known);
  const [named = job] = await withSubmittedNames(context, team, [job]);
  return named;
}

async function readJob(waldur: Waldur, uuid: string): Promise<JobDetails> {
  try {
    return await waldur.getJob(uuid);
  } catch (error) {
    if (isWaldurFailure(error) && error.kind === 'refusal' && error.status === 404) {
      throw new Problem('Waldur shows you no such job: it is gone, or you may not see it.');
    }
    throw error;
  }
}

/** How far was looked. */
interface Extent {
  /** True if there is nothing older. */
  all: boolean;
  /** What was wrong with rows that could not be read. */
  misfits: string[];
}

/** The newest jobs. For a Slurm id, older ones too, until the id is found. */
async function newestWith(
  interaction: Interaction,
  waldur: Waldur,
  reference: string,
): Promise<Extent & { rows: Job[] }> {
  const rows: Job[] = [];
  const misfits: string[] = [];
  for await (const page of scanRows(waldur.listCheap, { limit: Number.POSITIVE_INFINITY })) {
    rows.push(...page.rows);
    misfits.push(...page.misfits);
    if (page.end) return { rows, misfits, all: true };
    const pages = SCAN_LIMIT / LARGEST_PAGE;
    if (page.page < pages) continue;
    if (!isSlurmId(reference) || !('none' in findJob(reference, rows))) break;
    if (page.page === pages) await interaction.answer(say(furtherOn(reference, rows.length)));
  }
  return { rows, misfits, all: false };
}

function furtherOn(reference: string, looked: number): string {
  return `${escaped(reference)} is not among your newest ${count(looked, 'record')}. I’m looking further.`;
}

async function offerRecent(
  context: Context,
  interaction: Interaction,
  waldur: Waldur,
  wanted: JobIntent,
): Promise<null> {
  const { rows: read } = await waldur.listListed(1, RECENT);
  const named = await withSubmittedNames(context, interaction.team, read);
  const rows = groupTwins(named).map(({ job }) => job);
  if (rows.length === 0) throw new Problem('There are no jobs that you may see in Waldur.');
  await interaction.answer(chooseJob('Which job?', wanted, rows));
  return null;
}

/** Rows of the same Slurm job are one job to people. If there are several jobs, the person is asked to choose. */
async function pickTwin(
  context: Context,
  interaction: Interaction,
  waldur: Waldur,
  { wanted, reference, rows }: { wanted: JobIntent; reference: string; rows: Job[] },
): Promise<string | null> {
  const { listed, all } = await withPlaces(context, waldur, rows);
  const jobs = groupTwins(listed).map(({ job }) => job);
  const [only] = jobs;
  const isOne = all || new Set(rows.map(({ slurmId }) => baseOf(slurmId))).size === 1;
  if (isOne && only !== undefined && jobs.length === 1) return only.uuid;
  const offered = all ? jobs : rows;
  const fits = `${count(offered.length, 'job')} match “${reference}”. Which one?`;
  await interaction.answer(chooseJob(fits, wanted, offered));
  return null;
}

function notFound(reference: string, looked: number, { all, misfits }: Extent): Problem {
  const jobs = count(looked, 'job');
  const where = all ? `your ${jobs}` : `the newest ${jobs}`;
  const unread = count(misfits.length, 'record');
  const among = misfits.length === 0 ? `${where}.` : `${where}. ${unread} could not be read.`;
  const sentence = `There is no job “${cut(reference, 100)}” among ${among} Use its Slurm id, its name or how that begins, or its uuid; /slurm list shows them.`;
  const cause = misfits.length === 0 ? {} : { cause: new Error(misfits.slice(0, 3).join(' · ')) };
  return new Problem(sentence, cause);
}
