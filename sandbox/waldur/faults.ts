import { z } from 'zod';
import { type Answer, htmlPage, json, redirect, serverError } from './http-answer.ts';
import type { LedgerEntry } from './ledger.ts';

/** Something that goes wrong on demand. */
export const Fault = z.strictObject({
  /** Which requests; without it, all. `path` is a piece of path and query. */
  match: z.strictObject({ method: z.string().optional(), path: z.string().optional() }).default({}),
  kind: z.enum([
    'http500',
    'http502',
    'http503',
    'http429',
    'http400',
    'html',
    'not_json',
    'wrong_shape',
    'odd_row',
    'redirect',
    'lost_answer',
    'cut',
    'hang',
    'slow',
  ]),
  /** How many requests it hits. */
  times: z.union([z.number().int().positive(), z.literal('always')]).default(1),
  /** How many matching requests it lets through first. */
  afterRequests: z.number().int().default(0),
  /** True if the request is done before it is answered wrongly; `lost_answer` always is, `cut` and `hang` never. */
  done: z.boolean().default(false),
  /** The fields of `odd_row`, and what they are instead. */
  row: z.record(z.string(), z.unknown()).default({ modified: null }),
  /** Milliseconds of `slow`. */
  ms: z.number().default(1000),
  /** Seconds in `Retry-After` of `http429` and `http503`. */
  retryAfter: z.number().default(1),
});

export type Fault = z.input<typeof Fault>;
export type FullFault = z.output<typeof Fault>;

export const FiredFault = z.object({ kind: Fault.shape.kind, seq: z.number(), path: z.string() });
export type FiredFault = z.infer<typeof FiredFault>;

export interface Faults {
  add(fault: FullFault): void;
  /** The fault that hits this request, if any; it is then counted as fired. */
  take(entry: LedgerEntry): FullFault | null;
  fired(): FiredFault[];
  clear(): void;
}

export function makeFaults(): Faults {
  let waiting: (FullFault & { seen: number; hits: number })[] = [];
  let fired: FiredFault[] = [];

  function isDue(fault: (typeof waiting)[number], entry: LedgerEntry): boolean {
    const { method, path } = fault.match;
    if (method && method !== entry.method) return false;
    if (path && !`${entry.path}?${entry.query}`.includes(path)) return false;
    if (fault.times !== 'always' && fault.hits >= fault.times) return false;
    fault.seen += 1;
    return fault.seen > fault.afterRequests;
  }

  return {
    add(fault) {
      waiting.push({ ...fault, seen: 0, hits: 0 });
    },
    take(entry) {
      const fault = waiting.find((each) => isDue(each, entry));
      if (!fault) return null;
      fault.hits += 1;
      fired.push({ kind: fault.kind, seq: entry.seq, path: entry.path });
      return fault;
    },
    fired: () => fired,
    clear() {
      waiting = [];
      fired = [];
    },
  };
}

/** `odd_row`: the record, or the one in the middle of a list, has something else in these fields. */
export function withOddRow(answer: Answer, row: FullFault['row']): Answer {
  if (answer.status !== 200) return answer;
  const body = z
    .union([z.array(z.looseObject({})), z.looseObject({})])
    .parse(JSON.parse(answer.body?.toString('utf8') ?? 'null'));
  if (!Array.isArray(body)) return withBody(answer, { ...body, ...row });
  const middle = Math.floor(body.length / 2);
  return withBody(
    answer,
    body.map((each, index) => (index === middle ? { ...each, ...row } : each)),
  );
}

function withBody(answer: Answer, body: unknown): Answer {
  return { ...answer, body: Buffer.from(JSON.stringify(body)) };
}

/** The answer of a fault in place of Waldur's; null if it has none of its own. */
export function faultAnswer(fault: FullFault, origin: string): Answer | null {
  const retry = { 'Retry-After': String(fault.retryAfter) };
  switch (fault.kind) {
    case 'http500':
      return serverError();
    case 'http502':
      return htmlPage(502, '502 Bad Gateway', '502 Bad Gateway', 'nginx');
    case 'http503':
      return {
        ...htmlPage(503, '503 Service Unavailable', '503 Service Unavailable', 'nginx'),
        headers: { 'Content-Type': 'text/html', ...retry },
      };
    case 'http429':
      return json(
        429,
        { detail: `Request was throttled. Expected available in ${fault.retryAfter} seconds.` },
        retry,
      );
    case 'http400':
      return json(400, { non_field_errors: ['The sandbox was told to refuse this.'] });
    case 'html':
      return htmlPage(200, 'Sign in', 'Sign in', 'Please sign in to continue.');
    case 'not_json':
      return { ...json(200, {}), body: Buffer.from('{"uuid": "d2035c21') };
    case 'wrong_shape':
      return json(200, { status: 'fine', items: 3 });
    case 'redirect':
      return redirect(302, `${origin}/elsewhere/`);
    default:
      return null;
  }
}
