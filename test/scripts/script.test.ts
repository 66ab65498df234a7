import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { readScript, type Script } from '../../src/scripts/script.ts';

const maxBytes = 1_048_576;

function read(script: string | Uint8Array, convert = false): Script {
  return readScript(Buffer.from(script), { maxBytes, convert });
}

/** A script that Slurm takes, with these lines after its first one. */
function withLines(...lines: string[]): Script {
  return read(['#!/bin/bash', ...lines, 'echo done', ''].join('\n'));
}

function findings(script: Script): [string, number | null][] {
  return script.warnings.map(({ kind, line }) => [kind, line]);
}

test('a script as it should be', () => {
  const text = '#!/bin/bash\n#SBATCH --job-name=train\n#SBATCH -p gpu\nsrun ./train\n';
  expect(read(text)).toEqual({
    jobName: 'train',
    options: { 'job-name': 'train', partition: 'gpu' },
    bytes: text.length,
    sha256: createHash('sha256').update(text).digest('hex'),
    head: ['#!/bin/bash', '#SBATCH --job-name=train', '#SBATCH -p gpu', 'srun ./train'],
    lines: 4,
    longLines: 0,
    refusals: [],
    warnings: [],
  });
});

describe('the head and the count of lines', () => {
  test('are the first 15 lines at 200 characters, and all lines', () => {
    const script = withLines(
      ...Array.from({ length: 30 }, (_, index) => `${index} ${'ä'.repeat(300)}`),
    );
    expect(script.head).toHaveLength(15);
    expect(script.head[14]).toBe(`13 ${'ä'.repeat(197)}…`);
    expect(script).toMatchObject({ lines: 32, longLines: 30 });
  });

  test.each([
    ['#!/bin/sh', 1],
    ['#!/bin/sh\n', 1],
    ['#!/bin/sh\n\n', 2],
    ['#!/bin/sh\nx', 2],
    ['', 0],
  ])('%j has %d lines', (text, lines) => {
    expect(read(text).lines).toBe(lines);
  });
});

test.each([
  [200, 'ä', 0],
  [201, 'ä', 1],
  [201, '😀', 1],
  [200, '😀', 0],
  [200, '\t', 0],
  [100_000, ' ', 1],
])('a line of %d times %j: %d longer than shown', (length, character, longLines) => {
  expect(withLines(character.repeat(length))).toMatchObject({ longLines });
});

describe('refused, since Slurm surely would', () => {
  const script = '#!/bin/bash\necho\n';
  test.each<[string, string | Uint8Array, string[]]>([
    ['no #! line', 'echo hello\n', ['shebang']],
    ['a byte order mark', `\ufeff${script}`, ['bom']],
    ['a blank line before', `\n${script}`, ['space']],
    ['a space before', ` ${script}`, ['space']],
    ['DOS line endings', script.replaceAll('\n', '\r\n'), ['dos']],
    ['one DOS line ending', '#!/bin/bash\r\necho\necho\n', ['dos']],
    ['a DOS line ending in the middle', '#!/bin/bash\necho\r\necho\n', ['dos']],
    ['nothing in it', '', ['empty']],
    ['white space only', ' \t\r\n\n', ['blank']],
    ['a NUL', '#!/bin/bash\necho \0\n', ['nul']],
    ['Latin-1 text', Buffer.from('#!/bin/bash\necho Größe\n', 'latin1'), ['not utf-8']],
    ['half a character at the end', Buffer.from('#!/bin/bash\n# ö').subarray(0, -1), ['not utf-8']],
    ['UTF-16', Buffer.from(`\ufeff${script}`, 'utf16le'), ['utf-16']],
    ['UTF-16 without a mark', Buffer.from(script, 'utf16le'), ['binary']],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]), ['binary']],
    ['a PNG', Buffer.from('\x89PNG\r\n\x1a\n\0\0', 'latin1'), ['binary']],
    ['a web page', '\n<!DOCTYPE html>\n<html><body>Sign in</body></html>', ['html']],
    ['a web page without a doctype', '<HTML lang="en">', ['html']],
    ['two at once', '\r\necho\r\n', ['shebang', 'dos']],
    ['too many bytes', `#!/bin/bash\n${'#'.repeat(maxBytes)}`, ['too large']],
  ])('%s', (_name, text, kinds) => {
    const { refusals } = read(text);
    expect(refusals.map(({ kind }) => kind)).toEqual(kinds);
    expect(refusals.every(({ line }) => line === null)).toBe(true);
  });

  test('the sentences say what it is and what to do', () => {
    expect(read('echo\n').refusals[0]?.sentence).toBe(
      'The first line must start with #! and the path of an interpreter, for instance #!/bin/bash.',
    );
    expect(readScript(Buffer.from('#!/bin/sh\n'), { maxBytes: 9 }).refusals).toEqual([
      { kind: 'too large', line: null, sentence: 'The file has 10 bytes; at most 9 are taken.' },
    ]);
  });

  test('a script of exactly the limit is taken', () => {
    expect(readScript(Buffer.from('#!/bin/sh\n'), { maxBytes: 10 }).refusals).toEqual([]);
  });
});

describe('DOS line endings', () => {
  const dos = '#!/bin/bash\r\n#SBATCH -J crlf\r\necho a\rb\r\n';
  const unix = '#!/bin/bash\n#SBATCH -J crlf\necho a\rb\n';

  test('do not hide what the script asks for', () => {
    const script = read(dos);
    expect(script.jobName).toBe('crlf');
    expect(script.head[0]).toBe('#!/bin/bash');
  });

  test('are gone from what is shown, counted and hashed once they are converted', () => {
    expect(read(dos, true)).toEqual(read(unix));
    expect(read(unix).refusals).toEqual([]);
  });
});

describe('taken, but with a warning', () => {
  test.each<[string, string[], [string, number | null][]]>([
    ['#SBATCH after the first command', ['set -e', '#SBATCH --mem=4G'], [['late', 3]]],
    ['# SBATCH', ['# SBATCH --mem=4G'], [['lookalike', 2]]],
    ['#sbatch', ['#sbatch --mem=4G'], [['lookalike', 2]]],
    ['##SBATCH', ['##SBATCH --mem=4G'], [['lookalike', 2]]],
    ['an indented #SBATCH', ['  #SBATCH --mem=4G'], [['lookalike', 2]]],
    ['#PBS', ['#PBS -N pbs'], [['pbs', 2]]],
    ['#PBS after the first command', ['set -e', '#PBS -N pbs'], [['pbs', 3]]],
    ['--time=1:00', ['#SBATCH --time=1:00'], [['minutes', 2]]],
    ['-t 1:30', ['', '#SBATCH -t 1:30'], [['minutes', 3]]],
    ['--time=0', ['#SBATCH --time=0'], [['no limit', 2]]],
    ['--time=00:00:00', ['#SBATCH --time=00:00:00'], [['no limit', 2]]],
    ['--time=UNLIMITED', ['#SBATCH --time=UNLIMITED'], [['no limit', 2]]],
    ['--time=abc', ['#SBATCH --time=abc'], [['time', 2]]],
    ['--time=2h', ['#SBATCH --time=2h'], [['time', 2]]],
    ['--time=', ['#SBATCH --time='], [['time', 2]]],
    ['--parsable', ['#SBATCH --parsable'], [['parsable', 2]]],
    ['--wait', ['#SBATCH --wait'], [['wait', 2]]],
    ['-W', ['#SBATCH -W'], [['wait', 2]]],
    ['--test-only', ['#SBATCH --test-only'], [['test-only', 2]]],
    ['-time=1', ['#SBATCH -time=1'], [['single dash', 2]]],
    ['-output=x', ['#SBATCH -output=x'], [['single dash', 2]]],
    ['-p=gpu', ['#SBATCH -p=gpu'], [['single dash', 2]]],
    ['smart quotes', ['#SBATCH --comment=“gpu”'], [['smart quotes', 2]]],
    ['$HOME', ['#SBATCH --output=$HOME/out'], [['variable', 2]]],
    ['$USER in a quoted value', ['#SBATCH -o "out of $USER"'], [['variable', 2]]],
    ['an en dash', ['#SBATCH –time=1'], [['dash', 2]]],
    ['an unquoted name with a space', ['#SBATCH --job-name=my job'], [['stray', 2]]],
    ['blank space around =', ['#SBATCH --mem = 4G'], [['stray', 2]]],
    ['--array=1, 3, 5', ['#SBATCH --array=1, 3, 5'], [['stray', 2]]],
    ['an unmatched quote', ['#SBATCH --comment="open'], [['quote', 2]]],
    ['a job name beyond ASCII', ['#SBATCH -J größe'], [['job name', 2]]],
    ['a job name that reads like an error', ['#SBATCH -J "No such file"'], [['job name', 2]]],
  ])('%s', (_name, lines, expected) => {
    const script = withLines(...lines);
    expect(findings(script)).toEqual(expected);
    expect(script.refusals).toEqual([]);
  });

  test('CR alone as line ending, about the whole file', () => {
    const script = read('#!/bin/bash\r#SBATCH -J x\recho\r');
    expect(findings(script)).toEqual([['cr', null]]);
    expect(script).toMatchObject({ refusals: [], jobName: null, lines: 1 });
  });

  test('more bytes than Slurm takes by default, where the setting allows them', () => {
    const large = Buffer.concat([Buffer.from('#!/bin/bash\n'), Buffer.alloc(4_194_304, '#')]);
    const script = readScript(large, { maxBytes: 10_485_760 });
    expect(findings(script)).toEqual([['large', null]]);
    expect(script.refusals).toEqual([]);
  });

  test.each([
    [
      ['set -e', '#SBATCH --mem=4G'],
      '#SBATCH --mem comes after the first command (line 2), so Slurm ignores it.',
    ],
    [['#SBATCH --time=1:00'], '--time=1:00 means 1 min. For hours write 1:00:00.'],
    [['#SBATCH -t 01:30'], '--time=01:30 means 1 min and 30 s. For hours write 01:30:00.'],
    [
      ['#SBATCH -time=1'],
      '-time=1 has a single dash, so Slurm takes "ime=1" for the value of --time. Write --time=1.',
    ],
    [[' #SBATCH -n 3'], 'Blank space stands before #SBATCH -n 3, so it is a comment to Slurm.'],
    [
      ['#PBS -l walltime=1:00:00'],
      '#PBS -l walltime=1:00:00 is a directive of PBS, which Slurm honours, too, and prefers to #SBATCH.',
    ],
  ])('%j: %s', (lines, sentence) => {
    expect(withLines(...lines).warnings.map((warning) => warning.sentence)).toEqual([sentence]);
  });

  test('at most twenty are kept, and the rest counted', () => {
    const { warnings } = withLines(
      'set -e',
      ...Array.from({ length: 45 }, () => '#SBATCH --mem=4G'),
    );
    expect(warnings).toHaveLength(21);
    expect(warnings[19]).toMatchObject({ kind: 'late', line: 22 });
    expect(warnings[20]).toEqual({
      kind: 'more',
      line: null,
      sentence: 'There are 25 more things like these, which are not shown.',
    });
  });

  test('a long value is quoted in part', () => {
    const [warning] = withLines(`#SBATCH --output=$HOME/${'x'.repeat(3000)}`).warnings;
    expect(warning?.sentence.length).toBeLessThan(160);
  });
});

describe('nothing to warn about', () => {
  test.each([
    [['#SBATCH --time=1-00:00:00', '#SBATCH --time-min=1:00']],
    [['#SBATCH --time=90']],
    [['# sbatch this with care', '# SBATCH is read by Slurm']],
    [['cat <<END', '# SBATCH --mem=4G', '  #SBATCH --mem=4G', 'END']],
    [['#SBATCH --array=1,3,5']],
    [['#SBATCH --dependency=afterok:12']],
    [['#SBATCH --comment="costs $5"']],
    [['#SBATCH --partition=nowhere']],
    [['#SBATCH --walltime=1']],
  ])('%j', (lines) => {
    expect(findings(withLines(...lines))).toEqual([]);
  });
});
