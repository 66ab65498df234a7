import PQueue from 'p-queue';
import type { Waldur } from '../api/waldur.ts';
import type { JobDetails } from '../jobs/job.ts';
import { belongsTo } from '../jobs/slurm-id.ts';
import { groupTwins } from '../jobs/twins.ts';
import { newest } from './named-job.ts';

/** More rows than this with one Slurm id are of several clusters, or of a long array: the newest tell enough. */
const MOST = 30;
/** Of these are read at a time: Waldur has sixteen connections for everybody (api/http.ts). */
const AT_ONCE = 4;

/**
 * A job with what its other rows have heard of it: Waldur's hourly task writes the cluster's news into a row of its
 * own where a job was submitted through another project, and for each task of an array (docs/waldur.md). Looked for
 * only where the row is silent.
 */
export async function withTwinNews(
  waldur: Waldur,
  job: JobDetails,
): Promise<{ job: JobDetails; tasks: string }> {
  if (job.slurmId === '' || job.runtimeState !== '') return { job, tasks: '' };
  const { rows } = await newest(waldur);
  const others = rows.filter(
    ({ uuid, slurmId }) => uuid !== job.uuid && belongsTo(slurmId, job.slurmId),
  );
  // A twin that has gone meanwhile is none; the job itself was read.
  const queue = new PQueue({ concurrency: AT_ONCE });
  const read = await Promise.allSettled(
    others.slice(0, MOST).map(({ uuid }) => queue.add(() => waldur.getJob(uuid))),
  );
  const twins = read.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const group = groupTwins([job, ...twins]).find((each) => each.rows.includes(job));
  const { runtimeState, modified } = group?.job ?? job;
  return { job: { ...job, runtimeState, modified }, tasks: group?.tasks ?? '' };
}
