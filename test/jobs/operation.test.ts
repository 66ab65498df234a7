import { describe, expect, test } from '@jest/globals';
import { type Capability, isRefused, type Lesson, learn } from '../../src/jobs/operation.ts';

const hour = (n: number) => new Date(Date.UTC(2026, 10, 24) + n * 3_600_000);

/** What is known after these answers, an hour apart. */
function learned(...lessons: Lesson[]): Capability | null {
  return lessons.reduce<Capability | null>(
    (known, lesson, index) =>
      learn(known, { operation: 'delete', lesson, status: 500, at: hour(index) }),
    null,
  );
}

describe('what answers teach', () => {
  test.each<[string, Lesson[], number | null]>([
    ['a plain refusal at once', ['refused'], 0],
    ['one failure may be an accident', ['doubtful'], null],
    ['two failures are a refusal', ['doubtful', 'doubtful'], 1],
    ['unless it worked between', ['doubtful', 'worked', 'doubtful'], null],
    ['success ends a refusal', ['refused', 'worked'], null],
    ['a refusal is renewed', ['refused', 'refused', 'refused'], 2],
  ])('%s', (_name, lessons, refusedAt) => {
    expect(learned(...lessons)?.refusedAt ?? null).toEqual(
      refusedAt === null ? null : hour(refusedAt),
    );
  });

  test('a refusal holds for a week, and is tried again then', () => {
    const known = { refusedAt: hour(0) };
    expect(isRefused(known, hour(7 * 24 - 1))).toBe(true);
    expect(isRefused(known, hour(7 * 24))).toBe(false);
  });

  test('after that week one more failure is enough', () => {
    const known = learned('doubtful', 'doubtful');
    const again = learn(known, {
      operation: 'delete',
      lesson: 'doubtful',
      status: 500,
      at: hour(200),
    });
    expect(isRefused(again, hour(201))).toBe(true);
  });
});
