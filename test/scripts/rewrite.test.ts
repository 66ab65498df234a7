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

/** How each option can be written. `-Ht` is two options in a word: there the word cannot be replaced. */
const spellings = Object.entries({
  mem: ['--mem=2G', '--mem 2G', '--mem \t"2G"'],
  'mem-per-cpu': ['--mem-per-cpu=512', "--mem-per-c '512'"],
  time: ['--time=1-0', '--time\t1-0', '-t 1-0', '-t1-0', '-t"1-0"', '-Ht1-0', '-Ht 1-0'],
  'job-name': ['--job-name="--mem=1G"', "--job '-t 5'", '-J a\\"b', "-J'hetjob'", '-HJ "x#y"'],
  dependency: ['--dependency=singleton', '--dep singleton', '-dsingleton', '-Hd singleton'],
  other: ['-n4', '--ntasks 4', '-H', '--exclusive', '--comment="--time=5 #"', '--nice -p gpu'],
}).flatMap(([name, texts]) => texts.map((text) => ({ name, text })));

const wanted = fc.constantFrom<['mem' | 'time' | 'job-name' | 'dependency', string, string]>(
  ['mem', '16G', '--mem=16G'],
  ['time', '1-12:00', '--time=1-12:00'],
  ['job-name', 'a b', '--job-name="a b"'],
  ['job-name', 'ä"#\\', '--job-name="ä\\"#\\\\"'],
  ['job-name', 'hetjob', '--job-name=hetjob'],
  ['dependency', 'afterok:12?afterany:13', '--dependency=afterok:12?afterany:13'],
);

test('only the words that give the option change, or a line is new: all other bytes stay', () => {
  const line = fc.oneof(
    fc.record({
      options: fc.array(fc.constantFrom(...spellings), { minLength: 1, maxLength: 3 }),
      gap: fc.constantFrom(' ', '\t', '  '),
      rest: fc.constantFrom('', '  ', ' # --mem=1G "', '#-t 5'),
    }),
    fc.constantFrom('', '# it"s', '##SBATCH -t 5', '#PBS -q x', ' #SBATCH --mem=3G', '#\u{1f980}'),
  );
  const body = fc.constantFrom(
    ['set -e', '#SBATCH --mem=1G', 'cat <<E', '#SBATCH -t 1', 'E'],
    ['#SBATCH hetjob', '#SBATCH --mem=1G -t 5 -J x', 'srun x'],
    ['cat <<E', '#SBATCH -t 1'],
    [],
  );
  const ending = fc.constantFrom('\n', '\r\n');
  const all = {
    lines: fc.array(line, { maxLength: 5 }),
    body,
    ending,
    closed: fc.boolean(),
    wanted,
  };
  fc.assert(
    fc.property(fc.record(all), ({ lines, body, ending, closed, wanted: [name, value, text] }) => {
      // A script as words with blanks between them, so that one word can be replaced.
      const parts = lines.map((each) =>
        typeof each === 'string'
          ? [each]
          : ['#SBATCH', ...each.options.flatMap((own) => [each.gap, own.text]), each.rest],
      );
      const file = (header: string[][]) =>
        ['#!/bin/bash', ...header.map((words) => words.join('')), ...body].join(ending) +
        (closed ? ending : '');
      const before = file(parts);
      // A single line does not show what the file's line endings are.
      fc.pre(before.includes(ending));
      const places = lines.flatMap((each, row) =>
        typeof each === 'string'
          ? []
          : each.options.map((own, index) => ({ ...own, row, column: 2 + 2 * index })),
      );
      const inForce = places.findLast((place) => place.name === name);
      if (inForce !== undefined && !inForce.text.startsWith('-H')) {
        parts[inForce.row]?.splice(inForce.column, 1, text);
      } else {
        const last = lines.findLastIndex((each) => typeof each !== 'string');
        parts.splice(last + 1, 0, [`#SBATCH ${text}`]);
      }
      const after = withOption(before, name, value);
      expect(after).toBe(file(parts));
      expect(read(after ?? '').options).toEqual({ ...read(before).options, [name]: value });
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['gives no value and takes the next word', '#SBATCH -A'],
  ['has a word that is no option', '#SBATCH --mem = 4G'],
  ['has a value behind a blank', '#SBATCH --mem= 4G'],
  ['ends the options', '#SBATCH --'],
])('nothing can be changed if a directive %s', (_what, line) => {
  expect(withOption(bash(line), 'time', '20')).toBeNull();
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
    'after the last directive if there is none',
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

test('a directive of Slurm cannot change what #PBS gives', () => {
  expect(withOption(bash('#PBS -l walltime=1:00:00'), 'time', '20')).toBeNull();
});
