import { describe, expect, test } from '@jest/globals';
import { changeScript, readValue, withChanges } from '../../src/scripts/changes.ts';

const change = (text: string, ...changes: Parameters<typeof changeScript>[1]) => {
  const changed = changeScript(Buffer.from(text), changes);
  return changed && { text: changed.bytes.toString('utf8'), lines: changed.lines };
};

describe('a changed script says which lines were written', () => {
  test('one instead of another', () => {
    expect(change('#!/bin/sh\n#SBATCH --mem=8G\nrun\n', { option: 'mem', value: '16G' })).toEqual({
      text: '#!/bin/sh\n#SBATCH --mem=16G\nrun\n',
      lines: [{ line: 2, before: '#SBATCH --mem=8G', after: '#SBATCH --mem=16G' }],
    });
  });

  test('one besides the others', () => {
    expect(change('#!/bin/sh\n#SBATCH -N 1\nrun\n', { option: 'time', value: '2:00:00' })).toEqual({
      text: '#!/bin/sh\n#SBATCH -N 1\n#SBATCH --time=2:00:00\nrun\n',
      lines: [{ line: 3, before: null, after: '#SBATCH --time=2:00:00' }],
    });
  });

  test('several, on lines of their own or the same', () => {
    const options = [
      { option: 'mem' as const, value: '16G' },
      { option: 'time' as const, value: '2:00:00' },
    ];
    expect(change('#!/bin/sh\n#SBATCH --mem=8G -t 60\n', ...options)?.lines).toEqual([
      {
        line: 2,
        before: '#SBATCH --mem=8G -t 60',
        after: '#SBATCH --mem=16G --time=2:00:00',
      },
    ]);
    expect(change('#!/bin/sh\nrun\n', ...options)?.lines).toEqual([
      { line: 2, before: null, after: '#SBATCH --mem=16G' },
      { line: 3, before: null, after: '#SBATCH --time=2:00:00' },
    ]);
    expect(change('#!/bin/sh\n#SBATCH -t 60\nrun\n', ...options)?.lines).toEqual([
      { line: 2, before: '#SBATCH -t 60', after: '#SBATCH --time=2:00:00' },
      { line: 3, before: null, after: '#SBATCH --mem=16G' },
    ]);
  });

  test('none without a change', () => {
    expect(change('#!/bin/sh\n#SBATCH --mem=8G\n', { option: 'mem', value: '8G' })?.lines).toEqual(
      [],
    );
  });

  test('what #PBS asks for cannot be changed', () => {
    const pbs = '#!/bin/sh\n#PBS -l walltime=1:00:00\nrun\n';
    expect(change(pbs, { option: 'time', value: '2:00:00' })).toBeNull();
  });
});

test('a later change takes the place of an earlier one, and an empty one takes it away', () => {
  const earlier = [
    { option: 'mem' as const, value: '16G' },
    { option: 'time' as const, value: '60' },
  ];
  expect(withChanges(earlier, [{ option: 'mem', value: '32G' }])).toEqual([
    { option: 'time', value: '60' },
    { option: 'mem', value: '32G' },
  ]);
  expect(withChanges(earlier, [{ option: 'mem', value: '' }])).toEqual([
    { option: 'time', value: '60' },
  ]);
});

test.each([
  ['mem', '16G', '16G'],
  ['mem', ' 16 GB ', '16G'],
  ['mem', '16gib', '16G'],
  ['mem', '4000', '4000'],
  ['mem-per-cpu', '500 MB', '500M'],
  ['mem', '1.5G', null],
  ['mem', 'much', null],
  ['mem', '16G --exclusive', null],
  ['time', '90', '90'],
  ['time', '1-12', '1-12'],
  ['time', '12:00:00', '12:00:00'],
  ['time', '9 h', '9:00:00'],
  ['time', '2 hours', '2:00:00'],
  ['time', '90 min', '90'],
  ['time', '2 days', '2-00:00:00'],
  ['time', 'soon', null],
  ['time', '1:00:00\n#SBATCH --mem=1G', null],
] as const)('--%s from "%s" is %s', (option, written, value) => {
  expect(readValue(option, written)).toBe(value);
});
