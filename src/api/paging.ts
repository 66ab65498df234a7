import { compareAsc, compareDesc } from '../dates.ts';
import type { Job } from '../jobs/job.ts';
import type { Page, ReadPage } from './scan.ts';

/** A position in a list that is read newest first: a row, and its rank when it was seen. */
export interface Cursor {
  uuid: string;
  created: Date;
  /** How many rows were before it. This is only a hint, since rows come and go. */
  rank: number;
}

/** A stretch of the list without gaps, newest first. */
export interface Stretch<J> {
  rows: J[];
  /** Rank of the first row. */
  firstRank: number;
  total: number | null;
  /** True if the stretch reaches the oldest row. */
  end: boolean;
  /** What was wrong with the rows that could not be read. */
  misfits: string[];
}

interface StretchOptions<J> {
  /** Where to go on; null for the top. */
  cursor: Cursor | null;
  direction: 'older' | 'newer';
  pageSize: number;
  /** At most this many rows are read. */
  limit: number;
  /** True if enough has been read. */
  enough(stretch: Stretch<J>): boolean;
}

/**
 * Reads the list from a cursor towards older or newer rows. Rows that are inserted or deleted meanwhile move the
 * others. The rank is therefore checked against the rows themselves, and pages are added on either side until they
 * include the cursor.
 */
export async function readStretch<J extends Pick<Job, 'uuid' | 'created'>>(
  readPage: ReadPage<J>,
  options: StretchOptions<J>,
): Promise<Stretch<J>> {
  const { cursor, direction, pageSize, limit } = options;
  let first = Math.floor((cursor?.rank ?? 0) / pageSize) + 1;
  let last = first - 1;
  let stretch: Stretch<J> = { rows: [], firstRank: 0, total: null, end: false, misfits: [] };
  const misfits = new Map<number, string[]>();
  const readAt = async (number: number) => {
    const page = await readPage(number, pageSize);
    misfits.set(number, page.misfits);
    return page;
  };

  const addOlder = async () => {
    const page = await readAt(last + 1);
    // Rows that disappeared meanwhile have pulled others over the upper border: they are on the page above now.
    const pulled = last >= first && shrank(stretch.total, page);
    const above = pulled ? (await readAt(last)).rows : [];
    last += 1;
    const rows = merge(merge(stretch.rows, above), page.rows);
    const size = page.rows.length + page.misfits.length;
    const short = page.total === null ? size < pageSize : last * pageSize >= page.total;
    stretch = {
      ...stretch,
      rows,
      firstRank: (first - 1) * pageSize,
      total: page.total,
      end: page.pastEnd || short,
    };
  };
  const addNewer = async () => {
    const page = await readAt(first - 1);
    // Rows that appeared meanwhile have pushed others over the lower border: they are on the page below now.
    const below = await readAt(first);
    first -= 1;
    const rows = merge(merge(page.rows, below.rows), stretch.rows);
    stretch = { ...stretch, rows, firstRank: (first - 1) * pageSize, total: page.total };
  };
  const room = () => stretch.rows.length < limit;

  await addOlder();
  while (first > 1 && room() && !reachesBack(stretch.rows, cursor)) await addNewer();
  if (direction === 'older') {
    while (!stretch.end && room() && !options.enough(stretch)) await addOlder();
  } else {
    while (!stretch.end && room() && !reachesDown(stretch.rows, cursor)) await addOlder();
    while (first > 1 && room() && !options.enough(stretch)) await addNewer();
  }
  return { ...stretch, misfits: [...misfits.values()].flat() };
}

/** True if a row is older than the cursor. Rows of the same millisecond keep the list's order. */
export function isOlder(
  rows: readonly Pick<Job, 'uuid' | 'created'>[],
  row: Pick<Job, 'uuid' | 'created'>,
  cursor: Cursor,
): boolean {
  const difference = compareAsc(row.created, cursor.created);
  if (difference !== 0) return difference < 0;
  if (row.uuid === cursor.uuid) return false;
  const at = rows.findIndex(({ uuid }) => uuid === cursor.uuid);
  return at === -1 || rows.findIndex(({ uuid }) => uuid === row.uuid) > at;
}

function reachesBack(rows: Pick<Job, 'uuid' | 'created'>[], cursor: Cursor | null): boolean {
  const top = rows[0];
  return cursor === null || (top !== undefined && top.created >= cursor.created);
}

function reachesDown(rows: Pick<Job, 'uuid' | 'created'>[], cursor: Cursor | null): boolean {
  const bottom = rows.at(-1);
  return cursor !== null && bottom !== undefined && bottom.created <= cursor.created;
}

/** True if there may be fewer rows than before. Past the end Waldur does not say how many there are. */
function shrank(before: number | null, { total, pastEnd }: Page<unknown>): boolean {
  return pastEnd || (before !== null && total !== null && total < before);
}

/**
 * The rows of two pages, newest first, each once. Pages that were read at different times can overlap in any way, so
 * the rows are sorted; rows of the same millisecond keep their order.
 */
function merge<J extends Pick<Job, 'uuid' | 'created'>>(
  newer: readonly J[],
  older: readonly J[],
): J[] {
  const seen = new Set(newer.map(({ uuid }) => uuid));
  const all = [...newer, ...older.filter(({ uuid }) => !seen.has(uuid))];
  return all.toSorted((a, b) => compareDesc(a.created, b.created));
}
