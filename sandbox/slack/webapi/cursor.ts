import { SlackError } from '../slack-error.ts';

/** One page of a list and the cursor of the next, which is empty at the end. Throws invalid_cursor. */
export function pageOf<T>(
  all: T[],
  cursor: string | undefined,
  limit: number,
): { page: T[]; next: string } {
  const from = cursor === undefined ? 0 : offsetOf(cursor);
  const end = from + limit;
  return { page: all.slice(from, end), next: end < all.length ? cursorAt(end) : '' };
}

const cursorAt = (offset: number): string => Buffer.from(`next:${offset}`).toString('base64');

function offsetOf(cursor: string): number {
  const found = /^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8'));
  if (found === null) throw new SlackError('invalid_cursor');
  return Number(found[1]);
}
