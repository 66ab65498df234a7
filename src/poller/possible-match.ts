import { differenceInMilliseconds } from '../dates.ts';
import type { Job } from '../jobs/job.ts';
import { FOUND_WITHIN_MS } from '../jobs/queue-inference.ts';
import { baseOf } from '../jobs/slurm-id.ts';
import { findSubmission } from '../store/submissions.ts';
import { type Watch, watchesOfJob } from '../store/watches.ts';
import type { Pass } from './job-rows.ts';
import type { PollerContext } from './poller-context.ts';
import { mayBeSubmitted } from './read-jobs.ts';
import { remark, type WatchUpdate } from './watch-update.ts';

/**
 * Looks for a job that Slurm may have although Waldur says that it was not submitted (jobs/explain-error.ts): a row
 * without a user that appears later, on the same cluster, with the name that Slurm gives to this script. Null if there
 * is none.
 */
export async function findPossibleMatch(
  context: PollerContext,
  pass: Pass,
  watch: Watch,
): Promise<Job | null> {
  const { found, submissionId, team } = watch;
  if (found !== null || submissionId === null || !mayBeSubmitted(watch)) return null;
  const name = (await findSubmission(context.db, team, submissionId))?.slurmName ?? '';
  return name === '' ? null : findRow(context, pass, watch, name);
}

/** Offers the possible match once; the bot never assumes that it is the job. */
export function withPossibleMatch(
  { now }: PollerContext,
  watch: Watch,
  look: WatchUpdate,
  found: Job,
): WatchUpdate {
  if (watch.found !== null || look.transition !== null) return look;
  const { uuid } = found;
  return {
    change: { ...look.change, found: uuid },
    transition: {
      ...remark(watch, 'found', now()),
      found: { uuid, slurmId: baseOf(found.slurmId) },
    },
  };
}

async function findRow(
  context: PollerContext,
  pass: Pass,
  watch: Watch,
  name: string,
): Promise<Job | null> {
  for (const row of pass.pages.rows.values()) {
    const after = differenceInMilliseconds(row.created, watch.jobCreated);
    const fits = row.name === name && row.slurmId !== '' && row.description === '';
    if (!fits || after <= 0 || after > FOUND_WITHIN_MS) continue;
    const place = await pass.history.placeOf(row.uuid);
    if (place === null || place.userUuid !== null) continue;
    if (place.serviceSettings !== watch.serviceSettings) continue;
    if ((await watchesOfJob(context.db, row.uuid)).length === 0) return row;
  }
  return null;
}
