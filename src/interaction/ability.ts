import { lessonOf } from '../api/lesson.ts';
import type { Waldur } from '../api/waldur.ts';
import {
  type Capability,
  isRefused,
  type Lesson,
  learn,
  type Operation,
} from '../jobs/operation.ts';
import { findCapabilities, saveCapability } from '../store/capabilities.ts';
import type { Context } from './context.ts';

/** What is known of an operation that this Waldur refuses; null when it may be asked. */
export async function knownRefusal(
  context: Context,
  operation: Operation,
): Promise<Capability | null> {
  const known = await find(context, operation);
  return known !== null && isRefused(known, context.now()) ? known : null;
}

/** Remembers that this Waldur did it. */
export function noteSuccess(context: Context, operation: Operation): Promise<void> {
  return note(context, operation, 'worked', 200);
}

/**
 * Remembers what a failure says about this Waldur. A 500 counts only when the job can be read afterwards: then it
 * was the operation, not Waldur's bad day.
 * @returns whether Waldur was seen to have changed nothing
 */
export async function noteFailure(
  context: Context,
  operation: Operation,
  { error, waldur, uuid }: { error: unknown; waldur: Waldur; uuid: string },
): Promise<boolean> {
  const lesson = lessonOf(operation, error);
  if (lesson === null) return false;
  if (lesson === 'doubtful' && !(await isThere(waldur, uuid))) return false;
  await note(context, operation, lesson, statusOf(error));
  return true;
}

async function find({ db, config }: Context, operation: Operation): Promise<Capability | null> {
  const known = await findCapabilities(db, config.waldurUrl);
  return known.find((each) => each.operation === operation) ?? null;
}

async function note(context: Context, operation: Operation, lesson: Lesson, status: number) {
  const before = await find(context, operation);
  const at = context.now();
  const after = learn(before, { operation, lesson, status, at });
  await saveCapability(context.db, context.config.waldurUrl, after);
  if (isRefused(after, at) && !(before !== null && isRefused(before, at))) {
    context.log.info('this Waldur refuses', { operation, status });
  }
}

function statusOf(error: unknown): number {
  const status: unknown =
    typeof error === 'object' && error !== null && Reflect.get(error, 'status');
  return typeof status === 'number' ? status : 0;
}

function isThere(waldur: Waldur, uuid: string): Promise<boolean> {
  return waldur.getCheap(uuid).then(
    () => true,
    () => false,
  );
}
