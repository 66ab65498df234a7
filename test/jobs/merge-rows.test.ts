import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mergeRows, type RowState } from '../../src/jobs/merge-rows.ts';
import { isEnd } from '../../src/jobs/phase.ts';

const at = (hour: number) => new Date(Date.UTC(2026, 10, 24, hour));
const says = (slurmId: string, runtimeState: string, hour: number, left = false): RowState => ({
  slurmId,
  runtimeState,
  modified: at(hour),
  left,
});

describe('a plain job', () => {
  test('nobody has heard of it', () => {
    expect(mergeRows([says('319', '', 10)])).toBeNull();
  });
  test('the freshest twin tells, and silence hides nothing', () => {
    const rows = [says('319', '', 15), says('319', 'RUNNING', 14), says('319', 'PENDING', 13)];
    expect(mergeRows(rows)).toEqual({
      runtimeState: 'RUNNING',
      modified: at(14),
      phase: 'running',
      tasks: '',
    });
  });
  test('one that left the queue keeps its last state, and has left', () => {
    expect(mergeRows([says('319', 'RUNNING', 14, true)])).toMatchObject({
      runtimeState: 'RUNNING',
      phase: 'left the queue',
    });
  });
  test('a known end is not replaced by having left', () => {
    expect(mergeRows([says('319', 'FAILED', 14, true)])?.phase).toBe('failed');
  });
});

describe('an array', () => {
  test('its own row is silent, its tasks are counted', () => {
    const rows = [
      says('319', '', 10),
      says('319_[3-6%2]', 'PENDING', 11),
      says('319_1', 'RUNNING', 11),
      says('319_2', 'RUNNING', 11),
    ];
    expect(mergeRows(rows)).toEqual({
      runtimeState: 'RUNNING',
      modified: at(11),
      phase: 'running',
      tasks: '2 running · 4 queued',
    });
  });
  test('an old bracket is not counted again when its tasks have started', () => {
    const rows = [
      says('319_[3-6%2]', 'PENDING', 11),
      says('319_1', 'RUNNING', 11, true),
      says('319_2', 'RUNNING', 12),
      says('319_3', 'RUNNING', 12),
      says('319_[4-6%2]', 'PENDING', 12),
    ];
    expect(mergeRows(rows)?.tasks).toBe('2 running · 3 queued · 1 left the queue');
  });
  test('between two tasks it is still running', () => {
    const rows = [says('319_1', 'COMPLETED', 11), says('319_[2-3%1]', 'PENDING', 12)];
    expect(mergeRows(rows)).toMatchObject({ phase: 'running', tasks: '2 queued · 1 completed' });
  });
  test('it has not begun while all wait', () => {
    expect(mergeRows([says('319_[1-3]', 'PENDING', 12)])).toMatchObject({ phase: 'queued' });
  });
  test('it has ended when all have, and failed when one has', () => {
    const rows = [says('319_1', 'COMPLETED', 11), says('319_2', 'TIMEOUT', 12)];
    expect(mergeRows(rows)).toMatchObject({
      phase: 'failed',
      runtimeState: 'TIMEOUT',
      tasks: '1 failed (2) · 1 completed',
    });
  });
  test('components of a heterogeneous job are parts as well', () => {
    const rows = [says('68+0', 'RUNNING', 11), says('68+1', 'PENDING', 11)];
    expect(mergeRows(rows)).toMatchObject({ phase: 'running', tasks: '1 running · 1 queued' });
  });
});

test('a list that squeue cut off is counted as far as it is known', () => {
  const rows = [says('319_[4-6,...]', 'PENDING', 11), says('319_1', 'FAILED', 11)];
  expect(mergeRows(rows)?.tasks).toBe('at least 3 queued · 1 failed (1)');
});

test.each([
  ['319_[0-99999999999]', 'PENDING', 'at least 1 queued'],
  ['319_x', 'RUNNING', 'at least 1 running'],
  ['319_[5-1]', 'PENDING', 'at least 1 queued'],
])('a list that cannot be read is at least one task: %s', (slurmId, state, tasks) => {
  expect(mergeRows([says(slurmId, state, 11)])?.tasks).toBe(tasks);
});

test('tasks of a bracket with a step are counted once, though they had started before', () => {
  const rows = [says('319_[0-10:2%3]', 'PENDING', 12), says('319_6', 'RUNNING', 11)];
  expect(mergeRows(rows)?.tasks).toBe('6 queued');
  expect(mergeRows([...rows, says('319_3', 'RUNNING', 11)])?.tasks).toBe('1 running · 6 queued');
});

test('while the row of the whole goes on, and is newer, the array has not ended', () => {
  const tasks = [says('319_1', 'COMPLETED', 11), says('319_2', 'FAILED', 12)];
  expect(mergeRows([...tasks, says('319', 'RUNNING', 13)])).toMatchObject({
    phase: 'running',
    runtimeState: 'RUNNING',
    tasks: 'at least 1 failed (2) · 1 completed',
  });
  expect(mergeRows([...tasks, says('319', 'RUNNING', 10)])?.phase).toBe('failed');
  expect(mergeRows([...tasks, says('319', 'RUNNING', 13, true)])?.phase).toBe('failed');
  expect(mergeRows([...tasks, says('319', 'COMPLETED', 13)])?.phase).toBe('failed');
});

test('an array is counted without ever being counted out', () => {
  const rows = Array.from({ length: 500 }, (_, task) => says(`319_${task * 2}`, 'COMPLETED', 12));
  expect(mergeRows([says('319_[0-9999999999]', 'PENDING', 10), ...rows])?.tasks).toBe(
    '9999999500 queued · 500 completed',
  );
});

const states = ['PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED by 1000', 'OUT_OF_ME+'];

test('an array has ended exactly when none of its tasks goes on, in whatever order its rows come', () => {
  const row = fc.record({
    slurmId: fc.integer({ min: 1, max: 6 }).map((task) => `319_${task}`),
    runtimeState: fc.constantFrom(...states),
    modified: fc.integer({ min: 0, max: 20 }).map(at),
    left: fc.boolean(),
  });
  const rows = fc.uniqueArray(row, {
    selector: ({ slurmId, modified }) => `${slurmId} ${modified.getTime()}`,
    minLength: 1,
  });
  fc.assert(
    fc.property(rows, (given) => {
      const result = mergeRows(given);
      const last = [...Map.groupBy(given, ({ slurmId }) => slurmId).values()].map((same) =>
        same.reduce((one, other) => (other.modified > one.modified ? other : one)),
      );
      const goesOn = last.some(
        ({ runtimeState, left }) => !left && ['PENDING', 'RUNNING'].includes(runtimeState),
      );
      expect(result === null || isEnd(result.phase)).toBe(!goesOn);
      const backwards = mergeRows(given.toReversed());
      expect(backwards?.phase).toBe(result?.phase);
      expect(backwards?.tasks).toBe(result?.tasks);
    }),
  );
});
