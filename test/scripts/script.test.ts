import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { toUnix } from '../../src/scripts/lines.ts';
import { allFindings, readScript, type Script } from '../../src/scripts/script.ts';

const maxBytes = 1_048_576;

function read(script: string | Uint8Array, convert = false): Script {
  const bytes = Buffer.from(script);
  return readScript(convert ? toUnix(bytes) : bytes, { maxBytes });
}

/** A script that Slurm takes, with these lines after its first one. */
function withLines(...lines: string[]): Script {
  return read(['#!/bin/bash', ...lines, 'echo done', ''].join('\n'));
}

/** All that was found, by kind: its level and its lines. */
function found(script: Script): Record<string, [string, number[]]> {
  const entries = allFindings(script).map(({ kind, level, lines }) => [kind, [level, lines]]);
  return Object.fromEntries(entries);
}

test('a script as it should be', () => {
  const text = '#!/bin/bash\n#SBATCH --job-name=train\n#SBATCH -p gpu\nsrun ./train\n';
  expect(read(text)).toEqual({
    jobName: 'train',
    options: { 'job-name': 'train', partition: 'gpu' },
    optionLines: { 'job-name': 2, partition: 3 },
    components: [expect.objectContaining({ partition: 'gpu', minutes: null, memory: null })],
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
    expect(refusals.every(({ level, lines }) => level === 'impossible' && lines.length === 0)).toBe(
      true,
    );
  });

  test('the sentences say what it is and what to do', () => {
    expect(read('echo\n').refusals[0]?.sentence).toBe(
      'The first line must start with #! and the path of an interpreter, for instance #!/bin/bash.',
    );
    expect(readScript(Buffer.from('#!/bin/sh\n'), { maxBytes: 9 }).refusals).toEqual([
      {
        ...{ kind: 'too large', level: 'impossible', lines: [], more: 0 },
        sentence: 'The file has 10 bytes; at most 9 are taken.',
      },
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

  test('disappear from the shown, counted and hashed script once they are converted', () => {
    expect(read(dos, true)).toEqual(read(unix));
    expect(read(unix).refusals).toEqual([]);
  });
});

const W = 'warning';
const R = 'refused';

describe('found in the directives', () => {
  test.each<[string, string[], Record<string, [string, number[]]>]>([
    ['#SBATCH after the first command', ['set -e', '#SBATCH --mem=4G'], { late: [W, [3]] }],
    ['several of them', ['a', '#SBATCH -n 4', '', '#SBATCH -c 2'], { late: [W, [3, 5]] }],
    ['# SBATCH', ['# SBATCH --mem=4G'], { lookalike: [W, [2]] }],
    ['#SBACTH', ['#SBACTH -n 10'], { lookalike: [W, [2]] }],
    ['YOUR_ACCOUNT', ['#SBATCH -A YOUR_ACCOUNT'], { placeholder: [W, [2]] }],
    ['#sbatch', ['#sbatch --mem=4G # enough'], { lookalike: [W, [2]] }],
    ['an indented #SBATCH', ['  #SBATCH --mem=4G'], { lookalike: [W, [2]] }],
    ['#PBS', ['#PBS -N pbs', '#PBS -l walltime=1:00:00'], { foreign: [W, [2, 3]] }],
    ['#PBS after the first command', ['set -e', '#PBS -N pbs'], { foreign: [W, [3]] }],
    ['#BSUB', ['#BSUB -W 6:00'], { foreign: [W, [2]] }],
    [
      'a word that PBS does not have',
      ['#PBS -Y x'],
      { 'foreign value': [R, [2]], foreign: [W, [2]] },
    ],
    ['#SBATCiH', ['#SBATCiH -n 10', '#SBATXCH -N 1', '#SATCH -t 5'], { lookalike: [W, [2, 3, 4]] }],
    ['switched off by a letter', ['#xSBATCH -n 10', '#NOSBATCH -N 1', '#SEARCH -t 5'], {}],
    ['two directives on a line', ['#SBATCH -o x #SBATCH -t 5'], { lookalike: [W, [2]] }],
    ['another choice beside a directive', ['#SBATCH -t 9 #SBATCH -t 5', '#SBATCH -n 4 # -t'], {}],
    [
      'fewer nodes than are named',
      ['#SBATCH -w n1,n2', '#SBATCH -N 1'],
      { 'few nodes': [W, [2, 3]] },
    ],
    ['named nodes in brackets', ['#SBATCH -w n[01-03,7],m -N 1-3'], { 'few nodes': [W, [2]] }],
    ['as many nodes as are named', ['#SBATCH -w n[1-2],n1,n2 -N 2'], {}],
    ['more nodes than are named', ['#SBATCH -w n1,n2 -N 1-3'], {}],
    ['a file of nodes', ['#SBATCH -w ./a,b -N 1'], {}],
    ['fewer tasks than named nodes', ['#SBATCH -w n1,n2 -n 1'], { 'few tasks': [W, [2]] }],
    ['fewer tasks than nodes', ['#SBATCH -n 1', '#SBATCH -N2-4'], { 'few tasks': [W, [2, 3]] }],
    [
      'fewer tasks than nodes of PBS',
      ['#PBS -l select=2', '#SBATCH -n 1'],
      { foreign: [W, [2]], 'few tasks': [W, [2, 3]] },
    ],
    ['as many tasks as nodes, or no number', ['#SBATCH -N 2 -n 2', '#SBATCH -N 0'], {}],
    ['nodes alone', ['#SBATCH -N 2 --ntasks-per-node=1'], {}],
    ['a least time above the limit', ['#SBATCH --time-min=10 -t 5'], { together: [R, [2]] }],
    ['a least time', ['#SBATCH --time-min=10 -t 20'], {}],
    ['--time=1:00', ['#SBATCH --time=1:00'], { minutes: [W, [2]] }],
    ['10:00 with a comment of hours', ['#SBATCH -t 10:00 # 10 hours'], { minutes: [W, [2]] }],
    ['10:00 below a comment of hours', ['# 10 hours', '#SBATCH -t 10:00'], { minutes: [W, [3]] }],
    ['24:00 with hh:mm', ['#SBATCH --time=24:00 # HH:MM'], { minutes: [W, [2]] }],
    ['--mem=64', ['#SBATCH --mem=64'], { megabytes: [W, [2]] }],
    ['--mem-per-cpu=4', ['#SBATCH --mem-per-cpu=4'], { megabytes: [W, [2]] }],
    ['--time=0', ['#SBATCH --time=0'], { 'no limit': [W, [2]] }],
    ['--time=2h', ['#SBATCH --time=2h'], { time: [R, [2]] }],
    ['--mem=1.5G', ['#SBATCH --mem=1.5G'], { mem: [R, [2]] }],
    [
      '--time=:30, which some take',
      ['#SBATCH --time=:30'],
      { version: [W, [2]], 'no limit': [W, [2]] },
    ],
    ['--time=10:, which none take', ['#SBATCH --time=10:'], { time: [R, [2]] }],
    ['#SLURM, of which Slurm complains', ['#SLURM -t 5'], { '#SLURM': [W, [2]] }],
    ['no number of tasks', ['#SBATCH --gpus-per-task=1 -c 4'], { tasks: [W, [2]] }],
    ['--exclusive=topo, which is new', ['#SBATCH --exclusive=topo'], { version: [W, [2]] }],
    ['--exclusive -s, which some take', ['#SBATCH --exclusive -s'], { together: [W, [2]] }],
    [
      '--mem with -M of bsub',
      ['#SBATCH --mem=1G', '#BSUB -M 4000'],
      { together: [R, [2, 3]], foreign: [W, [3]] },
    ],
    ['a mail type that is none', ['#SBATCH --mail-type=END,DONE'], { version: [W, [2]] }],
    ['--parsable', ['#SBATCH --parsable'], { parsable: [W, [2]] }],
    ['-W', ['#SBATCH -W'], { wait: [W, [2]] }],
    ['--test-only', ['#SBATCH --test-only'], { 'test-only': [R, [2]] }],
    ['-time=1', ['#SBATCH -time=1'], { time: [R, [2]] }],
    ['-p=gpu', ['#SBATCH -p=gpu'], { 'single dash': [W, [2]] }],
    ['-output=x', ['#SBATCH -output=x'], { 'single dash': [W, [2]] }],
    ['smart quotes', ['#SBATCH --output=“gpu”'], { 'smart quotes': [W, [2]] }],
    ['$HOME', ['#SBATCH --output=$HOME/out'], { variable: [W, [2]] }],
    ['a placeholder', ['#SBATCH --account=<account>'], { placeholder: [W, [2]] }],
    ['a name in brackets', ['#SBATCH -J [job_name]'], { placeholder: [W, [2]] }],
    ['a no-break space', ['#SBATCH -p gpu\u00a0'], { invisible: [W, [2]] }],
    ['an en dash', ['#SBATCH –time=1'], { stray: [R, [2]] }],
    ['an unquoted name with a space', ['#SBATCH --job-name=my job'], { stray: [R, [2]] }],
    [
      'values with a grammar of their own',
      [
        ...['--begin=16', '--begin=now+1h', '--acct=bio', '--cpu-freq=fast', '-B x'],
        ...['--profile=x', '--priority=-1', '-m ring', '--signal=USR3', '-d afterok:x'],
        ...['--hint=fast', '--exclusive=me', '--mail-type=x', '-k9', '--open-mode=new'],
      ].map((each) => `#SBATCH ${each}`),
      { value: [R, [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]] },
    ],
    ['an unmatched quote', ['#SBATCH --comment="open'], { quote: [R, [2]] }],
    ['an unknown option', ['#SBATCH --walltime=1', '#SBATCH --share'], { unknown: [R, [2, 3]] }],
    ['an option that fits several', ['#SBATCH --gpu=1'], { ambiguous: [R, [2]] }],
    ['no value', ['#SBATCH -A'], { missing: [R, [2]] }],
    ['a value too many', ['#SBATCH --hold=yes'], { 'unwanted value': [R, [2]] }],
    [
      'a value on the next line',
      ['#SBATCH -A', '#SBATCH -p gpu'],
      { swallowed: [W, [2]], stray: [R, [3]] },
    ],
    [
      'two kinds of memory',
      ['#SBATCH --mem=4G', '#SBATCH --mem-per-cpu=1G'],
      { together: [R, [2, 3]] },
    ],
    ['a backslash and no directive', ['#SBATCH -n 4 \\', '  --mem=4G'], { backslash: [W, [2]] }],
    ['a job name beyond ASCII', ['#SBATCH -J größe'], { 'job name': [W, [2]] }],
    ['a | in a job name', ['#SBATCH -J "a|b"'], { 'job name': [W, [2]] }],
    [
      'a job name that reads like an error',
      ['#SBATCH -J "No such file"'],
      { 'job name': [W, [2]] },
    ],
  ])('%s', (_name, lines, expected) => {
    expect(found(withLines(...lines))).toEqual(expected);
  });

  test.each([
    ['#!/bin/bash#SBATCH -n 2\n', ['interpreter']],
    ['#!/bin/bash--login\n', ['interpreter']],
    ['#!/bin/bash # a comment\n', ['interpreter']],
    ['#!/usr/bin/env bash -l\n', ['interpreter']],
    ['#!/bin/bash\\\n', ['interpreter']],
    ['#!/bin/bash\u00a0\n', ['interpreter']],
    ['#!bash\n', ['interpreter']],
    ['#! /bin/bash -l \n', []],
    ['#!/usr/bin/env -S bash -l\n', []],
    ['#!/opt/conda/bin/python3.11 -u\n', []],
  ])('the first line %j', (text, kinds) => {
    expect(read(text).warnings.map(({ kind }) => kind)).toEqual(kinds);
  });

  test('CR alone as line ending, about the whole file', () => {
    const script = read('#!/bin/bash\r#SBATCH -J x\recho\r');
    expect(found(script)).toEqual({ cr: [W, []] });
    expect(script).toMatchObject({ refusals: [], jobName: null, lines: 1 });
  });

  test('more bytes than Slurm takes by default, if the setting allows them', () => {
    const large = Buffer.concat([Buffer.from('#!/bin/bash\n'), Buffer.alloc(4_194_304, '#')]);
    const script = readScript(large, { maxBytes: 10_485_760 });
    expect(found(script)).toEqual({ large: [W, []] });
  });

  test.each([
    [
      ['set -e', '#SBATCH --mem=4G'],
      'Slurm ignores this, since it comes after the first command (line 2). Move it up.',
    ],
    [['#SBATCH --time=1:00'], '--time=1:00 means 1 min. For hours write 1:00:00.'],
    [['#SBATCH --mem=64'], '--mem=64 means 64 MB. Did you mean 64G?'],
    [['#SBATCH --time=2h'], 'Slurm refuses --time=2h. Did you mean --time=2:00:00?'],
    [['#SBATCH -time=90'], 'Slurm refuses -time=90. Did you mean --time=90?'],
    [['#SBATCH --mem=16GiB'], 'Slurm refuses --mem=16GiB. Did you mean --mem=16G?'],
    [['#SBATCH --array=1–10'], 'Slurm refuses --array=1–10. Did you mean --array=1-10?'],
    [
      ['#SBATCH --mem=4G\u00a0'],
      'Slurm refuses --mem=4G. There is an unusual blank character in it. Write --mem=4G.',
    ],
    [
      ['#SBATCH --nodes={{n}}'],
      'Slurm refuses --nodes={{n}}. It is a placeholder that was not replaced.',
    ],
    [['#SBATCH --jobname=x'], 'sbatch has no option --jobname. Did you mean --job-name=x?'],
    [
      ['#SBATCH --container-image=x'],
      'sbatch itself has no option --container-image, but a plugin of your cluster may add it.',
    ],
    [
      ['#SBATCH --image=docker:x'],
      'sbatch itself has no option --image, but a plugin of your cluster may add it.',
    ],
    [['#SBATCH --pty'], '--pty is an option of srun; sbatch has none of that name.'],
    [
      ['#SBATCH --gpu=1'],
      'Slurm refuses --gpu=1, which may stand for --gpus, --gpu-bind, --gpu-freq …. Did you mean --gpus=1?',
    ],
    [
      ['#SBATCH --array=1, 3'],
      '3 is no option, so Slurm refuses the script. Did you mean --array=1,3?',
    ],
    [[' #SBATCH -n 3'], 'Blank space stands before #SBATCH, so Slurm ignores the line.'],
    [
      ['#SBATCH -t 5', '#PBS -l walltime=1:00:00'],
      'Slurm reads #PBS lines, too, and takes them rather than #SBATCH. If they are left from another cluster, take them out.',
    ],
  ])('%j: %s', (lines, sentence) => {
    expect(allFindings(withLines(...lines)).map((finding) => finding.sentence)).toEqual([sentence]);
  });

  test('a value of #PBS is named with the option to which Slurm translates it', () => {
    const { refusals } = withLines('#PBS -l select=1:ncpus=16:mem=256gb:scratch_ssd=420gb');
    expect(refusals.map(({ sentence }) => sentence)).toEqual([
      'Slurm refuses --mem=256gb:scratch_ssd=420g. Write a whole number and K, M, G or T.',
    ]);
  });

  test('suggestions are looked for a hundred times', () => {
    const many = Array.from(
      { length: 150 },
      (_, index) => `#SBATCH --gpu=${index} --hold=${index}`,
    );
    const { refusals } = withLines(...many);
    expect(refusals).toEqual([
      expect.objectContaining({ kind: 'ambiguous', more: 140 }),
      expect.objectContaining({ kind: 'unwanted value', more: 140 }),
    ]);
    expect(refusals[1]?.sentence).toMatch(/^--hold takes no value, .* And 147 more like this\.$/);
  });

  test('refusals come first, and of warnings the worst', () => {
    const script = withLines(
      '#SBATCH -J größe -o $HOME/x',
      '#SBATCH --mem=64 --bogus --parsable',
      'set -e',
      '#SBATCH -n 4',
    );
    expect(allFindings(script).map(({ kind }) => kind)).toEqual([
      ...['unknown', 'parsable', 'late', 'megabytes', 'job name', 'variable'],
    ]);
  });

  test('ten lines of a kind are named, and the rest counted', () => {
    const { warnings } = withLines('set -e', ...Array.from({ length: 45 }, () => '#SBATCH -n 4'));
    expect(warnings).toEqual([
      expect.objectContaining({ kind: 'late', lines: [3, 4, 5, 6, 7, 8, 9, 10, 11, 12], more: 35 }),
    ]);
  });

  test('a long value is quoted in part', () => {
    const [warning] = withLines(`#SBATCH --output=$HOME/${'x'.repeat(3000)}`).warnings;
    expect(warning?.sentence.length).toBeLessThan(160);
  });
});

describe('nothing to find', () => {
  test.each([
    [['#SBATCH --time=1-00:00:00', '#SBATCH --time-min=1:00']],
    [['#SBATCH --time=90']],
    [['#SBATCH --time=10:00', '#SBATCH -t 30:00 # 30 minutes, HH:MM:SS']],
    [['#SBATCH --time=00:01:00']],
    [['#SBATCH --mem=0']],
    [['#SBATCH --mem=4000']],
    [['#SBATCH --mem=100   # maximum 100M per job']],
    [['#SBATCH --mem-per-cpu=500']],
    [['# sbatch this with care', '# SBATCH is read by Slurm']],
    [['#   sbatch --array=1-3 this.sh', '# sbatch -n 4 x.sh']],
    [['##SBATCH --mem=4G', '## SBATCH --mem=4G', '###SBATCH -n 4', '#-SBATCH -n 4']],
    [['# SBATCH --mem=4G', '#SBATCH --mem=8G']],
    [['# For more memory:', '# SBATCH --mem=4G']],
    [['# SBATCH --ntasks=1 (for a single task)']],
    [['# SBATCH --bogus=1']],
    [['cat <<END', '# SBATCH --mem=4G', '  #SBATCH --mem=4G', 'END']],
    [['cat <<END > child.sh', '#!/bin/bash', '#SBATCH --mem=4G', 'END']],
    [["cat <<-'E O F'", '#SBATCH --mem=4G', '\tE O F']],
    [['text="', '#SBATCH --mem=4G', '"']],
    [["text='it", '#SBATCH --mem=4G', "'"]],
    [['```{bash}', '#SBATCH --mem=4G', '```']],
    [['echo', '#SBATCH directives above', '#SBATCH']],
    [['echo', '##SBATCH --mem=4G', '    #SBATCH --mem=4G']],
    [['#SBATCH --array=1,3,5']],
    [['#SBATCH --array=[1-10]']],
    [['#SBATCH -w node[1-3] -C "[a|b]" -x n1']],
    [['#SBATCH --dependency=afterok:12:13,afterany:14_2']],
    [['#SBATCH --comment="costs $5 <b>"']],
    [['#SBATCH --partition=nowhere']],
    [['#SBATCH --mem=4G \\', '#SBATCH -n 4']],
    [['#SBATCH --ignore-pbs', '#PBS -N "x', '#BSUB -Y']],
    [['#SBATCH --begin=12/31 --deadline=now+2weeks', '#SBATCH -b tomorrow']],
    [['#SBATCH --cpu-freq=low-high:performance -B 2:4:* --profile=task --acctg-freq=task=30,10']],
    [['#SBATCH -m plane=4', '#SBATCH -m cyclic:block,nopack', '#SBATCH -m pack']],
    [['#PBS -V', '#PBS -j oe']],
    [['#SBATCH --job-name=hetjob_mpi --output=hetjob_%j.log', '#SBATCH --comment="a hetjob"']],
    [['#SBATCH -t UNLIMITED']],
    [['#SBATCH --segment=4 --oom-kill-step=1 --tres-per-task=gres/gpu:1']],
    [["# don't", "echo $# a#b # isn't", 'y=$((1<<3)); cat <<< "hi"', '##SBATCH -n 4']],
  ])('%j', (lines) => {
    expect(found(withLines(...lines))).toEqual({});
  });

  test('in a docstring of Python, and in an unknown language', () => {
    const lines = ['x = """', '#SBATCH -n 4', '"""', "y = 'it' # don't", ''].join('\n');
    expect(read(`#!/usr/bin/env python3\n${lines}`).warnings).toEqual([]);
    expect(found(read(`#!/usr/bin/env python3\n${lines}#SBATCH -n 4\n`))).toEqual({
      late: [W, [6]],
    });
    expect(read('#!/usr/bin/lua\nx = 1\n#SBATCH -n 4\n').warnings).toEqual([]);
  });

  test('after a here-document has ended, a late directive is one again', () => {
    const lines = ['cat <<A <<"B"', '#SBATCH -n 1', 'A', '#SBATCH -n 2', 'B', '#SBATCH -n 3'];
    expect(found(withLines(...lines))).toEqual({ late: [W, [7]] });
  });
});
