import { millisecondsInDay } from 'date-fns/constants';

/** Operations on a job that some Waldurs refuse for good, by the names of Waldur's API page. */
export const operations = ['pull', 'partial update', 'update', 'delete', 'unlink'] as const;
export type Operation = (typeof operations)[number];

/** Operations that this Waldur was seen to refuse: they are not offered. */
export type Refused = ReadonlySet<Operation>;

/** What the answers to an operation have taught about this Waldur. */
export interface Capability {
  operation: Operation;
  /** The first answer that looked like a refusal for good but may have been an accident; null when there was none. */
  doubtedAt: Date | null;
  /** Since when it counts as refused; null while it does not. */
  refusedAt: Date | null;
  /** When it last worked; null when it was never seen to. */
  workedAt: Date | null;
  /** HTTP status of the answer that taught it. */
  status: number;
}

/** What one answer says: `doubtful` is a failure that says so only when it comes again. */
export type Lesson = 'worked' | 'refused' | 'doubtful';

/** After a week a refusal is tried again: Waldur may have been updated. */
const HOLDS_MS = 7 * millisecondsInDay;

/** What is known of an operation after one more answer. Two doubtful ones with none that worked between are a refusal. */
export function learn(
  before: Capability | null,
  answer: { operation: Operation; lesson: Lesson; status: number; at: Date },
): Capability {
  const { operation, lesson, status, at } = answer;
  const workedAt = before?.workedAt ?? null;
  if (lesson === 'worked') {
    return { operation, doubtedAt: null, refusedAt: null, workedAt: at, status };
  }
  const doubtedAt = before?.doubtedAt ?? null;
  const refused = lesson === 'refused' || doubtedAt !== null;
  const refusedAt = refused ? at : (before?.refusedAt ?? null);
  return { operation, doubtedAt: doubtedAt ?? at, refusedAt, workedAt, status };
}

/** Whether an operation need not be tried now. */
export function isRefused({ refusedAt }: Pick<Capability, 'refusedAt'>, now: Date): boolean {
  return refusedAt !== null && now.getTime() - refusedAt.getTime() < HOLDS_MS;
}

/** When a refused operation is tried again. */
export function triedAgainAt(refusedAt: Date): Date {
  return new Date(refusedAt.getTime() + HOLDS_MS);
}
