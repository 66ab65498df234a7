import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countIn, formatRanges, type Range, readRanges, without } from '../../src/jobs/ranges.ts';
import { belongsTo, parseSlurmId } from '../../src/jobs/slurm-id.ts';

const range = (from: number, to = from, step = 1): Range => ({ from, to, step });

test.each<[string, string, string, Range[], boolean]>([
  ['319', '319', '', [], false],
  ['319_1', '319', '_', [range(1)], false],
  ['319_[3-6%2]', '319', '_', [range(3, 6)], false],
  ['1234_[8-21:4]', '1234', '_', [range(8, 20, 4)], false],
  ['1234_[1,3,5-6]', '1234', '_', [range(1), range(3), range(5, 6)], false],
  ['1234_[7]', '1234', '_', [range(7)], false],
  ['1234_[1-3,...]', '1234', '_', [range(1, 3)], true],
  ['1234_[1-3,5', '1234', '_', [range(1, 3), range(5)], false],
  ['1234_[9-3]', '1234', '_', [], true],
  ['68+0', '68', '+', [range(0)], false],
  ['68+1', '68', '+', [range(1)], false],
  ['', '', '', [], false],
  ['job', 'job', '', [], false],
])('%s', (text, base, sign, ranges, open) => {
  expect(parseSlurmId(text)).toEqual({ base, sign, ranges, open });
});

test('a part belongs to its job and to no other', () => {
  expect(belongsTo('1234_7', '1234')).toBe(true);
  expect(belongsTo('12345', '1234')).toBe(false);
  expect(belongsTo('', '')).toBe(false);
});

test('whatever Waldur keeps as an id, there is an answer', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(typeof parseSlurmId(text).base).toBe('string');
    }),
  );
});

const numbers = ({ from, to, step }: Range) =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
const anyRange = fc
  .tuple(fc.nat(40), fc.nat(8), fc.integer({ min: 1, max: 3 }))
  .map(([from, more, step]) => range(from, from + more * step, more === 0 ? 1 : step));

test('taking ranges away leaves the other numbers, or says that it did not count', () => {
  fc.assert(
    fc.property(anyRange, fc.array(anyRange, { maxLength: 4 }), (whole, taken) => {
      const { left, exact } = without([whole], taken);
      const gone = new Set(taken.flatMap(numbers));
      const rest = numbers(whole).filter((each) => !gone.has(each));
      const found = left.flatMap(numbers).toSorted((a, b) => a - b);
      if (exact) expect(found).toEqual(rest);
      else expect(found).toEqual(expect.arrayContaining(rest));
      expect(countIn(left)).toBe(found.length);
    }),
  );
});

test('ranges are written as people write them', () => {
  expect(formatRanges(readRanges('3,1,2,5,8-20:4').ranges)).toBe('1–3, 5, 8–20:4');
  expect(formatRanges([range(1), range(3), range(5)], 2)).toBe('1, 3, …');
});
