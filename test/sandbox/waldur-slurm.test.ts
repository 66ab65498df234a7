import { describe, expect, test } from '@jest/globals';
import { startClock } from '../../sandbox/waldur/clock.ts';
import { demoSeed } from '../../sandbox/waldur/demo-seed.ts';
import { SeedSchema } from '../../sandbox/waldur/seed.ts';
import { startSlurm } from '../../sandbox/waldur/slurm.ts';

/** A cluster of its own that notes every change as "id STATE". */
function cluster() {
  const [seed] = SeedSchema.parse({ ...demoSeed, history: 0 }).clusters;
  if (!seed) throw new Error('the demo has no cluster');
  const changes: string[] = [];
  const clock = startClock(0);
  const slurm = startSlurm({ ...seed, firstJobId: 1 }, clock, (id, state) => {
    changes.push(`${id} ${state}`);
  });
  const sbatch = (script: string | Buffer) => slurm.sbatch('ana', Buffer.from(script), 'job.sh');
  return { clock, slurm, changes, sbatch };
}

const SHEBANG = '#!/bin/bash\n';
const FAILED = 'sbatch: error: Batch job submission failed: ';

describe('refuses in Slurm 22.05 its own words', () => {
  const noScript = [
    'sbatch: error: This does not look like a batch script.  The first',
    'sbatch: error: line must start with #! followed by the path to an interpreter.',
    'sbatch: error: For instance: #!/bin/sh',
  ];
  test.each([
    ['nothing', '', ['sbatch: error: Batch script is empty!']],
    ['white space', ' \n\t\n', ['sbatch: error: Batch script contains only whitespace!']],
    ['no interpreter', 'echo hi\n', noScript],
    ['a byte order mark', `\uFEFF${SHEBANG}`, noScript],
    ['a blank line first', `\n${SHEBANG}`, noScript],
    [
      'DOS line endings on the first line only',
      '#!/bin/bash\r\nsleep 1\n',
      [
        'sbatch: error: Batch script contains DOS line breaks (\\r\\n)',
        'sbatch: error: instead of expected UNIX line breaks (\\n).',
      ],
    ],
    [
      'a NUL byte',
      `${SHEBANG}\0`,
      [
        "sbatch: error: The Slurm controller does not allow scripts that contain a NULL character '\\0'.",
      ],
    ],
    [
      'more than 4 MiB',
      SHEBANG + '#'.repeat(4_194_304),
      [`${FAILED}Pathname of a file, directory or other parameter too long`],
    ],
    [
      'an unknown option',
      `${SHEBANG}#SBATCH --walltime=01:00:00\n`,
      [
        "sbatch: unrecognized option '--walltime=01:00:00'",
        'Try "sbatch --help" for more information',
      ],
    ],
    ['-time=1', `${SHEBANG}#SBATCH -time=1\n`, ['sbatch: error: Invalid --time specification']],
    ['--time=2h', `${SHEBANG}#SBATCH --time=2h\n`, ['sbatch: error: Invalid --time specification']],
    ['--time=', `${SHEBANG}#SBATCH --time=\n`, ['sbatch: error: Invalid --time specification']],
    [
      '--mem=lots',
      `${SHEBANG}#SBATCH --mem=lots\n`,
      ['sbatch: error: Invalid --mem specification'],
    ],
    [
      'more memory than a node has',
      `${SHEBANG}#SBATCH --mem=2T\n`,
      [`${FAILED}Requested node configuration is not available`],
    ],
    [
      'an unknown partition',
      `${SHEBANG}#SBATCH -p nowhere\n`,
      [
        'sbatch: error: invalid partition specified: nowhere',
        `${FAILED}Invalid partition name specified`,
      ],
    ],
    [
      'an unknown account',
      `${SHEBANG}#SBATCH -A nobody\n`,
      [`${FAILED}Invalid account or account/partition combination specified`],
    ],
    [
      'a name with a space',
      `${SHEBANG}#SBATCH --job-name=my job\n`,
      ['sbatch: error: Invalid directive found in batch script: job'],
    ],
    [
      'spaces in a list',
      `${SHEBANG}#SBATCH --array=1, 3\n`,
      ['sbatch: error: Invalid directive found in batch script: 3'],
    ],
    [
      'an open quote',
      `${SHEBANG}#SBATCH --comment="x\n`,
      ['sbatch: fatal: job.sh: line 2: Unmatched `"` in [--comment="x]'],
    ],
    [
      'an array over MaxArraySize',
      `${SHEBANG}#SBATCH --array=1-5000\n`,
      [`${FAILED}Invalid job array specification`],
    ],
    [
      'a dependency on no job',
      `${SHEBANG}#SBATCH --dependency=afterok:abc\n`,
      [`${FAILED}Job dependency problem`],
    ],
  ])('%s', (_, script, stderr) => {
    expect(cluster().sbatch(script)).toMatchObject({ id: null, stderr });
  });
});

describe('reads directives as sbatch does', () => {
  test.each([
    ['a quoted name', `${SHEBANG}#SBATCH --job-name="my job" # why\n`, 'my job'],
    ['two options on a line, after a tab', `${SHEBANG}#SBATCH\t-t 5 -Jshort\n`, 'short'],
    ['the last of several', `${SHEBANG}#SBATCH -J a\n#SBATCH --job-name b\n`, 'b'],
    ['not after the first command', `${SHEBANG}set -e\n#SBATCH -J late\n`, 'job.sh'],
    [
      'not indented, not lower-case, not with a space',
      `${SHEBANG} #SBATCH -J a\n#sbatch -J b\n# SBATCH -J c\n`,
      'job.sh',
    ],
    ['PBS, which wins', `${SHEBANG}#SBATCH -J slurm\n#PBS -N pbs\n`, 'pbs'],
  ])('%s', (_, script, name) => {
    const { slurm, sbatch } = cluster();
    sbatch(script);
    expect(slurm.all()).toEqual([{ id: '1', account: 'ana', name, state: 'PENDING' }]);
  });

  test('a warning does not keep the job from being accepted', () => {
    expect(cluster().sbatch(`${SHEBANG}#SBATCH -N2 -n1\n`)).toMatchObject({
      id: '1',
      stderr: ["sbatch: Warning: can't run 1 processes on 2 nodes, setting nnodes to 1"],
    });
  });
});

describe('moves jobs as their script says', () => {
  test.each([
    ['sleep and success', 'sleep 30\n', ['PENDING', 'RUNNING', 'COMPLETED']],
    ['an exit code', 'sleep 1; exit 3\n', ['PENDING', 'RUNNING', 'FAILED']],
    ['an exit code that is 0 again', 'exit 256\n', ['PENDING', 'RUNNING', 'COMPLETED']],
    ['a time limit', '#SBATCH -t 1\nsleep 1h\n', ['PENDING', 'RUNNING', 'COMPLETING', 'TIMEOUT']],
    [
      '--time=1:00 is a minute',
      '#SBATCH --time=1:00\nsleep 61\n',
      ['PENDING', 'RUNNING', 'COMPLETING', 'TIMEOUT'],
    ],
    ['a forced end', '# sandbox: CANCELLED by 1000\n', ['PENDING', 'RUNNING', 'CANCELLED by 1000']],
    [
      'too much memory',
      '#SBATCH --mem=1G\n# sandbox: memory 2G\n',
      ['PENDING', 'RUNNING', 'OUT_OF_MEMORY'],
    ],
    [
      'a requeue',
      '# sandbox: requeue\n',
      ['PENDING', 'RUNNING', 'PENDING', 'RUNNING', 'COMPLETED'],
    ],
    [
      'a node that fails, and a second try',
      '# sandbox: NODE_FAIL\n# sandbox: requeue\n',
      ['PENDING', 'RUNNING', 'NODE_FAIL', 'PENDING', 'RUNNING', 'COMPLETED'],
    ],
    [
      'a state in between',
      '# sandbox: state SUSPENDED 20\n',
      ['PENDING', 'RUNNING', 'SUSPENDED', 'COMPLETED'],
    ],
    ['over the limit of the partition: for ever pending', '#SBATCH -t 9-0\n', ['PENDING']],
    ['no time at all: for ever pending', '#SBATCH --time=0\n', ['PENDING']],
    ['more nodes than there are: for ever pending', '#SBATCH -N 99\n', ['PENDING']],
  ])('%s', (_, body, states) => {
    const { clock, changes, sbatch } = cluster();
    sbatch(SHEBANG + body);
    clock.advance(86_400);
    expect(changes).toEqual(states.map((state) => `1 ${state}`));
  });

  test('an interpreter that no node has fails at once', () => {
    const { clock, changes, sbatch } = cluster();
    sbatch('#!/opt/nowhere/python\nsleep 1000\n');
    clock.advance(6);
    expect(changes.at(-1)).toBe('1 FAILED');
  });

  test('waits and runs for as long as the script says, and not a second less', () => {
    const { clock, slurm, sbatch } = cluster();
    sbatch(`${SHEBANG}# sandbox: queue 100\nsleep 2m\n`);
    const states = [99, 2, 118, 2].map((seconds) => {
      clock.advance(seconds);
      return slurm.sacct('1');
    });
    expect(states).toEqual(['PENDING', 'RUNNING', 'RUNNING', 'COMPLETED']);
  });

  test('the queue shows waiting tasks of an array in brackets that shrink', () => {
    const { clock, slurm, sbatch } = cluster();
    sbatch(`${SHEBANG}#SBATCH -J arr --array=1-4%2\nsleep 10\n`);
    const queues = [0, 6, 10, 10].map((seconds) => {
      clock.advance(seconds);
      return slurm.squeue('ana').map((row) => `${row.id} ${row.state}`);
    });
    expect(queues).toEqual([
      ['1_[1-4%2] PENDING'],
      ['1_[3-4%2] PENDING', '1_1 RUNNING', '1_2 RUNNING'],
      ['1_3 RUNNING', '1_4 RUNNING'],
      [],
    ]);
  });

  test('people see their own queue, without ended jobs', () => {
    const { clock, slurm, sbatch } = cluster();
    sbatch(`${SHEBANG}sleep 1\n`);
    slurm.sbatch('ben', Buffer.from(`${SHEBANG}sleep 100\n`), 'job.sh');
    clock.advance(20);
    expect([slurm.squeue('ana'), slurm.squeue('ben')]).toEqual([
      [],
      [{ id: '2', name: 'job.sh', state: 'RUNNING' }],
    ]);
  });
});
