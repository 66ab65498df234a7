import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { withOption } from '../../src/scripts/rewrite.ts';
import { readScript } from '../../src/scripts/script.ts';
import { writtenOption } from './manual.ts';

const read = (text: string) => readScript(Buffer.from(text), { maxBytes: 1_048_576 });
const bash = (...lines: string[]) => ['#!/bin/bash', ...lines, 'srun x', ''].join('\n');

const change = fc.oneof(
  fc.tuple(fc.constantFrom('mem' as const, 'mem-per-cpu' as const), fc.constant('16G')),
  fc.tuple(fc.constant('time' as const), fc.constantFrom('9:00:00', '2-12', '90')),
  fc.tuple(
    fc.constant('job-name' as const),
    fc.string({ unit: fc.constantFrom(...'ab1 "\'\\#:=-ä'), minLength: 1, maxLength: 9 }),
  ),
  fc.tuple(fc.constant('dependency' as const), fc.constantFrom('afterok:123', 'singleton')),
);

test('the new value is read, and every other option and line is as it was', () => {
  const line = fc.oneof(
    fc
      .array(writtenOption, { minLength: 1, maxLength: 3 })
      .map((options) => `#SBATCH ${options.map(({ text }) => text).join(' ')}`),
    fc.constantFrom('', '# a comment', '#SBATCH', '##SBATCH --mem=1G'),
  );
  const ending = fc.constantFrom('\n', '\r\n');
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), change, ending, (lines, [name, value], end) => {
      const before = ['#!/bin/bash', ...lines, 'set -e', '#SBATCH --mem=1G', ''].join(end);
      const after = withOption(before, name, value) ?? '';
      expect(read(after).options).toEqual({ ...read(before).options, [name]: value });
      const old = before.split('\n');
      const now = after.split('\n');
      const first = now.findIndex((each, index) => each !== old[index]);
      const rest = now.slice(first + 1);
      // One line is another, or new.
      expect([old.slice(first), old.slice(first + 1)]).toContainEqual(rest);
    }),
    { numRuns: 500 },
  );
});

test.each<[string, Parameters<typeof withOption>, string]>([
  [
    'in its place, with what stands beside it',
    [bash('#SBATCH -n 4 --mem 8G -p gpu # enough'), 'mem', '16G'],
    bash('#SBATCH -n 4 --mem=16G -p gpu # enough'),
  ],
  [
    'the one that is in force',
    [bash('#SBATCH -t 5', '#SBATCH -t10'), 'time', '20'],
    bash('#SBATCH -t 5', '#SBATCH --time=20'),
  ],
  [
    'behind the last directive where there is none',
    [bash('#SBATCH -n 4', '', '# more'), 'time', '20'],
    bash('#SBATCH -n 4', '#SBATCH --time=20', '', '# more'),
  ],
  ['behind the first line of a bare script', [bash(), 'mem', '1G'], bash('#SBATCH --mem=1G')],
  [
    'in the first component',
    [bash('#SBATCH -N 1', '#SBATCH hetjob', '#SBATCH -N 2'), 'mem', '1G'],
    bash('#SBATCH -N 1', '#SBATCH --mem=1G', '#SBATCH hetjob', '#SBATCH -N 2'),
  ],
  [
    'behind letters that stand together',
    [bash('#SBATCH -HJa'), 'job-name', 'b c'],
    bash('#SBATCH -HJa', '#SBATCH --job-name="b c"'),
  ],
])('%s', (_name, given, expected) => {
  expect(withOption(...given)).toBe(expected);
});

test('what #PBS gives cannot be changed by a directive of Slurm', () => {
  expect(withOption(bash('#PBS -l walltime=1:00:00'), 'time', '20')).toBeNull();
});
