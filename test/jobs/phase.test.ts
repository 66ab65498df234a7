import { describe, expect, test } from '@jest/globals';
import type { ResourceState } from '../../src/jobs/job.ts';
import { isEnd, phaseOf, phases, stateWord } from '../../src/jobs/phase.ts';

function job(state: ResourceState, slurmId: string, runtimeState: string) {
  return { state, slurmId, runtimeState, errorMessage: '' };
}

describe('the phase of a job', () => {
  test.each([
    ['creation scheduled', '', '', 'submitting'],
    ['creating', '', '', 'submitting'],
    ['creating', '48213', '', 'submitting'],
    ['ok', '', '', 'submitting'],
    ['ok', '48213', '', 'submitted'],
    ['ok', '48213', '  ', 'submitted'],
    ['ok', '48213', 'PENDING', 'queued'],
    ['ok', '48213', 'RUNNING', 'running'],
    ['ok', '48213', 'CANCELLED by 1000', 'cancelled'],
    ['ok', '48213', 'OUT_OF_ME+', 'failed'],
    ['ok', '48213', 'HIBERNATING', 'unknown'],
    ['update scheduled', '48213', 'RUNNING', 'running'],
    ['updating', '48213', '', 'submitted'],
    ['erred', '', '', 'erred'],
    ['erred', '', 'RUNNING', 'erred'],
    ['erred', '48213', '', 'submitted'],
    ['erred', '48213', 'COMPLETED', 'completed'],
    ['deletion scheduled', '48213', 'RUNNING', 'deleting'],
    ['deleting', '', '', 'deleting'],
    ['unknown', '', '', 'unknown'],
    ['unknown', '48213', '', 'submitted'],
    ['unknown', '48213', 'RUNNING', 'running'],
  ] as const)('%s, Slurm id "%s", state "%s": %s', (state, slurmId, runtimeState, phase) => {
    expect(phaseOf(job(state, slurmId, runtimeState))).toBe(phase);
  });
});

test('these phases are ends, and no others', () => {
  expect(phases.filter(isEnd)).toEqual([
    'completed',
    'failed',
    'cancelled',
    'left the queue',
    'erred',
    'gone',
  ]);
});

test('every phase has a word of its own', () => {
  const nothing = { runtimeState: '', errorMessage: '' };
  expect(phases.map((phase) => stateWord(phase, nothing))).toEqual([
    'Submitting',
    'Submitted',
    'Queued',
    'Running',
    'Completed',
    'Failed',
    'Cancelled',
    'Left the queue',
    'Not submitted',
    'Deleting',
    'Record gone',
    'Unknown',
  ]);
});

describe('the word on a card', () => {
  test.each([
    ['running', 'RUNNING', '', 'Running'],
    ['unknown', ' HIBERNATING ', '', 'HIBERNATING'],
    ['unknown', '', '', 'Unknown'],
    ['erred', '', 'OAuth token is not found', 'Not submitted'],
    ['erred', '', "sbatch: Warning: can't run 1 processes on 2 nodes", 'Perhaps submitted'],
  ] as const)('%s with "%s" and "%s"', (phase, runtimeState, errorMessage, word) => {
    expect(stateWord(phase, { runtimeState, errorMessage })).toBe(word);
  });
});
