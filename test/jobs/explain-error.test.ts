import { describe, expect, test } from '@jest/globals';
import { explainError } from '../../src/jobs/explain-error.ts';

const signIn = 'Sign in to Waldur through the cluster’s identity provider, then press Try again.';
const perhaps =
  'Slurm may have the job all the same: look for it in the queue before you submit it again.';

/** Messages as Waldur was recorded to give them, and what the person reads. */
describe('an error of Waldur', () => {
  test.each([
    [
      'OAuth token is not found',
      'sign-in',
      `Waldur has no sign-in to the cluster of yours. ${signIn}`,
    ],
    ['Access token is not found', 'sign-in', `your sign-in to the cluster has expired. ${signIn}`],
    [
      'Message: Unauthorized, status code: 401',
      'sign-in',
      `the cluster did not accept your sign-in (401). ${perhaps} If it is not there, sign in to Waldur through the cluster’s identity provider first.`,
    ],
    [
      'Service does not have Firecrest API URL',
      'operator',
      'this Waldur does not know how to reach the cluster (no FirecREST address is set). Tell the people who run Waldur.',
    ],
    [
      'Message: Forbidden, status code: 403',
      'operator',
      `the cluster did not let you in (403). ${perhaps} If it is not there, ask the cluster’s support whether your account is active.`,
    ],
    [
      'Message: Internal Server Error, status code: 500',
      'operator',
      `the cluster’s interface failed (500). ${perhaps} If it fails again, tell the people who run the cluster.`,
    ],
    [
      'Message: Bad Gateway, status code: 502',
      'operator',
      `the cluster’s interface failed (502). ${perhaps} If it fails again, tell the people who run the cluster.`,
    ],
    [
      'Unable to perform Firecrest API request.',
      'operator',
      `Waldur could not talk to the cluster’s interface to the end. ${perhaps} If it fails again, tell the people who run Waldur.`,
    ],
    [
      'Message: Bad Request, status code: 400',
      'slurm',
      'the cluster refused the script without saying why, as it does with an empty one (400).',
    ],
    [
      'Message: Payload Too Large, status code: 413',
      'slurm',
      'the cluster refused the script as too large (413).',
    ],
    ['', 'unknown', 'Waldur could not hand it to the cluster and does not say why.'],
    ['Connection refused', 'unknown', 'Waldur could not hand it to the cluster.'],
    ['constructor', 'unknown', 'Waldur could not hand it to the cluster.'],
  ])('%s', (message, kind, sentence) => {
    const said = message === '' ? [] : [message];
    const isPerhaps = sentence.includes(perhaps);
    expect(explainError(message)).toEqual({ kind, sentence, said, perhaps: isPerhaps });
  });
});

describe('what Slurm said', () => {
  test.each([
    [
      'sbatch: error: Batch job submission failed: Requested node configuration is not available',
      'Slurm refused it: Requested node configuration is not available.',
      1,
    ],
    [
      'sbatch: error: invalid partition specified: nowheresbatch: error: Batch job submission failed: Invalid partition name specified',
      'Slurm refused it: Invalid partition name specified.',
      2,
    ],
    [
      'sbatch: error: Batch script contains DOS line breaks (\\r\\n)sbatch: error: instead of expected UNIX line breaks (\\n).',
      'Slurm refused it: Batch script contains DOS line breaks (\\r\\n) instead of expected UNIX line breaks (\\n).',
      2,
    ],
    [
      'sbatch: error: This does not look like a batch script.  The firstsbatch: error: line must start with #! followed by the path to an interpreter.sbatch: error: For instance: #!/bin/sh',
      'Slurm refused it: This does not look like a batch script.',
      3,
    ],
    [
      'sbatch: unrecognized option \'--walltime=1\'Try "sbatch --help" for more information',
      "Slurm refused it: unrecognized option '--walltime=1'.",
      2,
    ],
    [
      "sbatch: Warning: can't run 1 processes on 2 nodes, setting nnodes to 1sbatch: error: Batch job submission failed: Invalid qos specification",
      'Slurm refused it: Invalid qos specification.',
      2,
    ],
    [
      "sbatch: option '--time' requires an argument",
      "Slurm refused it: option '--time' requires an argument.",
      1,
    ],
  ])('%s', (message, sentence, lines) => {
    const explanation = explainError(message);
    expect(explanation).toMatchObject({ kind: 'slurm', sentence });
    expect(explanation.said).toHaveLength(lines);
    expect(explanation.said.join('')).toBe(message);
  });

  test.each([
    ['Unable to open file /home/ana/secret.sh', 'Unable to open file …'],
    ['cannot stat "/scratch/p1/x": No such file', 'cannot stat … No such file.'],
    ['--chdir=/home/ana is no directory', '… is no directory.'],
    ['chdir(~/x): denied', '… denied.'],
    ['see https://docs.example/x', 'see …'],
    ['Unable to open file /home/ana/My Documents/x.sh', 'Unable to open file … …'],
    ['cannot stat $HOME/secret now', 'cannot stat … now.'],
    ['Unable to open file grant-2026/run.sh', 'Unable to open file …'],
    ['chdir ~ana/x failed', 'chdir … failed.'],
    ['Time limit N/A and/or bad', 'Time limit N/A and/or bad.'],
    [
      'Invalid account or account/partition combination specified',
      'Invalid account or account/partition combination specified.',
    ],
    ['Bad thing. Traceback follows. More', 'Bad thing.'],
  ])('%s: one sentence without paths', (error, sentence) => {
    expect(explainError(`sbatch: error: ${error}`).sentence).toBe(`Slurm refused it: ${sentence}`);
  });

  test('the glued lines come apart', () => {
    expect(
      explainError(
        'sbatch: error: invalid partition specified: nowheresbatch: error: Batch job submission failed: Invalid partition name specified',
      ).said,
    ).toEqual([
      'sbatch: error: invalid partition specified: nowhere',
      'sbatch: error: Batch job submission failed: Invalid partition name specified',
    ]);
  });
});

describe('warnings only are never told as a refusal', () => {
  test.each([
    "sbatch: Warning: can't run 1 processes on 2 nodes, setting nnodes to 1",
    "sbatch: Warning: can't run 1 processes on 2 nodes, setting nnodes to 1Submitted batch job 220",
    'sbatch: warning: something elsesbatch: warning: and more',
    'sbatch: lua: your job goes to the short partition',
    'sbatch: error: Change from #SLURM to #SBATCHSubmitted batch job 220',
    'Submitted batch job 220',
  ])('%s', (message) => {
    expect(explainError(message)).toMatchObject({
      kind: 'warning',
      sentence:
        'Slurm warned, and may have accepted the job: look for it in the queue before you submit it again.',
    });
  });
});
