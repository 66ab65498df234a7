import { expect, test } from '@jest/globals';
import { outputFile, outputPattern } from '../../src/jobs/output-file.ts';

test.each<[string, boolean, string | null]>([
  ['', false, 'slurm-319.out'],
  ['', true, 'slurm-319_N.out'],
  ['logs/%x-%j.log', false, 'logs/train-319.log'],
  ['%x_%A_%a.log', true, 'train_319_N.log'],
  ['%x_%A_%a.log', false, 'train_319_%a.log'],
  ['%8j.log', false, '00000319.log'],
  ['%j.log', true, '%j.log'],
  ['%u/%N-100%%.log', false, '%u/%N-100%.log'],
  ['\\%j.log', false, '%j.log'],
  ['fixed.log', true, 'fixed.log'],
  ['/dev/null', false, null],
])('%s, array: %s', (output, isArray, file) => {
  expect(outputFile({ slurmId: '319', slurmName: 'train', output, isArray })).toBe(file);
});

test('of a script its own pattern is kept, and that it is an array', () => {
  expect(outputPattern({ output: 'a.log', array: '1-3' })).toBe('a.log');
  expect(outputPattern({ array: '1-3' })).toBe('slurm-%A_%a.out');
  expect(outputPattern({ time: '1' })).toBe('');
});
