import { type Abilities, type Ability, type Operation, operations } from '../jobs/abilities.ts';
import { when } from './text.ts';

const names: Record<Operation, string> = {
  pull: 'refresh on request',
  'partial update': 'edit name and description',
  update: 'replace the script',
  delete: 'delete records',
  unlink: 'unlink records (Waldur’s staff)',
};

/** What this Waldur can do as far as anybody has asked it since the bot started: one line an operation. */
export function abilities(known: Pick<Abilities, 'of'>): string[] {
  return operations.map((operation) => `${names[operation]}: ${told(known.of(operation))}`);
}

function told(ability: Ability | null): string {
  if (ability === null) return 'not tried yet';
  const { refusedAt, workedAt, status } = ability;
  if (refusedAt !== null)
    return `no; it answered ${status} to two people, last on ${when(refusedAt)}`;
  if (status > 0) return `perhaps; it answered ${status} when it was asked last`;
  return workedAt === null ? 'not tried yet' : `yes, last on ${when(workedAt)}`;
}
