import { z } from 'zod';
import { type Answer, misfitsIn } from './answer.ts';
import { WaldurRefusal } from './errors.ts';
import type { Send } from './http.ts';
import type { Page } from './scan.ts';

interface Listing<T> {
  target: string;
  names: string[];
  row: z.ZodType<T>;
  page: number;
  pageSize: number;
}

/**
 * How many answers for one page and its parts may be too large. With more of them, the server never ends its answers.
 */
const MOST_OUTSIZE = 8;

/**
 * One page of rows. A page past the end is empty, not an error. Rows that do not fit the schema are left out. A page
 * that is too large is read in parts, and a single row that is too large counts as one that does not fit: one person's
 * long errors must not hide everybody's jobs.
 */
export async function readPage<T>(
  send: Send,
  listing: Listing<T>,
  outsize = { left: MOST_OUTSIZE },
): Promise<Page<T>> {
  const { target, names, page, pageSize } = listing;
  try {
    const answer = await send({
      method: 'GET',
      target,
      query: [['page', page], ['page_size', pageSize], ...fields(names)],
    });
    const about = { total: count(answer), pastEnd: false, at: dateOf(answer) };
    outsize.left -= Number(answer.isOutsize);
    if (!answer.isOutsize || outsize.left < 0) return { ...rowsIn(answer, listing), ...about };
    if (pageSize === 1) return { rows: [], misfits: ['body: too large'], ...about };
    return { ...(await rowsInParts(send, listing, outsize)), ...about };
  } catch (error) {
    if (page > 1 && isPastEnd(error)) {
      return { rows: [], misfits: [], total: null, pastEnd: true, at: null };
    }
    throw error;
  }
}

type Rows<T> = Pick<Page<T>, 'rows' | 'misfits'>;

function rowsIn<T>(answer: Answer, { row }: Listing<T>): Rows<T> {
  const read = answer.read(z.array(z.unknown())).map((each) => row.safeParse(each));
  return {
    rows: read.flatMap(({ data, success }) => (success ? [data] : [])),
    misfits: read.flatMap(({ error }) => (error === undefined ? [] : [misfitsIn(error)])),
  };
}

async function rowsInParts<T>(
  send: Send,
  listing: Listing<T>,
  outsize: { left: number },
): Promise<Rows<T>> {
  const { page, pageSize } = listing;
  const parts = [10, 5, 3, 2].find((each) => pageSize % each === 0) ?? pageSize;
  const all: Rows<T> = { rows: [], misfits: [] };
  for (let part = (page - 1) * parts + 1; part <= page * parts; part += 1) {
    const smaller = { ...listing, page: part, pageSize: pageSize / parts };
    const { rows, misfits, pastEnd } = await readPage(send, smaller, outsize);
    if (pastEnd) break;
    all.rows.push(...rows);
    all.misfits.push(...misfits);
  }
  return all;
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

function dateOf(answer: Answer): Date | null {
  const time = Date.parse(answer.header('date') ?? '');
  return Number.isNaN(time) ? null : new Date(time);
}

/** The query that asks for these fields only. */
export function fields(names: string[]): [string, string][] {
  return names.map((name) => ['field', name]);
}
