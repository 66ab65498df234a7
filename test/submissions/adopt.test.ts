import { expect, test } from '@jest/globals';
import { millisecondsInDay, millisecondsInHour, millisecondsInMinute } from 'date-fns/constants';
import { pauseAfter } from '../../src/submissions/reconcile.ts';

test('a lost submission is looked for at growing intervals, an hour apart at most, for a day', () => {
  const pauses: number[] = [];
  let passed = millisecondsInMinute;
  for (let pause = pauseAfter(passed); pause !== null; pause = pauseAfter(passed)) {
    pauses.push(pause);
    passed += pause;
  }
  expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
  expect(pauses[0]).toBe(millisecondsInMinute / 2);
  expect(pauses.at(-1)).toBe(millisecondsInHour);
  expect(passed).toBeGreaterThan(millisecondsInDay);
  expect(passed).toBeLessThan(millisecondsInDay + 2 * millisecondsInHour);
});
