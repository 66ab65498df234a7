import { describe, expect, test } from '@jest/globals';
import type { Phase } from '../../src/jobs/phase.ts';
import { approximate, durationBetween, transition } from '../../src/jobs/transition.ts';

const submitted = new Date('2026-11-24T09:59:00Z');
const since = new Date('2026-11-24T10:00:00Z');
const before = new Date('2026-11-24T14:00:00Z');
const after = new Date('2026-11-24T14:05:00Z');

function change(from: Phase, to: Phase, fromState = '', toState = '') {
  return transition(
    { phase: from, runtimeState: fromState, after: submitted, since, seen: before },
    { phase: to, runtimeState: toState, seen: after },
  );
}

describe('a change of phase', () => {
  test.each([
    ['submitting', 'submitted', 'other'],
    ['submitting', 'erred', 'not submitted'],
    ['submitting', 'running', 'started'],
    ['submitted', 'queued', 'other'],
    ['submitted', 'running', 'started'],
    ['submitted', 'completed', 'ended'],
    ['queued', 'running', 'started'],
    ['queued', 'cancelled', 'ended'],
    ['queued', 'left the queue', 'ended'],
    ['running', 'completed', 'ended'],
    ['running', 'failed', 'ended'],
    ['running', 'left the queue', 'ended'],
    ['running', 'queued', 'requeued'],
    ['failed', 'queued', 'requeued'],
    ['completed', 'running', 'requeued'],
    ['left the queue', 'running', 'requeued'],
    ['left the queue', 'completed', 'ended'],
    ['failed', 'completed', 'ended'],
    ['completed', 'left the queue', 'other'],
    ['erred', 'running', 'started'],
    ['erred', 'submitted', 'other'],
    ['running', 'deleting', 'other'],
    ['running', 'gone', 'ended'],
    ['deleting', 'gone', 'ended'],
    ['completed', 'gone', 'other'],
    ['running', 'unknown', 'other'],
    ['unknown', 'running', 'started'],
    ['unknown', 'completed', 'ended'],
  ] as const)('from %s to %s is "%s"', (from, to, kind) => {
    expect(change(from, to)?.kind).toBe(kind);
  });

  test('carries the known times', () => {
    expect(change('running', 'failed', 'RUNNING', 'TIMEOUT')).toEqual({
      kind: 'ended',
      fromPhase: 'running',
      toPhase: 'failed',
      runtimeState: 'TIMEOUT',
      found: null,
      fromAfter: submitted,
      fromSince: since,
      lastBefore: before,
      firstAfter: after,
    });
  });
});

describe('no change of phase', () => {
  test.each([
    ['running', 'RUNNING', 'COMPLETING'],
    ['running', 'RUNNING', 'RUNNING'],
    ['queued', 'PENDING', 'REQUEUED'],
    ['cancelled', 'CANCELLED', 'CANCELLED by 0'],
    ['failed', 'OUT_OF_MEMORY', 'OUT_OF_ME+'],
    ['failed', 'F', 'failed'],
    ['submitted', '', ''],
  ] as const)('within %s, %s then %s is no transition', (phase, from, to) => {
    expect(change(phase, phase, from, to)).toBeNull();
  });

  test.each([
    ['failed', 'FAILED', 'TIMEOUT'],
    ['unknown', 'HIBERNATING', 'THAWING'],
  ] as const)('within %s, %s then %s is one', (phase, from, to) => {
    expect(change(phase, phase, from, to)).toMatchObject({ kind: 'other', runtimeState: to });
  });
});

describe('how long a phase lasted', () => {
  const minute = 60_000;

  function between(lastBefore: number, firstAfter: number): number | null {
    return durationBetween({
      fromAfter: new Date(0),
      fromSince: new Date(0),
      lastBefore: new Date(lastBefore),
      firstAfter: new Date(firstAfter),
    });
  }

  test.each([
    ['close looks', 238 * minute, 242 * minute, 240 * minute],
    ['a gap of a tenth', 19 * minute, 21 * minute, 20 * minute],
    ['a minute after five', 4.5 * minute, 5.5 * minute, 5 * minute],
    ['seconds', 29_000, 31_000, 30_000],
    ['the same look', 3 * minute, 3 * minute, 3 * minute],
  ])('is told with %s', (_name, lastBefore, firstAfter, duration) => {
    expect(between(lastBefore, firstAfter)).toBe(duration);
  });

  test.each([
    ['an hour between the looks', 180 * minute, 240 * minute],
    ['a gap of more than a tenth', 18 * minute, 21 * minute],
    ['a minute after four', 3.5 * minute, 4.5 * minute],
    ['one look before the end only', 0, 20 * minute],
    ['less than a second', 0, 500],
    ['looks in the wrong order', 20 * minute, 19 * minute],
    ['a last look before the first', -minute, minute],
  ])('is not told with %s', (_name, lastBefore, firstAfter) => {
    expect(between(lastBefore, firstAfter)).toBeNull();
  });

  test('is not told if its beginning is not known', () => {
    // Submitted at 0, first seen in the queue after 36 s, started after 50 s.
    const times = { fromAfter: 0, fromSince: 36_000, lastBefore: 49_000, firstAfter: 50_000 };
    const [fromAfter, fromSince, lastBefore, firstAfter] = Object.values(times).map(
      (time) => new Date(time),
    );
    if (!fromAfter || !fromSince || !lastBefore || !firstAfter) throw new Error('no times');
    expect(durationBetween({ fromAfter, fromSince, lastBefore, firstAfter })).toBeNull();
  });

  test.each([
    [-5, '0 s'],
    [999, '0 s'],
    [40_000, '40 s'],
    [59_999, '59 s'],
    [minute, '1 min'],
    [12 * minute + 10_000, '12 min'],
    [99 * minute, '99 min'],
    [110 * minute, 'about 2 h'],
    [4 * 60 * minute + 7 * minute, 'about 4 h'],
    [47 * 60 * minute, 'about 47 h'],
    [3 * 24 * 60 * minute, 'about 3 days'],
  ])('%d ms is "%s"', (milliseconds, text) => {
    expect(approximate(milliseconds)).toBe(text);
  });
});
