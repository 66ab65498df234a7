import { isWaldurFailure } from '../api/errors.ts';
import type { Waldur } from '../api/waldur.ts';
import { max, millisecondsInDay, subMilliseconds } from '../dates.ts';
import type { Job, Place } from '../jobs/job.ts';
import { beatOf, looksOf } from '../jobs/queue-inference.ts';
import type { Database } from '../store/database.ts';
import {
  findSeenRows,
  forgetSeenRows,
  type SeenRow,
  saveLeft,
  savePlace,
  saveSights,
  seenRowsSince,
} from '../store/seen-rows.ts';

/** How many rows one pass reads at most to learn where they belong. The next pass goes on. */
const MOST_READS = 30;
/** Rows that Waldur has not written for this long are forgotten, and read again if they come back. */
const KEPT_MS = 60 * millisecondsInDay;

/** What is remembered of Waldur's rows that have a Slurm id, in one pass. */
export interface RowHistory {
  /** Takes in the rows that a pass has read, and notes which were written without any other change. */
  see(rows: Iterable<Job>): Promise<void>;
  of(uuid: string): SeenRow | undefined;
  /** Where a row belongs: asked once, then remembered. Null if this pass has asked enough, or the row is gone. */
  placeOf(uuid: string): Promise<Place | null>;
  /** Remembers that a row is out of date, because its job has left the queue. */
  leave(uuid: string): Promise<void>;
  /** All rows of a cluster that any account's sweep has seen since then. */
  since(serviceSettings: string, since: Date): Promise<SeenRow[]>;
}

export function createRowHistory(db: Database, waldur: Waldur): RowHistory {
  const known = new Map<string, SeenRow>();
  let reads = 0;
  return {
    of: (uuid) => known.get(uuid),
    async see(rows) {
      const fresh = [...rows].filter(({ uuid, slurmId }) => slurmId !== '' && !known.has(uuid));
      if (fresh.length === 0) return;
      const uuids = fresh.map(({ uuid }) => uuid);
      // Other accounts' sweeps see the same rows, so what is stored is read and written in one transaction.
      await db.transaction().execute(async (trx) => {
        const before = await findSeenRows(trx, uuids);
        const seen = fresh.map((job) => seeRow(before.get(job.uuid), job));
        for (const row of seen) known.set(row.uuid, row);
        await saveSights(
          trx,
          seen.filter((row) => row !== before.get(row.uuid)),
        );
        const newest = max(seen.map(({ modified }) => modified));
        await forgetSeenRows(trx, subMilliseconds(newest, KEPT_MS));
      });
    },
    async placeOf(uuid) {
      const row = known.get(uuid);
      if (row === undefined || row.place !== null || reads >= MOST_READS) return row?.place ?? null;
      reads += 1;
      const place = await readPlace(waldur, uuid);
      if (place === null) return null;
      known.set(uuid, { ...row, place });
      await savePlace(db, uuid, place);
      return place;
    },
    async leave(uuid) {
      const row = known.get(uuid);
      if (row === undefined) return;
      known.set(uuid, { ...row, left: row.modified });
      await saveLeft(db, uuid, row.modified);
    },
    since: (serviceSettings, since) => seenRowsSince(db, serviceSettings, since),
  };
}

/** A row as it is now; the same object if nothing about it is new. */
function seeRow(before: SeenRow | undefined, job: Job): SeenRow {
  const { uuid, slurmId, modified, runtimeState } = job;
  const sight = { slurmId, modified, runtimeState, looks: looksOf(job) };
  if (before === undefined) return { uuid, ...sight, beat: null, left: null, place: null };
  const isNews = modified > before.modified || (before.looks === '' && modified >= before.modified);
  return isNews ? { ...before, ...sight, beat: beatOf(before, job) } : before;
}

/** Somebody may have deleted the row since the page was read. */
async function readPlace(waldur: Waldur, uuid: string): Promise<Place | null> {
  try {
    return await waldur.getPlace(uuid);
  } catch (error) {
    if (isWaldurFailure(error) && error.kind === 'refusal' && error.status === 404) return null;
    throw error;
  }
}
