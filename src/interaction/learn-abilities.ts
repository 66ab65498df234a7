import { isWaldurFailure } from '../api/errors.ts';
import { unsupportedBy } from '../api/unsupported.ts';
import type { Waldur } from '../api/waldur.ts';
import type { Ability, Operation } from '../jobs/abilities.ts';
import type { Account } from '../store/accounts.ts';
import { renewCards } from '../store/watches.ts';
import type { Context } from './context.ts';
import { renewOwnCards } from './offers.ts';

/** What is known about an operation if this Waldur refuses it; null if it may be tried. */
export function knownRefusal({ abilities }: Context, operation: Operation): Ability | null {
  return abilities.refused().has(operation) ? abilities.of(operation) : null;
}

/** Remembers that an operation worked. */
export async function noteSuccess(context: Context, operation: Operation): Promise<void> {
  if (context.abilities.worked(operation)) await offerAnew(context);
}

/** Unlinking is a right of staff, and not of a project. */
export const anyProject = ({ waldurUuid: person }: Account) => ({ person, projectName: '' });

/**
 * Remembers what a failure says about this Waldur, or about what this person may do. A 500 counts only if the job can
 * be read afterwards: then the cause was the operation, and not a Waldur that is down.
 * @param by the account with which Waldur was asked: one person may have two in Slack
 * @returns true if Waldur was seen to have changed nothing
 */
export async function noteFailure(
  context: Context,
  operation: Operation,
  { error, waldur, uuid, by }: { error: unknown; waldur: Waldur; uuid: string; by: Account },
): Promise<boolean> {
  if (isDenial(error)) await noteDenial(context, operation, { waldur, uuid, by });
  const lesson = unsupportedBy(operation, error);
  if (lesson === null) return false;
  if (lesson.mayPass && !(await isThere(waldur, uuid))) return false;
  const { status } = lesson;
  if (context.abilities.failed(operation, by.waldurUuid, status)) {
    context.log.warn('this Waldur refuses', { operation, status });
    await offerAnew(context);
  }
  return true;
}

function isDenial(error: unknown): boolean {
  return isWaldurFailure(error) && error.kind === 'refusal' && error.status === 403;
}

/** Stops offering an operation to this person in this project, whatever Waldur says about their roles. */
async function noteDenial(
  context: Context,
  operation: Operation,
  { waldur, uuid, by }: { waldur: Waldur; uuid: string; by: Account },
): Promise<void> {
  const { abilities } = context;
  if (operation === 'unlink') return abilities.denied(operation, anyProject(by));
  const place = await waldur.getPlace(uuid).catch(() => null);
  if (place === null) return;
  abilities.denied(operation, { person: by.waldurUuid, projectName: place.projectName });
  await renewOwnCards(context, by);
}

/** Renews all cards, because they offer only what this Waldur supports. */
async function offerAnew({ db, wake }: Context): Promise<void> {
  await renewCards(db);
  wake();
}

function isThere(waldur: Waldur, uuid: string): Promise<boolean> {
  return waldur.getCheap(uuid).then(
    () => true,
    () => false,
  );
}
