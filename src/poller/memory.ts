import { millisecondsInDay } from 'date-fns/constants';
import { isWaldurFailure } from '../api/errors.ts';
import type { Waldur } from '../api/waldur.ts';
import type { Job, Place } from '../jobs/job.ts';
import { beatOf } from '../jobs/runs.ts';
import type { Database } from '../store/database.ts';
import { findSeenRows, forgetSeenRows, type SeenRow, saveSeenRows } from '../store/seen-rows.ts';

/** Single rows that one pass reads at most to learn where they belong; the next pass goes on. */
const MOST_READS = 30;
/** Rows that Waldur has not written for so long are forgotten, and read again if they come back. */
const KEPT_MS = 60 * millisecondsInDay;

/** What is remembered of Waldur's rows that have heard of the cluster, in one pass. */
export interface Memory {
  /** Takes in what a pass has read: when was each row written without any other change? */
  see(rows: Iterable<Job>): Promise<void>;
  of(uuid: string): SeenRow | undefined;
  /** Where a row belongs: asked once, then remembered. Null when this pass has asked enough, or it is gone. */
  placeOf(uuid: string): Promise<Place | null>;
  /** Remembers that what a row says is out of date: its job has left the queue. */
  leave(uuid: string): Promise<void>;
}

export function createMemory(db: Database, waldur: Waldur): Memory {
  const known = new Map<string, SeenRow>();
  let reads = 0;
  const save = async (row: SeenRow) => {
    known.set(row.uuid, row);
    await saveSeenRows(db, [row]);
  };
  return {
    of: (uuid) => known.get(uuid),
    async see(rows) {
      const fresh = [...rows].filter(
        ({ uuid, runtimeState }) => runtimeState !== '' && !known.has(uuid),
      );
      const before = await findSeenRows(
        db,
        fresh.map(({ uuid }) => uuid),
      );
      const changed: SeenRow[] = [];
      for (const job of fresh) {
        const row = before.get(job.uuid);
        const seen = seeRow(row, job);
        known.set(job.uuid, seen);
        if (row === undefined || row.modified.getTime() !== seen.modified.getTime())
          changed.push(seen);
      }
      if (changed.length === 0) return;
      await db.transaction().execute((trx) => saveSeenRows(trx, changed));
      const newest = Math.max(...changed.map(({ modified }) => modified.getTime()));
      await forgetSeenRows(db, new Date(newest - KEPT_MS));
    },
    async placeOf(uuid) {
      const row = known.get(uuid);
      if (row === undefined || row.place !== null || reads >= MOST_READS) return row?.place ?? null;
      reads += 1;
      const place = await readPlace(waldur, uuid);
      if (place !== null) await save({ ...row, place });
      return place;
    },
    async leave(uuid) {
      const row = known.get(uuid);
      if (row !== undefined) await save({ ...row, left: row.modified });
    },
  };
}

function seeRow(before: SeenRow | undefined, job: Job): SeenRow {
  const { uuid, modified, runtimeState } = job;
  if (before === undefined) {
    return { uuid, modified, runtimeState, beat: null, left: null, place: null };
  }
  return { ...before, modified, runtimeState, beat: beatOf(before, job) };
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
