import { z } from 'zod';
import { type Answer, misfitsIn } from './answer.ts';
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

/** One page of rows. A page past the end is empty, not an error. Rows that do not fit the schema are left out. */
export async function readPage<T>(send: Send, listing: Listing<T>): Promise<Page<T>> {
  const { target, names, row, page, pageSize } = listing;
  try {
    const answer = await send({
      method: 'GET',
      target,
      query: [['page', page], ['page_size', pageSize], ...fields(names)],
    });
    const read = answer.read(z.array(z.unknown())).map((each) => row.safeParse(each));
    return {
      rows: read.flatMap(({ data, success }) => (success ? [data] : [])),
      misfits: read.flatMap(({ error }) => (error === undefined ? [] : [misfitsIn(error)])),
      total: count(answer),
      pastEnd: false,
      at: dateOf(answer),
    };
  } catch (error) {
    if (page > 1 && isPastEnd(error)) {
      return { rows: [], misfits: [], total: null, pastEnd: true, at: null };
    }
    throw error;
  }
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

/** Asks for these fields only. */
export function fields(names: string[]): [string, string][] {
  return names.map((name) => ['field', name]);
}
