import * as z from 'zod';
import type { Ledger } from './ledger.ts';

const FAULT_KINDS = [
  'ratelimited',
  'http500',
  'http503',
  'lost_answer',
  'cut',
  'hang',
  'html',
  'redeliver',
  'drop_socket',
] as const;

/**
 * A fault to be played. `method` is a Web API method, or files.download, files.upload, response_url or delivery.
 * `times` says how often (default: once), `retryAfter` gives the seconds for ratelimited, `match` is a part of the
 * request's body, and `afterRequests` says how many matching requests pass first.
 */
export const faultSchema = z.strictObject({
  method: z.string().min(1),
  kind: z.enum(FAULT_KINDS),
  times: z.int().positive().default(1),
  retryAfter: z.number().nonnegative().default(1),
  match: z.string().optional(),
  afterRequests: z.int().nonnegative().default(0),
});

export type Fault = z.infer<typeof faultSchema>;
export type FaultRequest = z.input<typeof faultSchema>;
type FiredFault = { method: string; kind: Fault['kind']; seq: number };

export type Faults = {
  add(fault: Fault): void;
  clear(): void;
  /** The fault to play on this request, if any; taking it uses it up and writes it to the ledger. */
  take(method: string, body: string): Fault | undefined;
  fired(): FiredFault[];
};

/** An empty set of faults that records in `ledger` each time one fires. */
export function createFaults(ledger: Ledger): Faults {
  let planned: Fault[] = [];
  const fired: FiredFault[] = [];
  return {
    add(fault) {
      planned.push({ ...fault });
    },
    clear: () => {
      planned = [];
    },
    take(method, body) {
      const fault = planned.find((one) => matches(one, method, body) && isDue(one));
      if (fault === undefined) return undefined;
      fault.times -= 1;
      planned = planned.filter((one) => one.times > 0);
      const { seq } = ledger.add('fault', { method, fault: fault.kind });
      fired.push({ method, kind: fault.kind, seq });
      return fault;
    },
    fired: () => [...fired],
  };
}

const matches = (fault: Fault, method: string, body: string): boolean =>
  fault.method === method && (fault.match === undefined || body.includes(fault.match));

/** Counts down the requests that pass first. */
function isDue(fault: Fault): boolean {
  if (fault.afterRequests === 0) return true;
  fault.afterRequests -= 1;
  return false;
}
