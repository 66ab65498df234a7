import { isWaldurFailure } from '../api/errors.ts';
import { SCAN_LIMIT, scanRows } from '../api/scan.ts';
import type { Waldur } from '../api/waldur.ts';
import { cut } from '../jobs/cut.ts';
import type { Job, JobDetails } from '../jobs/job.ts';
import { Problem } from '../jobs/problem.ts';
import { findJob, parseUuid } from '../jobs/reference.ts';
import { groupTwins } from '../jobs/twins.ts';
import { type Watch, watchesOfThread } from '../store/watches.ts';
import { chooseJob } from '../views/choosing.ts';
import type { JobIntent } from '../views/intent.ts';
import { count } from '../views/text.ts';
import type { Context } from './context.ts';
import type { Interaction } from './interaction.ts';
import { withTypedNames } from './typed-names.ts';

/** How many jobs a menu of recent ones offers. */
const RECENT = 20;

/**
 * The job that a person means: by uuid, Slurm id, exact name or the beginning of a uuid; without any words the
 * job of the thread. Where that is not one job they are asked, and the answer is null: what they wanted is done with
 * what they choose.
 * @throws Problem when there is no such job among the newest 3,000
 */
export async function namedJob(
  context: Context,
  interaction: Interaction,
  { waldur, wanted }: { waldur: Waldur; wanted: JobIntent },
): Promise<JobDetails | null> {
  const reference = wanted.job.replace(/^["“](.*)["”]$/s, '$1').trim();
  const uuid = reference === '' ? await jobOfThread(context, interaction) : parseUuid(reference);
  if (uuid !== null) return readNamed(context, interaction, waldur, uuid);
  if (reference === '') return offerRecent(context, interaction, waldur, wanted);

  const { rows: read, all } = await newest(waldur);
  const rows = await withTypedNames(context, interaction.team, read);
  const result = findJob(reference, rows);
  if ('found' in result) return readNamed(context, interaction, waldur, result.found.uuid);
  if ('none' in result) throw new Problem(notFound(reference, rows.length, all));
  const picked = await pickTwin(interaction, waldur, { wanted, reference, rows: result.several });
  return picked === null ? null : readNamed(context, interaction, waldur, picked.uuid, picked);
}

/**
 * What the person follows in the thread themselves, newest first; else the job with which the thread began, by its card
 * or by its script. What others came to follow there does not change what a person's words mean.
 */
async function jobOfThread({ db }: Context, { team, user, channel, threadTs }: Interaction) {
  if (threadTs === null) return null;
  const watches = await watchesOfThread(db, { team, channel, ts: threadTs });
  const began = ({ submissionId, cardTs }: Watch) => submissionId !== null || cardTs === threadTs;
  const watch = watches.find((each) => each.user === user) ?? watches.findLast(began);
  return watch?.jobUuid ?? null;
}

/** The job with the name that was typed for it. `read`: as it has been read already. */
async function readNamed(
  context: Context,
  { team }: Interaction,
  waldur: Waldur,
  uuid: string,
  read?: JobDetails,
): Promise<JobDetails> {
  const job = read ?? (await readJob(waldur, uuid));
  const [named = job] = await withTypedNames(context, team, [job]);
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

/** The newest jobs, cheaply, and whether these are all. */
export async function newest(waldur: Waldur): Promise<{ rows: Job[]; all: boolean }> {
  const rows: Job[] = [];
  let all = false;
  for await (const page of scanRows(waldur.listCheap, { limit: SCAN_LIMIT })) {
    rows.push(...page.rows);
    all = page.end;
  }
  return { rows, all };
}

async function offerRecent(
  context: Context,
  interaction: Interaction,
  waldur: Waldur,
  wanted: JobIntent,
): Promise<null> {
  const { rows: read } = await waldur.listListed(1, RECENT);
  const named = await withTypedNames(context, interaction.team, read);
  const rows = groupTwins(named).map(({ job }) => job);
  if (rows.length === 0) throw new Problem('There are no jobs that you may see in Waldur.');
  await interaction.answer(chooseJob('Which job?', wanted, rows));
  return null;
}

/** Rows of the same Slurm job are one job to people; several jobs are a choice. */
async function pickTwin(
  interaction: Interaction,
  waldur: Waldur,
  { wanted, reference, rows }: { wanted: JobIntent; reference: string; rows: Job[] },
): Promise<JobDetails | null> {
  if (rows.length <= 5) {
    const jobs = await Promise.all(rows.map(({ uuid }) => readJob(waldur, uuid)));
    const [group, ...others] = groupTwins(jobs);
    if (others.length === 0) return jobs.find(({ uuid }) => uuid === group?.job.uuid) ?? null;
  }
  await interaction.answer(
    chooseJob(`“${reference}” fits ${count(rows.length, 'job')}. Which one?`, wanted, rows),
  );
  return null;
}

function notFound(reference: string, looked: number, all: boolean): string {
  const where = all ? `your ${count(looked, 'job')}` : `the newest ${count(looked, 'job')}`;
  return `There is no job “${cut(reference, 100)}” among ${where}. Use its Slurm id, exact name, uuid, or the first four characters of its uuid; /slurm list shows them.`;
}
