import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { belongsTo, parseSlurmId } from '../../src/jobs/slurm-id.ts';

test.each<[string, string, string[] | null]>([
  ['319', '319', null],
  ['319_1', '319', ['1']],
  ['319_[3-6%2]', '319', ['3', '4', '5', '6']],
  ['1234_[8-20:4]', '1234', ['8', '12', '16', '20']],
  ['1234_[1,3,5-6]', '1234', ['1', '3', '5', '6']],
  ['1234_[7]', '1234', ['7']],
  ['1234_[1-3,...]', '1234', ['1', '2', '3', '...']],
  ['1234_[9-3]', '1234', ['9-3']],
  ['68+0', '68', ['+0']],
  ['68+1', '68', ['+1']],
  ['', '', null],
  ['job', 'job', null],
])('%s', (text, base, parts) => {
  expect(parseSlurmId(text)).toEqual({ base, parts });
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
