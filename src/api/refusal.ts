import { withoutTokens } from '../logging/token-shape.ts';
import { type RequestLine, WaldurRefusal } from './errors.ts';
import { retryAfterS } from './retry-after.ts';

/**
 * How many sentences of an answer are kept, how long they may be, and how deeply they are searched for: answers are
 * untrusted.
 */
const SENTENCES = 20;
const LENGTH = 1000;
const NAME = 100;
const DEEPEST = 5;

/** Names under which Django REST framework says something about the whole request. */
const GENERAL = ['detail', 'non_field_errors'];

/**
 * The error for an answer of 400 or above. Django REST framework says what is wrong as
 * `{"detail": "…"}`, `{"field": ["…"]}` or `["…"]` (recorded); an HTML page says nothing.
 */
export function refusal(
  asked: RequestLine,
  answer: {
    status: number;
    body: unknown;
    retryAfter: string | null;
    impersonator: string | null;
  },
): WaldurRefusal {
  const { general, fieldErrors } = sentences(answer.body);
  const fields = Object.entries(fieldErrors).flatMap(([field, list]) =>
    list.map((sentence) => `${field}: ${sentence}`),
  );
  return new WaldurRefusal({
    ...asked,
    ambiguous: asked.method !== 'GET' && answer.status >= 500,
    status: answer.status,
    details: [...general, ...fields].slice(0, SENTENCES),
    fieldErrors,
    retryAfterS: retryAfterS(answer.retryAfter, Date.now()),
    impersonator: answer.impersonator,
  });
}

function sentences(body: unknown): { general: string[]; fieldErrors: Record<string, string[]> } {
  if (Array.isArray(body)) return { general: flatten(body), fieldErrors: {} };
  if (typeof body !== 'object' || body === null) return { general: [], fieldErrors: {} };
  const parts = Object.entries(body).slice(0, SENTENCES);
  const about = parts
    .filter(([key]) => !GENERAL.includes(key))
    .map(([key, value]): [string, unknown] => [withoutTokens(key, NAME), value]);
  return {
    general: parts.filter(([key]) => GENERAL.includes(key)).flatMap(([, value]) => flatten(value)),
    fieldErrors: Object.fromEntries(about.map(([key, value]) => [key, flatten(value)])),
  };
}

function flatten(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [withoutTokens(value, LENGTH)];
  if (typeof value !== 'object' || value === null || depth === DEEPEST) return [];
  const parts: unknown[] = Object.values(value).slice(0, SENTENCES);
  return parts.flatMap((part) => flatten(part, depth + 1)).slice(0, SENTENCES);
}
