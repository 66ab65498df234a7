import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Job } from '../../src/jobs/job.ts';
import {
  beatOf,
  hasLeft,
  looksOf,
  type Queue,
  type QueueRow,
  silence,
} from '../../src/jobs/queue-inference.ts';
import { type Happening, type Hour, history } from './queue-history.ts';

const start = Date.UTC(2026, 10, 24, 10);
const at = (hour: number, minute = 0) => new Date(start + hour * 3_600_000 + minute * 60_000);
let count = 0;

/** Ana's row, written at ten. */
function row(given: Partial<QueueRow> = {}): QueueRow {
  count += 1;
  return {
    uuid: String(count),
    slurmId: String(1000 + count),
    project: 'bio',
    userUuid: 'ana',
    runtimeState: 'RUNNING',
    modified: at(0),
    beat: at(0),
    made: null,
    gone: false,
    ...given,
  };
}
const beats = (hour: number, given: Partial<QueueRow> = {}) =>
  row({ modified: at(hour), beat: at(hour), ...given });
const made = (hour: number, given: Partial<QueueRow> = {}) =>
  row({
    userUuid: null,
    made: at(hour),
    modified: at(hour),
    beat: null,
    ...given,
  });

describe('a row that was not written again', () => {
  test.each<[string, QueueRow[], boolean, Partial<Queue>?]>([
    ['nothing else was written', [], false],
    ['another of hers was written an hour later', [beats(1)], true],
    ['that run was a moment ago', [beats(1)], false, { now: at(1, 14) }],
    ['it was written in the same run', [beats(0.01)], false],
    ['another of hers was edited', [row({ modified: at(1), beat: at(-1) })], false],
    ['somebody else’s was written', [beats(1, { userUuid: 'ben' })], false],
    ['her other project was written', [beats(1, { project: 'climate' })], true],
    ['a twin of it was written too', [beats(1), beats(1, { slurmId: '900' })], false],
    ['a task of another array of hers', [row({ slurmId: '5' }), made(1, { slurmId: '5_1' })], true],
    ['one without a user, where only she has rows', [made(1)], true],
    [
      'one without a user, where Ben has rows',
      [made(1), row({ userUuid: 'ben', modified: at(-9) })],
      false,
    ],
    ['one without a user, where others may have rows', [made(1)], false, { complete: false }],
    ['Waldur writes rows on request', [beats(1)], false, { onRequest: true }],
    ['Waldur writes rows on request, but this one is new', [made(1)], true, { onRequest: true }],
    ['the page was full', Array.from({ length: 25 }, () => beats(1)), false],
    ['the page was nearly full', Array.from({ length: 24 }, () => beats(1)), true],
    [
      'the page was nearly full, and a row cannot be read',
      Array.from({ length: 24 }, () => beats(1)),
      false,
      { unread: 1 },
    ],
    [
      'the page was nearly full, and one of it has been unlinked since',
      [...Array.from({ length: 24 }, () => beats(1)), row({ gone: true })],
      false,
    ],
    [
      'the page was nearly full, and one was unlinked that may have been in any project',
      [...Array.from({ length: 24 }, () => beats(1)), row({ gone: true, project: null })],
      false,
    ],
    [
      'one that was unlinked long before does not fill the page',
      [...Array.from({ length: 24 }, () => beats(1)), row({ gone: true, modified: at(-25) })],
      true,
    ],
    ['the other that was written is no longer shown', [beats(1, { gone: true })], false],
    ['nobody knows how many rows were not read', [beats(1)], false, { unread: Infinity }],
    [
      'the page was full, and half of it was written again',
      [
        ...Array.from({ length: 13 }, () => beats(1)),
        ...Array.from({ length: 12 }, () => row({ modified: at(2), beat: null })),
      ],
      false,
    ],
  ])('%s', (_name, others, left, queue = {}) => {
    const suspect = row({ slurmId: '900' });
    const rows = [suspect, ...others];
    const given = {
      rows,
      complete: true,
      unread: 0,
      onRequest: false,
      now: at(2, 30),
      ...queue,
    };
    expect(hasLeft(suspect, given)).toBe(left);
  });

  test('and of which nobody knows whose it is has not been proven to have left', () => {
    const suspect = made(0, { slurmId: '900' });
    const rows = [suspect, beats(1)];
    expect(
      hasLeft(suspect, { rows, complete: true, unread: 0, onRequest: false, now: at(3) }),
    ).toBe(false);
  });
});

test('a heartbeat is a write that changes nothing else', () => {
  const job: Job = {
    uuid: '1',
    name: 'train',
    description: 'mine',
    state: 'ok',
    runtimeState: 'RUNNING',
    slurmId: '900',
    created: at(-5),
    modified: at(0),
    errorMessage: '',
  };
  const before = { ...job, looks: looksOf(job), beat: null };
  const later = { ...job, modified: at(1) };
  expect(beatOf(before, job)).toBeNull();
  expect(beatOf(before, later)).toEqual(at(1));
  for (const change of [
    { description: 'yours' },
    { name: 'other' },
    { runtimeState: 'COMPLETING' },
    { state: 'updating' as const },
  ]) {
    expect(beatOf(before, { ...later, ...change })).toBeNull();
  }
});

const people = 3;
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({
    what: fc.constant('submit' as const),
    who: fc.nat(people - 1),
    project: fc.option(fc.nat(1)),
    count: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 3 }) }, fc.constant(24)),
  }),
  fc.record({
    what: fc.constantFrom('end' as const, 'end' as const, 'requeue' as const, 'start' as const),
    pick: fc.nat(60),
  }),
  fc.record({
    what: fc.constantFrom('edit' as const, 'unlink' as const, 'garble' as const),
    pick: fc.nat(60),
  }),
  { weight: 3, arbitrary: fc.constant({ what: 'look' as const }) },
);
const onRequest: fc.Arbitrary<Happening> = fc.record({
  what: fc.constantFrom('pull' as const, 'edit nothing' as const),
  pick: fc.nat(60),
});
const second = fc.integer({ min: 0, max: 3599 });

const hoursOf = (what: fc.Arbitrary<Happening>) =>
  fc.array(
    fc.record<Hour>({
      delays: fc.array(fc.integer({ min: 2, max: 900 }), { minLength: people, maxLength: people }),
      fails: fc.array(fc.boolean(), { minLength: people, maxLength: people }),
      happenings: fc.array(
        fc.tuple(what, second).map(([each, when]) => ({ ...each, second: when })),
        { maxLength: 12 },
      ),
    }),
    { minLength: 2, maxLength: 8 },
  );
const firstProjects = fc.array(fc.nat(1), { minLength: people, maxLength: people });

test.each([
  ['', happening],
  [' where rows are also written on request', fc.oneof(happening, onRequest)],
])(
  'in whatever happens%s, no job is found to have left that was in the queue all the time',
  (_, what) => {
    fc.assert(
      fc.property(firstProjects, hoursOf(what), fc.nat(7200), (first, hours, lag) => {
        const { found } = history(first, hours, lag);
        expect(found.filter(({ right }) => !right)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  },
  60_000,
);

test('it is found within two later runs that are not full and write another row of hers', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 23 }),
      fc.nat(1),
      firstProjects,
      fc.array(fc.integer({ min: 2, max: 600 }), { minLength: people, maxLength: people }),
      fc.boolean(),
      (jobs, project, first, delays, benFails) => {
        const looks = Array.from({ length: 12 }, (_, each) => ({
          what: 'look' as const,
          second: each * 300 + 299,
        }));
        const hour = (...more: Hour['happenings']): Hour => ({
          delays,
          fails: [false, benFails, false],
          happenings: [...looks, ...more],
        });
        const submit = { what: 'submit' as const, who: 0, project, count: jobs, second: 3000 };
        const others = { what: 'submit' as const, who: 1, project, count: 2, second: 3001 };
        const end = { what: 'end' as const, pick: 0, second: 3500 };
        const { found } = history(first, [hour(submit, others), hour(), hour(end), hour(), hour()]);
        expect(found.map(({ slurmId }) => slurmId)).toContain('1000');
        expect(found.every(({ right }) => right)).toBe(true);
      },
    ),
  );
});

describe('silence', () => {
  test('counts runs that read others, each once, and begins again when the job is written', () => {
    const none = { runs: 0, at: new Date(0) };
    const one = silence(none, at(0), [at(0, 2), at(1), at(1, 5)]);
    expect(one).toEqual({ runs: 1, at: at(1) });
    const three = silence(one, at(0), [at(1, 5), at(2), at(3)]);
    expect(three).toEqual({ runs: 3, at: at(3) });
    expect(silence(three, at(4), [at(4)])).toEqual({ runs: 0, at: at(4) });
  });
});
