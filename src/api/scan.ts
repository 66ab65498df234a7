/** The longest page that Waldur gives (recorded). */
export const LARGEST_PAGE = 300;

/** How many rows a search reads before it says how far it looked. */
export const SCAN_LIMIT = 3000;

/** One page of rows, newest first. */
export interface Page<T> {
  rows: T[];
  /** How many rows there are in all (X-Result-Count); null if Waldur did not say. */
  total: number | null;
  /** True if the page lies past the end: it is empty then. */
  pastEnd: boolean;
  /** What was wrong with rows that could not be read. They are left out. */
  misfits: string[];
  /** When Waldur answered, by its own clock; null if it does not say. */
  at: Date | null;
}

export type ReadPage<T> = (page: number, pageSize: number) => Promise<Page<T>>;

export interface Scanned<T> {
  /** The rows of this page that no earlier page had, newest first. */
  rows: T[];
  total: number | null;
  /** How many rows have been read so far, those of earlier pages included. */
  read: number;
  /** The number of the page, from 1: a scan goes on from the next one. */
  page: number;
  /** True if there is nothing older. */
  end: boolean;
  misfits: string[];
  at: Date | null;
}

/**
 * Reads pages of rows newest first until the end, or until `limit` rows have been read. Nothing holds the list still
 * between two requests. Rows that appear push others to the next page: those are not repeated, and the new ones are not
 * seen. A row that disappears from a page already read pulls one over the border: as many rows as disappeared can be
 * skipped. So a row that a scan did not meet may still exist.
 */
export async function* scanRows<T extends { uuid: string }>(
  readPage: ReadPage<T>,
  { limit = SCAN_LIMIT, firstPage = 1, pageSize = LARGEST_PAGE } = {},
): AsyncGenerator<Scanned<T>, void, undefined> {
  const seen = new Set<string>();
  const skipped = (firstPage - 1) * pageSize;
  let read = 0;
  for (let page = firstPage; read < limit; page += 1) {
    const { rows, total, pastEnd, misfits, at } = await readPage(page, pageSize);
    const size = rows.length + misfits.length;
    read += size;
    // A page that was read in parts can contain a row twice.
    const fresh = rows.filter(({ uuid }) => !seen.has(uuid) && seen.add(uuid));
    // Counted, because Waldur's links are not followed.
    const last = total === null ? size < pageSize : skipped + read >= total;
    const end = pastEnd || size === 0 || last;
    yield { rows: fresh, total, read, page, end, misfits, at };
    if (end) return;
  }
}
