import {
  type Capability,
  isRefused,
  type Operation,
  operations,
  triedAgainAt,
} from '../jobs/operation.ts';
import { when } from './text.ts';

const names: Record<Operation, string> = {
  pull: 'refresh on request',
  'partial update': 'edit name and description',
  update: 'replace the script',
  delete: 'delete records',
  unlink: 'unlink records (Waldur’s staff)',
};

/** What this Waldur can do as far as anybody has asked it: one line an operation. `at` writes a time. */
export function abilities(
  known: Capability[],
  now: Date,
  at: (date: Date) => string = when,
): string[] {
  return operations.map((operation) => {
    const found = known.find((each) => each.operation === operation);
    return `${names[operation]}: ${found === undefined ? 'not tried yet' : ability(found, now, at)}`;
  });
}

function ability(known: Capability, now: Date, at: (date: Date) => string): string {
  const { refusedAt, workedAt, status } = known;
  if (refusedAt !== null && isRefused(known, now)) {
    return `no; it answered ${status} on ${at(refusedAt)}, and is asked again from ${at(triedAgainAt(refusedAt))}`;
  }
  if (refusedAt !== null || known.doubtedAt !== null) {
    return `perhaps; it answered ${status} when it was asked last`;
  }
  return workedAt === null ? 'not tried yet' : `yes, last on ${at(workedAt)}`;
}
