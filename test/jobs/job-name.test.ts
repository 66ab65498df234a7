import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkName, suggestName } from '../../src/jobs/job-name.ts';

const oneLine = 'The name must be one line, without control characters.';

describe('a name typed for a job', () => {
  test.each(['train', 'a', 'x'.repeat(150), '😀'.repeat(150), 'Übung 3', '<!channel> `x`'])(
    '%s will do',
    (name) => {
      expect(checkName(name)).toBeNull();
    },
  );

  test.each([
    ['', 'Give the job a name.'],
    ['  ', 'Give the job a name.'],
    ['x'.repeat(151), 'The name has 151 characters; Waldur takes at most 150.'],
    ['x'.repeat(10_000), 'The name has 10000 characters; Waldur takes at most 150.'],
    ['two\nlines', oneLine],
    ['two\u2028lines', oneLine],
    ['bell\u0007', oneLine],
    ['half \ud83d', oneLine],
    [
      'no such file',
      'With "No such file" in a job name the cluster’s listing counts as failed, and Waldur loses sight of all your jobs. Choose another name.',
    ],
  ])('%j will not', (name, problem) => {
    expect(checkName(name)).toBe(problem);
  });
});

describe('the name proposed', () => {
  test.each([
    ['train', 'other.sh', 'train'],
    [null, 'train.sh', 'train'],
    [null, 'train.v2.slurm', 'train.v2'],
    [null, 'train', 'train'],
    [null, '.bashrc', '.bashrc'],
    [null, 'two\nlines.sh', 'two lines'],
    [' ', 'train.sh', 'train'],
    [null, '', 'job'],
    [null, 'x'.repeat(300), 'x'.repeat(150)],
    [null, '😀'.repeat(200), '😀'.repeat(150)],
  ])('of %j in %j is %j', (jobName, fileName, name) => {
    expect(suggestName({ jobName }, fileName)).toBe(name);
  });

  test('is one that will do, whatever the script and the file are called', () => {
    const text = fc.string({ unit: 'binary', maxLength: 400 });
    fc.assert(
      fc.property(fc.option(text), text, (jobName, fileName) => {
        expect(checkName(suggestName({ jobName }, fileName))).toBeNull();
      }),
    );
  });
});
