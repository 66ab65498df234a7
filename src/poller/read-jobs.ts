import { isWaldurFailure } from '../api/errors.ts';
import { scanRows } from '../api/scan.ts';
import type { Waldur } from '../api/waldur.ts';
import type { Job } from '../jobs/job.ts';
import type { Watch } from '../store/watches.ts';

/**
 * Jobs that Slurm has an id for are read in pages, down to the oldest of them: with the fields asked for, that
 * costs Waldur no more than a few single reads (docs/waldur.md). The others change soon, and are read one by one.
 */
export async function readJobs(waldur: Waldur, watches: Watch[]): Promise<Map<string, Job>> {
  const rows = new Map<string, Job>();
  const known = watches.filter(({ slurmId }) => slurmId !== '');
  if (known.length === 0) return rows;
  const wanted = new Set(known.map(({ jobUuid }) => jobUuid));
  const oldest = Math.min(...known.map(({ jobCreated }) => jobCreated.getTime()));
  for await (const page of scanRows(waldur.listCheap, { limit: Number.POSITIVE_INFINITY })) {
    for (const job of page.rows) {
      if (wanted.delete(job.uuid)) rows.set(job.uuid, job);
    }
    const bottom = page.rows.at(-1);
    if (wanted.size === 0 || (bottom && bottom.created.getTime() < oldest)) break;
  }
  return rows;
}

/** The job, or null when Waldur says that there is none: in its own words, not with a proxy's page. */
export async function readOne(waldur: Waldur, uuid: string): Promise<Job | null> {
  try {
    return await waldur.getCheap(uuid);
  } catch (error) {
    if (!isWaldurFailure(error) || error.kind !== 'refusal') throw error;
    if (error.status === 404 && error.details.length > 0) return null;
    throw error;
  }
}
