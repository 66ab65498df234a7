import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { names as readersNames } from '../../src/scripts/option-names.ts';
import { allFindings, readScript, type Script } from '../../src/scripts/script.ts';
import { arrayIndexes, megabytes, nodeCount, timeLimit } from '../../src/scripts/values.ts';
import {
  abbreviations,
  indexes,
  manual,
  memories,
  nodes,
  times,
  type Written,
  writtenOption,
} from './manual.ts';

/** The reader against a second description of sbatch's grammar. */
function read(...lines: string[]): Script {
  const text = ['#!/bin/bash', ...lines, ''].join('\n');
  return readScript(Buffer.from(text), { maxBytes: 1_048_576 });
}

/** Options that Slurm refuses together are left to the tests of findings. */
const exclusive = [
  ['mem', 'mem-per-cpu', 'mem-per-gpu'],
  ['core-spec', 'thread-spec'],
  ['time', 'time-min'],
];
const compatible = (options: Written[]) =>
  exclusive.every(
    (group) =>
      new Set(options.filter(({ name }) => group.includes(name)).map(({ name }) => name)).size < 2,
  );

const filler = fc.constantFrom('', '   ', '# a comment', '  # --mem=1G', '##SBATCH --mem=1G');

describe('whatever the manual allows', () => {
  test('is read as it is meant, in every spelling, on one line or on several', () => {
    const line = fc.record({
      options: fc.array(writtenOption, { minLength: 1, maxLength: 3 }),
      gap: fc.constantFrom(' ', '\t', '  '),
      comment: fc.constantFrom('', ' # enough', '\t#--mem=1G "'),
      before: filler,
    });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (list) => {
        const options = list.flatMap((each) => each.options);
        fc.pre(compatible(options));
        const script = read(
          ...list.flatMap(({ options: own, gap, comment, before }) => {
            const words = own.map(({ text }) => text).join(gap);
            return [before, `#SBATCH${gap}${words}${comment}`];
          }),
        );
        expect(script.refusals).toEqual([]);
        // The last one counts.
        expect(script.options).toEqual(
          Object.fromEntries(options.map(({ name, value }) => [name, value])),
        );
        for (const [name, number] of Object.entries(script.optionLines)) {
          const last = list.findLastIndex((each) => each.options.some((own) => own.name === name));
          expect(number).toBe(2 * last + 3);
        }
      }),
      { numRuns: 300 },
    );
  });

  test.each(manual)('--$name may be begun wherever that fits it alone', ({ name, kind }) => {
    const values: Record<string, string> = {
      ...{ count: '4', time: '90', memory: '4G', indexes: '1-2', nodes: '2', moment: '16:00' },
      ...{ sampling: '30', frequency: 'low', sockets: '2', series: 'all' },
      ...{ gpus: '2', gres: 'gpu:2', binding: 'local' },
    };
    const text = values[kind ?? ''] ?? 'END';
    for (const beginning of abbreviations(name, readersNames)) {
      const script = read(`#SBATCH --${beginning}${kind === null ? '' : `=${text}`}`);
      expect(script.options).toEqual({ [name]: kind === null ? '' : text });
      expect(script.refusals).toEqual([]);
    }
  });

  test('means what the manual says', () => {
    fc.assert(
      fc.property(times, memories, indexes, nodes, (time, memory, array, node) => {
        expect(timeLimit(time.text)).toEqual({ minutes: time.means, unsure: false });
        expect(megabytes(memory.text)).toBe(memory.means);
        expect(tasksOf(arrayIndexes(array.text)?.text ?? '')).toBe(array.means);
        expect(nodeCount(node.text)?.most).toBe(node.means);
      }),
    );
  });
});

/** How many indexes there are in `1-10:2,12`. */
function tasksOf(text: string): number {
  return text.split(',').reduce((sum, part) => {
    const [first = 0, last = first, step = 1] = part.split(/[-:]/).map(Number);
    return sum + Math.floor((last - first) / step) + 1;
  }, 0);
}

describe('whatever the manual does not allow', () => {
  const formats =
    /^(\d+|\d+:\d+|\d+:\d+:\d+|\d+-\d+|\d+-\d+:\d+|\d+-\d+:\d+:\d+)$|^(infinite|unlimited|-1)$/i;
  /** Further forms that 22.05 was seen to accept: with parts left out. */
  const lenient = /^\d*(-\d*)?(:\d*){0,2}$/;

  test('of times is refused, but for parts that are left out', () => {
    const anything = fc.string({ unit: fc.constantFrom(...'0123:-hm. +'), maxLength: 9 });
    fc.assert(
      fc.property(anything, (text) => {
        const limit = timeLimit(text);
        if (formats.test(text)) expect(limit?.unsure).toBe(false);
        else if (!lenient.test(text)) expect(limit).toBeNull();
      }),
      { numRuns: 2000 },
    );
  });

  test('of memory is refused', () => {
    const anything = fc.string({ unit: fc.constantFrom(...'019kKmgGTbB.i ,-'), maxLength: 6 });
    fc.assert(
      fc.property(anything, (text) => {
        const isRight = /^\s*\d+([kmgt]b?)?$/i.test(text);
        expect(megabytes(text) !== null).toBe(isRight);
      }),
      { numRuns: 2000 },
    );
  });

  test('of names is refused, with its place', () => {
    const name = fc.string({
      unit: fc.constantFrom(...'abcdeinmpqtz-_'),
      minLength: 2,
      maxLength: 9,
    });
    fc.assert(
      fc.property(name, (word) => {
        fc.pre(!readersNames.some((each) => each.startsWith(word)) && !word.startsWith('-'));
        const script = read('', `#SBATCH --${word}=4`);
        expect(script.refusals).toEqual([
          expect.objectContaining({ kind: 'unknown', level: 'refused', lines: [3] }),
        ]);
        expect(script.options).toEqual({});
      }),
    );
  });
});

describe('directives below the first command', () => {
  const directive = '#SBATCH --mem=4G';
  /** Pieces of a script, and which of their lines are late directives. */
  const pieces: { lines: string[]; late: number[] }[] = [
    { lines: [directive], late: [0] },
    { lines: ["echo 'it' # isn't", directive], late: [1] },
    { lines: ['cat <<EOF > child.sh', '#!/bin/bash', directive, 'EOF'], late: [] },
    { lines: ['cat <<EOF', '\tEOF', directive, 'EOF'], late: [] },
    { lines: ['cat <<-"END" >&2', directive, '\tEND', directive], late: [3] },
    { lines: ["cat <<A - <<'B'", directive, 'A', directive, 'B'], late: [] },
    { lines: ['text="several', directive, 'lines"'], late: [] },
    { lines: ["text='it\\", directive, "'"], late: [] },
    { lines: ['echo "a \\" b" \\\' $# a#b <<< "x"', directive], late: [1] },
    { lines: ['(( a = 1 << b ))', directive], late: [1] },
    { lines: ["echo $'it\\'s'", directive], late: [1] },
    {
      lines: ['##SBATCH --mem=4G', '# SBATCH -n 4', '  #SBATCH -n 4', '#SBATCH: see above'],
      late: [],
    },
    { lines: ['', '# comment with "quote', 'true'], late: [] },
    // Quotes inside a command inside quotes are its own.
    { lines: [`echo "$(grep "it's" f)" "\`echo "it's"\`"`, directive], late: [1] },
    { lines: ['x="$(cat <<EOF', `it's "`, directive, 'EOF', ')"', directive], late: [5] },
    { lines: ['x="$(', "echo '", directive, `' ")"; (true) # it's`, ')"', directive], late: [5] },
    { lines: ['x="$((1 << b))$(', 'true', ')"', directive], late: [3] },
  ];

  test('are lines on which bash would run a command', () => {
    for (const { lines, late } of pieces) {
      const ran = lines.filter((_line, index) => {
        if (lines[index] !== directive) return false;
        const text = lines.with(index, '{ echo RAN >&3; } 2>&-').join('\n');
        const { output } = spawnSync('bash', ['-c', text], {
          stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
          cwd: '/proc',
        });
        return String(output[3]).includes('RAN');
      });
      expect([lines, ran.length]).toEqual([lines, late.length]);
    }
  });

  test.each([
    ['perl', ['=pod', directive, '=cut', directive], [6]],
    ['perl', ['print "it\\"s";', "$x = 'it\\'s'; # don't", directive, '__END__', directive], [5]],
    ['ruby', ['=begin', directive, '=end', 'x = 1', directive], [7]],
    ['Rscript', ["x <- 'a\\'b'", directive, 'cat("', directive, '")'], [4]],
    ['julia', ['#=', directive, '=#', 'x = 1 #= y =#', directive], [7]],
    ['python3', ["'''", directive, "'''", directive], [6]],
  ])('are found in %s if they are its own', (interpreter, lines, late) => {
    const text = [`#!/usr/bin/env ${interpreter}`, 'print(1)', ...lines, ''].join('\n');
    const { warnings } = readScript(Buffer.from(text), { maxBytes: 1_048_576 });
    expect(warnings).toEqual([expect.objectContaining({ kind: 'late', lines: late })]);
  });

  test('are found in the script’s own text, and nowhere else', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 10 }), (list) => {
        const lines = ['#!/bin/bash', 'set -e'];
        const late: number[] = [];
        for (const piece of list) {
          late.push(...piece.late.map((line) => lines.length + line + 1));
          lines.push(...piece.lines);
        }
        const found = allFindings(read(...lines.slice(1)));
        const expected =
          late.length === 0
            ? []
            : [expect.objectContaining({ kind: 'late', lines: late.slice(0, 10) })];
        expect(found).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});
