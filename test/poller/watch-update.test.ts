import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Job, ResourceState } from '../../src/jobs/job.ts';
import { isEnd, isHeldBack, phaseOf } from '../../src/jobs/phase.ts';
import { durationBetween } from '../../src/jobs/transition.ts';
import { compare, nextPoll } from '../../src/poller/watch-update.ts';
import type { Watch } from '../../src/store/watches.ts';
import { job } from './rig.ts';

const T0 = Date.UTC(2026, 10, 24, 12);
const pace = { minMs: 5000, maxMs: 300_000 };

function watchOf(seen: Job, at = T0): Watch {
  const { uuid: jobUuid, created: jobCreated, ...known } = seen;
  return {
    id: 1,
    team: 'T1',
    user: 'U1',
    channel: 'D1',
    threadTs: null,
    cardTs: '1.1',
    cardSending: false,
    cardShown: '',
    cardDue: false,
    note: '',
    submissionId: null,
    projectName: 'bio',
    serviceSettings: '',
    ownerName: '',
    live: false,
    failures: 0,
    paused: false,
    missingSince: null,
    closed: null,
    deletedBy: null,
    tasks: '',
    endedAt: null,
    newsAt: new Date(at),
    judgedAt: new Date(0),
    silentRuns: 0,
    silentAt: new Date(0),
    found: null,
    ...known,
    jobUuid,
    jobCreated,
    phase: phaseOf(seen),
    phaseAfter: jobCreated,
    phaseSince: new Date(at),
    seenAt: new Date(at),
    dueAt: new Date(at),
  };
}

const states: ResourceState[] = ['creation scheduled', 'creating', 'ok', 'erred', 'deleting'];
const words = ['', 'PENDING', 'RUNNING', 'COMPLETING', 'COMPLETED', 'FAILED', 'TIMEOUT', 'ODD'];
const anyJob = fc
  .record({
    state: fc.constantFrom(...states),
    runtimeState: fc.constantFrom(...words),
    slurmId: fc.constantFrom('', '4711'),
    errorMessage: fc.constantFrom('', 'OAuth token is not found'),
    modified: fc.integer({ min: T0, max: T0 + 1e7 }).map((ms) => new Date(ms)),
  })
  .map((fields) => job({ uuid: 'a'.repeat(32), ...fields }));

describe('the next look', () => {
  test('is a tenth of the time since the job last changed, within the pace', () => {
    fc.assert(
      fc.property(fc.nat(1e9), (age) => {
        const wait = nextPoll(new Date(T0), new Date(T0 + age), pace).getTime() - (T0 + age);
        expect(wait).toBeGreaterThanOrEqual(pace.minMs);
        expect(wait).toBeLessThanOrEqual(pace.maxMs);
        if (age >= 50_000 && age <= 3_000_000) expect(wait).toBe(Math.floor(age / 10));
      }),
    );
  });

  test('never comes sooner for a job that has been quiet for longer', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(1e9), (one, other) => {
        const waits = [one, other]
          .toSorted((a, b) => a - b)
          .map((age) => nextPoll(new Date(T0 - age), new Date(T0), pace).getTime());
        expect(waits[0]).toBeLessThanOrEqual(waits[1] ?? 0);
      }),
    );
  });
});

describe('a look', () => {
  test('an unchanged job makes no transition and no edit', () => {
    fc.assert(
      fc.property(anyJob, fc.nat(1e7), (seen, later) => {
        const watch = watchOf(seen);
        fc.pre(!isHeldBack(watch.phase, watch.jobCreated, new Date(T0 + later)));
        const { change, transition } = compare(watch, seen, new Date(T0 + later), pace);
        expect(transition).toBeNull();
        expect(change).not.toHaveProperty('cardDue');
        expect(change.seenAt).toEqual(new Date(T0 + later));
      }),
    );
  });

  test('at a job that Waldur keeps for two minutes asks for an edit, once', () => {
    const seen = job({ state: 'creating', slurmId: '', runtimeState: '' });
    const watch = watchOf(seen);
    const looked = (before: Watch, seconds: number) => {
      const { change } = compare(before, seen, new Date(T0 + seconds * 1000), pace);
      return { ...before, cardDue: false, ...change };
    };
    const first = looked({ ...watch, jobCreated: new Date(T0) }, 60);
    const late = looked(first, 121);
    expect([first, late, looked(late, 150)].map(({ cardDue }) => cardDue)).toEqual([
      false,
      true,
      false,
    ]);
  });

  test('at a job in another phase writes exactly that change, and the card is due', () => {
    fc.assert(
      fc.property(anyJob, anyJob, (before, after) => {
        fc.pre(phaseOf(before) !== phaseOf(after));
        const { change, transition } = compare(watchOf(before), after, new Date(T0 + 9000), pace);
        expect(transition).toMatchObject({
          watchId: 1,
          fromPhase: phaseOf(before),
          toPhase: phaseOf(after),
        });
        expect(change).toMatchObject({ cardDue: true, phase: phaseOf(after), failures: 0 });
      }),
    );
  });

  test('ends the watch at an end, and only there', () => {
    fc.assert(
      fc.property(anyJob, anyJob, (before, after) => {
        const { change } = compare(watchOf(before), after, new Date(T0 + 9000), pace);
        // A job is followed for a while after its end.
        expect(change.closed).toBeNull();
        expect(change.endedAt !== null).toBe(isEnd(phaseOf(after)));
      }),
    );
  });

  test('tells every end in the thread', () => {
    fc.assert(
      fc.property(anyJob, anyJob, (before, after) => {
        fc.pre(!isEnd(phaseOf(before)) && isEnd(phaseOf(after)));
        const { transition } = compare(watchOf(before), after, new Date(T0 + 9000), pace);
        expect(transition?.reply).toBe('owed');
      }),
    );
  });

  test('after an outage makes the card due again though nothing changed', () => {
    const seen = job();
    const watch = { ...watchOf(seen), failures: 3 };
    expect(compare(watch, seen, new Date(T0 + 9000), pace).change).toMatchObject({
      cardDue: true,
      failures: 0,
    });
  });

  test('takes no word that nobody knows for an end', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^ZZ[A-Z]{1,10}$/), (word) => {
        const { change } = compare(watchOf(job()), job({ runtimeState: word }), new Date(T0), pace);
        expect(change.phase).toBe('unknown');
        expect(change.closed).toBeNull();
      }),
    );
  });
});

describe('how long a job waited', () => {
  const at = (seconds: number) => new Date(T0 + seconds * 1000);
  const row = (runtimeState: string, seconds: number) =>
    job({ runtimeState, created: at(0), modified: at(seconds) });

  /** Looks at a job that is queued after 36 s and running after 50 s, every second. */
  function looks(tellsEnds: boolean) {
    const silent = job({ runtimeState: '', created: at(0), modified: at(1) });
    let watch = watchOf(silent, T0 + 1000);
    let told = null;
    for (let second = 36; second <= 50; second += 1) {
      const seen = second < 50 ? row('PENDING', 36) : row('RUNNING', 50);
      const known = { phase: phaseOf(seen), tasks: '', tellsEnds };
      const { change, transition } = compare(watch, seen, at(second), pace, known);
      watch = { ...watch, ...change };
      told = transition ?? told;
    }
    return { told, live: watch.live };
  }

  test('is not told of an hourly run that came soon after it was submitted', () => {
    const { told, live } = looks(false);
    expect(live).toBe(false);
    expect(told).toMatchObject({ kind: 'started', fromAfter: at(0), lastBefore: at(36) });
    expect(told && durationBetween(told)).toBeNull();
  });

  test('is told of looks that follow each other, from when it was submitted', () => {
    const { told, live } = looks(true);
    expect(live).toBe(true);
    expect(told).toMatchObject({ fromAfter: at(0), lastBefore: at(49), firstAfter: at(50) });
    // It was first seen in the queue after 36 s. Nobody knows if it waited there before.
    expect(told && durationBetween(told)).toBeNull();
  });
});
