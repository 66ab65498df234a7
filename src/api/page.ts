import { z } from 'zod';
import type { Answer } from './answer.ts';
import { WaldurRefusal } from './errors.ts';
import type { Send } from './http.ts';
import type { Page } from './scan.ts';

export interface Listing<T> {
  target: string;
  names: string[];
  row: z.ZodType<T>;
  page: number;
  pageSize: number;
}

/** Answers that are too large, of one page and its parts: more are no rows, but a server that does not end. */
const MOST_OUTSIZE = 8;

/**
 * One page of rows; one past the end is empty rather than an error. One that is too large to be read is read in parts,
 * and a row that is too large by itself is left out: one person's long errors must not hide everybody's jobs.
 */
export async function readPage<T>(
  send: Send,
  listing: Listing<T>,
  outsize = { left: MOST_OUTSIZE },
): Promise<Page<T>> {
  const { target, names, row, page, pageSize } = listing;
  try {
    const answer = await send({
      method: 'GET',
      target,
      query: [['page', page], ['page_size', pageSize], ...fields(names)],
    });
    outsize.left -= Number(answer.isOutsize);
    if (!answer.isOutsize || outsize.left < 0) {
      return { rows: answer.read(z.array(row)), total: count(answer), pastEnd: false };
    }
    const rows = pageSize === 1 ? [] : await rowsInParts(send, listing, outsize);
    return { rows, total: count(answer), pastEnd: false };
  } catch (error) {
    if (page > 1 && isPastEnd(error)) return { rows: [], total: null, pastEnd: true };
    throw error;
  }
}

async function rowsInParts<T>(
  send: Send,
  listing: Listing<T>,
  outsize: { left: number },
): Promise<T[]> {
  const { page, pageSize } = listing;
  const parts = [10, 5, 3, 2].find((each) => pageSize % each === 0) ?? pageSize;
  const rows: T[] = [];
  for (let part = (page - 1) * parts + 1; part <= page * parts; part += 1) {
    const smaller = { ...listing, page: part, pageSize: pageSize / parts };
    const read = await readPage(send, smaller, outsize);
    if (read.pastEnd) break;
    rows.push(...read.rows);
  }
  return rows;
}

/** Waldur answers a page past the end with 404 and this sentence (recorded). */
function isPastEnd(error: unknown): boolean {
  return (
    error instanceof WaldurRefusal &&
    error.status === 404 &&
    error.details.includes('Invalid page.')
  );
}

function count(answer: Answer): number | null {
  const text = answer.header('x-result-count');
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** Asks for these fields only. */
export function fields(names: string[]): [string, string][] {
  return names.map((name) => ['field', name]);
}
