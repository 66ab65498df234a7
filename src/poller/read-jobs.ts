import { isWaldurFailure } from '../api/errors.ts';
import { scanRows } from '../api/scan.ts';
import type { Waldur } from '../api/waldur.ts';
import { max, min } from '../dates.ts';
import { explainError } from '../jobs/explain-error.ts';
import type { Job } from '../jobs/job.ts';
import type { Watch } from '../store/watches.ts';

/**
 * How many rows are read where it matters who has any. Of more, nothing is concluded: each row that was not read makes a
 * page fuller.
 */
const QUEUE_LIMIT = 10_000;

/** The newest rows of Waldur, as one pass has read them. */
export interface Pages {
  /** By uuid, newest first. */
  rows: Map<string, Job>;
  /** Reads on, to the end or to 10,000 rows. For when nothing may be missed. */
  readOn(): Promise<void>;
  /** How many rows do not fit the schema. */
  misfits(): number;
  /** How many rows the reader may see besides: they do not fit the schema, or lie deeper than was read. */
  unread(): number;
  /** The earliest time that it can be by Waldur's clock. Our own may be wrong. */
  now(): Date;
}

/**
 * Reads the jobs that have a Slurm id in pages, down to the oldest of them. With only these fields, a page costs Waldur
 * no more than a few single reads (docs/waldur.md). Twins are newer, and so further up.
 */
export async function readPages(
  waldur: Waldur,
  watches: Watch[],
  ourNow: () => Date,
): Promise<Pages> {
  const rows = new Map<string, Job>();
  const pages = scanRows(waldur.listCheap, { limit: Number.POSITIVE_INFINITY });
  let at: Date | null = null;
  let misfits = 0;
  let deeper = Number.POSITIVE_INFINITY;
  const next = async () => {
    const { value, done } = await pages.next();
    at = value?.at ?? at;
    misfits += (value?.misfits ?? []).length;
    deeper = value?.total == null ? Number.POSITIVE_INFINITY : value.total - value.read;
    for (const job of value?.rows ?? []) rows.set(job.uuid, job);
    return { bottom: value?.rows.at(-1), end: done === true || value?.end === true };
  };
  const known = watches.filter(isListed);
  const oldest = min(known.map(({ jobCreated }) => jobCreated));
  let isEnd = false;
  while (!isEnd && known.length > 0) {
    const { bottom, end } = await next();
    isEnd = end;
    if (known.every(({ jobUuid }) => rows.has(jobUuid))) break;
    if (bottom && bottom.created < oldest) break;
  }
  return {
    rows,
    async readOn() {
      while (!isEnd && rows.size < QUEUE_LIMIT) isEnd = (await next()).end;
    },
    misfits: () => misfits,
    unread: () => misfits + (isEnd ? 0 : Math.max(0, deeper)),
    now() {
      return max([at ?? ourNow(), ...[...rows.values()].map(({ modified }) => modified)]);
    },
  };
}

/** The job; null if Waldur itself says that there is none. A proxy's 404 page does not count. */
export async function readOne(waldur: Waldur, uuid: string): Promise<Job | null> {
  try {
    return await waldur.getCheap(uuid);
  } catch (error) {
    if (!isWaldurFailure(error) || error.kind !== 'refusal') throw error;
    if (error.status === 404 && error.details.length > 0) return null;
    throw error;
  }
}

/** True if a job is looked up in pages. The others change soon and are read one by one. */
export function isListed(watch: Watch): boolean {
  return watch.slurmId !== '' || mayBeSubmitted(watch);
}

/** True if Waldur says that the job was not submitted, and Slurm may have it anyway (docs/slurm.md). */
export function mayBeSubmitted(watch: Pick<Watch, 'phase' | 'errorMessage'>): boolean {
  return watch.phase === 'erred' && explainError(watch.errorMessage).perhaps;
}
