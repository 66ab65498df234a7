import type { Call } from './call.ts';
import { type Answer, json, refuse } from './http-answer.ts';

const DEFAULT_PAGE_SIZE = 10;
const LARGEST_PAGE_SIZE = 300;

/** One page of rows with `X-Result-Count` and `Link`. `render` is called only for the rows of the page. */
export function pageOf<Row>(call: Call, rows: Row[], render: (row: Row) => unknown): Answer {
  const size = pageSize(call.query.get('page_size'));
  const last = Math.max(1, Math.ceil(rows.length / size));
  const page = pageNumber(call.query.get('page'), last);
  const items = rows.slice((page - 1) * size, page * size);
  return json(200, items.map(render), {
    'X-Result-Count': String(rows.length),
    Link: links(call, page, last),
  });
}

/** More than 300 counts as 300. A missing number, zero or other text counts as 10. */
function pageSize(text: string | null): number {
  const size = /^\d+$/.test(text ?? '') ? Number(text) : 0;
  return size === 0 ? DEFAULT_PAGE_SIZE : Math.min(size, LARGEST_PAGE_SIZE);
}

function pageNumber(text: string | null, last: number): number {
  if (text === null) return 1;
  if (text === 'last') return last;
  const page = /^\s*\d+\s*$/.test(text) ? Number(text) : 0;
  return page >= 1 && page <= last ? page : refuse(404, 'Invalid page.');
}

function links(call: Call, page: number, last: number): string {
  const link = (rel: string, number: number) => `<${pageUrl(call, number)}>; rel="${rel}"`;
  return [
    link('first', 1),
    ...(page > 1 ? [link('prev', page - 1)] : []),
    ...(page < last ? [link('next', page + 1)] : []),
    link('last', last),
  ].join(', ');
}

/** DRF rewrites the query: parameters sorted by name, page 1 left out. */
function pageUrl(call: Call, page: number): string {
  const query = new URLSearchParams(call.query);
  query.delete('page');
  if (page > 1) query.set('page', String(page));
  query.sort();
  const text = query.toString().replaceAll('*', '%2A').replaceAll('%7E', '~');
  return `${call.origin}${call.path}${text && `?${text}`}`;
}

/** Keeps the fields that `?field=` asks for; unknown ones are ignored, and only unknown ones give all. */
export function selectFields(
  call: Call,
  row: Record<string, unknown>,
  every: string[] = Object.keys(row),
): Record<string, unknown> {
  const wanted = new Set(call.query.getAll('field'));
  if (!every.some((field) => wanted.has(field))) return row;
  return Object.fromEntries(Object.entries(row).filter(([field]) => wanted.has(field)));
}
