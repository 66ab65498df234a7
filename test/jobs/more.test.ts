import { expect, test } from '@jest/globals';
import { changeFor, lackOf, moreThan } from '../../src/jobs/more.ts';
import type { AskedFor } from '../../src/jobs/past.ts';

const asked = (more: Partial<AskedFor>): AskedFor => ({
  partition: null,
  nodes: null,
  gpus: null,
  memory: null,
  minutes: null,
  ...more,
});

/** The option that is written for a job that asked for this much. */
const written = (given: AskedFor | null, lack: 'memory' | 'time') => {
  const more = moreThan(given, lack);
  return more && changeFor(more);
};

test.each([
  [8192, 'node', { option: 'mem', value: '16G' }],
  [64, 'node', { option: 'mem', value: '128M' }],
  [1500, 'node', { option: 'mem', value: '3G' }],
  [524_288, 'node', { option: 'mem', value: '1024G' }],
  [2048, 'cpu', { option: 'mem-per-cpu', value: '4G' }],
  [2048, 'gpu', { option: 'mem-per-gpu', value: '4G' }],
  ['all', 'node', null],
] as const)('after %s MB per %s', (megabytes, per, change) => {
  expect(written(asked({ memory: { megabytes, per } }), 'memory')).toEqual(change);
});

test.each([
  [1, '0:05:00'],
  [7, '0:15:00'],
  [45, '1:30:00'],
  [100, '3:30:00'],
  [270, '9:00:00'],
  [450, '15:00:00'],
  [720, '1-00:00:00'],
  [2880, '4-00:00:00'],
  ['none', null],
] as const)('after %s minutes', (minutes, value) => {
  expect(written(asked({ minutes }), 'time')).toEqual(value && { option: 'time', value });
});

test('a request that the script does not make is asked of the person', () => {
  for (const given of [null, asked({})]) {
    expect(written(given, 'memory')).toEqual({ option: 'mem', value: '' });
    expect(written(given, 'time')).toEqual({ option: 'time', value: '' });
  }
});

test.each([
  ['OUT_OF_MEMORY', '', 'memory'],
  ['OOM', '', 'memory'],
  ['TIMEOUT', '', 'time'],
  ['FAILED', '', null],
  ['COMPLETED', '', null],
  ['', '', null],
  ['OUT_OF_MEMORY', '2 completed · 1 failed', null],
])('%s lacks', (runtimeState, tasks, lack) => {
  expect(lackOf({ runtimeState, tasks })).toBe(lack);
});
