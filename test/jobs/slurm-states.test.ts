import { describe, expect, test } from '@jest/globals';
import { runtimeState, states } from '../../src/jobs/slurm-states.ts';

/** Every state of Slurm's manual: as Slurm writes it, its short code, as sacct cuts it at 10 characters, its phase. */
const known = [
  ['PENDING', 'PD', 'PENDI+', 'queued'],
  ['CONFIGURING', 'CF', 'CONFIGURI+', 'queued'],
  ['RUNNING', 'R', 'RU+', 'running'],
  ['COMPLETING', 'CG', 'COMPLETI+', 'running'],
  ['SUSPENDED', 'S', 'SUSP+', 'running'],
  ['STOPPED', 'ST', 'STO+', 'running'],
  ['RESIZING', 'RS', 'RESI+', 'running'],
  ['SIGNALING', 'SI', 'SIGNA+', 'running'],
  ['STAGE_OUT', 'SO', 'STAG+', 'running'],
  ['COMPLETED', 'CD', 'COMPLETED+', 'completed'],
  ['FAILED', 'F', 'FAIL+', 'failed'],
  ['TIMEOUT', 'TO', 'TIME+', 'failed'],
  ['OUT_OF_MEMORY', 'OOM', 'OUT_OF_ME+', 'failed'],
  ['DEADLINE', 'DL', 'DEADL+', 'failed'],
  ['NODE_FAIL', 'NF', 'NODE+', 'failed'],
  ['BOOT_FAIL', 'BF', 'BOOT_+', 'failed'],
  ['PREEMPTED', 'PR', 'PREEM+', 'failed'],
  ['CANCELLED', 'CA', 'CANCELLED+', 'cancelled'],
  ['REVOKED', 'RV', 'REVO+', 'cancelled'],
  ['REQUEUED', 'RQ', 'REQUEUED+', 'queued'],
  ['REQUEUE_FED', 'RF', 'REQUEUE_F+', 'queued'],
  ['REQUEUE_HOLD', 'RH', 'REQUEUE_H+', 'queued'],
  ['SPECIAL_EXIT', 'SE', 'SPECIAL_E+', 'queued'],
  ['RESV_DEL_HOLD', 'RD', 'RESV_DEL_+', 'queued'],
] as const;

describe("Slurm's states", () => {
  test('the table has these and no others', () => {
    expect(states.map(({ word }) => word).sort()).toEqual(known.map(([word]) => word).sort());
  });

  test.each(known)(
    '%s, %s and %s are the same state, in the phase %s',
    (word, code, cut, phase) => {
      const state = runtimeState(word);
      expect(state).toMatchObject({ word, phase });
      expect(runtimeState(code)).toEqual(state);
      expect(runtimeState(cut)).toEqual(state);
      expect(runtimeState(` ${word.toLowerCase()}\n`)).toEqual(state);
      expect(runtimeState(code.toLowerCase())).toEqual(state);
    },
  );

  test.each(states)(
    '$word has a plain meaning and an advice in sentences',
    ({ meaning, advice }) => {
      expect(meaning).toMatch(/^[a-z].*[^.]$/);
      expect(advice).toMatch(/^$|^[A-Z].*\.$/);
    },
  );

  test('the meaning of a time limit', () => {
    expect(runtimeState('TIMEOUT')).toEqual({
      word: 'TIMEOUT',
      phase: 'failed',
      reason: 'time limit',
      meaning: 'reached its time limit',
      advice: '',
    });
  });
});

describe('cancelled by someone', () => {
  test.each([
    ['CANCELLED by 1000', 'was cancelled by user 1000'],
    ['cancelled by 1001', 'was cancelled by user 1001'],
    ['CANCELLED by 0', 'was cancelled by an administrator of the cluster'],
    ['CANCELLED+', 'was cancelled'],
    ['CANCELLED by +', 'was cancelled'],
    ['CANCELLED by', 'was cancelled'],
    ['CA', 'was cancelled'],
  ])('%s: the job %s', (text, meaning) => {
    expect(runtimeState(text)).toMatchObject({ word: 'CANCELLED', phase: 'cancelled', meaning });
  });
});

describe('words that are not known', () => {
  test.each([
    'HIBERNATING',
    'FAILED by 1000',
    'RUNNING fast',
    'COMPLET+',
    'REQUEUE+',
    'P+',
    '+',
    'RUNNIN',
    'RUNNING,COMPLETING',
    'constructor',
    '<!channel>',
  ])('%s stays as it came, and is no end', (text) => {
    expect(runtimeState(` ${text} `)).toEqual({
      word: text,
      phase: 'unknown',
      meaning: `is ${text}`,
      advice: '',
    });
  });

  test('nothing is silence, not a state', () => {
    expect(runtimeState('  ')).toMatchObject({ word: '', phase: 'submitted' });
  });
});
