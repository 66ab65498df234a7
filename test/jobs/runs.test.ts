import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasLeft, runsIn, type Stamp } from '../../src/jobs/runs.ts';

const start = Date.UTC(2026, 10, 24, 10);
const at = (hour: number, second = 0) => new Date(start + hour * 3_600_000 + second * 1000);
let count = 0;
const stamp = (modified: Date, certain = true): Stamp => {
  count += 1;
  return { uuid: String(count), modified, certain };
};

describe('a run of the hourly task', () => {
  test('is what was written within seconds', () => {
    const stamps = [stamp(at(0, 2)), stamp(at(1, 9)), stamp(at(0, 0)), stamp(at(1, 0))];
    expect(runsIn(stamps)).toEqual([
      { from: at(0, 0), to: at(0, 2), size: 2 },
      { from: at(1, 0), to: at(1, 9), size: 2 },
    ]);
  });
  test('is not told from changes that anything could have made', () => {
    expect(runsIn([stamp(at(1), false), stamp(at(1, 1), false)])).toEqual([]);
  });
});

describe('a row that was not written again', () => {
  test.each<[string, Stamp[], boolean]>([
    ['nothing was written later: nothing is concluded', [], false],
    ['others were written an hour later', [stamp(at(1))], true],
    ['others were written in the same run', [stamp(at(0, 8))], false],
    ['others changed later, but not by the task', [stamp(at(1), false)], false],
    ['the run was full', Array.from({ length: 25 }, () => stamp(at(1))), false],
    ['the run was nearly full', Array.from({ length: 24 }, () => stamp(at(1))), true],
    [
      'a full run, then one that was not',
      [...Array.from({ length: 25 }, () => stamp(at(1))), stamp(at(2))],
      true,
    ],
    ['others were written before', [stamp(at(-1))], false],
  ])('%s', (_name, stamps, left) => {
    expect(hasLeft(at(0), runsIn(stamps))).toBe(left);
  });

  test('a row that every run writes never has left', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 168 }),
        (rows, hours) => {
          const last = Array.from({ length: rows }, (_, index) => stamp(at(hours, index % 9)));
          const gone = stamp(at(hours - 1));
          const runs = runsIn([...last, gone]);
          for (const { modified } of last) expect(hasLeft(modified, runs)).toBe(false);
          expect(hasLeft(gone.modified, runs)).toBe(rows < 25);
        },
      ),
    );
  });
});
