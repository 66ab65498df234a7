import { differenceInMilliseconds } from 'date-fns';
import type { Job } from '../jobs/job.ts';
import { FOUND_WITHIN_MS } from '../jobs/queue-inference.ts';
import { baseOf } from '../jobs/slurm-id.ts';
import { findSubmission } from '../store/submissions.ts';
import { type Watch, watchesOfJob } from '../store/watches.ts';
import type { Pass } from './family.ts';
import { type Look, remark } from './look.ts';
import type { PollerParts } from './parts.ts';
import { isPerhapsSubmitted } from './read-jobs.ts';

/**
 * A job of which Waldur says that it was not submitted may be in Slurm all the same (jobs/erred.ts): the row without a
 * user that appears later, of the same cluster and with the name that Slurm gives to this script; null where there is none.
 */
export async function findPerhaps(
  parts: PollerParts,
  pass: Pass,
  watch: Watch,
): Promise<Job | null> {
  const { found, submissionId, team } = watch;
  if (found !== null || submissionId === null || !isPerhapsSubmitted(watch)) return null;
  const name = (await findSubmission(parts.db, team, submissionId))?.slurmName ?? '';
  return name === '' ? null : findRow(parts, pass, watch, name);
}

/** It is offered once, and never assumed to be the one. */
export function withFound({ now }: PollerParts, watch: Watch, look: Look, found: Job): Look {
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
  parts: PollerParts,
  pass: Pass,
  watch: Watch,
  name: string,
): Promise<Job | null> {
  for (const row of pass.pages.rows.values()) {
    const after = differenceInMilliseconds(row.created, watch.jobCreated);
    const fits = row.name === name && row.slurmId !== '' && row.description === '';
    if (!fits || after <= 0 || after > FOUND_WITHIN_MS) continue;
    const place = await pass.memory.placeOf(row.uuid);
    if (place === null || place.userUuid !== null) continue;
    if (place.serviceSettings !== watch.serviceSettings) continue;
    if ((await watchesOfJob(parts.db, row.uuid)).length === 0) return row;
  }
  return null;
}
