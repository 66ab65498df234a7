import { lessonOf } from '../api/lesson.ts';
import type { Waldur } from '../api/waldur.ts';
import type { Ability, Operation } from '../jobs/operation.ts';
import type { Account } from '../store/accounts.ts';
import { renewCards } from '../store/watches.ts';
import type { Context } from './context.ts';

/** What is known of an operation that this Waldur refuses; null when it may be asked. */
export function knownRefusal({ abilities }: Context, operation: Operation): Ability | null {
  return abilities.refused().has(operation) ? abilities.of(operation) : null;
}

/** Remembers that this Waldur did it. */
export async function noteSuccess(context: Context, operation: Operation): Promise<void> {
  if (context.abilities.worked(operation)) await offerAnew(context);
}

/**
 * Remembers what a failure says about this Waldur. A 500 counts only when the job can be read afterwards: then it
 * was the operation, not Waldur's bad day.
 * @param by as whom Waldur was asked: one person may have two accounts in Slack
 * @returns whether Waldur was seen to have changed nothing
 */
export async function noteFailure(
  context: Context,
  operation: Operation,
  { error, waldur, uuid, by }: { error: unknown; waldur: Waldur; uuid: string; by: Account },
): Promise<boolean> {
  const lesson = lessonOf(operation, error);
  if (lesson === null) return false;
  if (lesson.mayPass && !(await isThere(waldur, uuid))) return false;
  const { status } = lesson;
  if (context.abilities.failed(operation, by.waldurUuid, status)) {
    context.log.warn('this Waldur refuses', { operation, status });
    await offerAnew(context);
  }
  return true;
}

/** Cards offer what this Waldur can do. */
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
