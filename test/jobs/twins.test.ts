import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ListedJob } from '../../src/jobs/job.ts';
import { groupTwins } from '../../src/jobs/twins.ts';

let count = 0;

function row(given: Partial<ListedJob>): ListedJob {
  count += 1;
  return {
    uuid: count.toString(16).padStart(32, '0'),
    name: 'train',
    description: '',
    state: 'ok',
    runtimeState: '',
    slurmId: '48213',
    created: new Date('2026-11-24T10:00:00Z'),
    modified: new Date('2026-11-24T10:00:10Z'),
    errorMessage: '',
    projectName: 'bio',
    serviceSettings: 'https://waldur.example.org/api/service-settings/1/',
    userUuid: null,
    ...given,
  };
}

const own = row({
  name: 'my training',
  description: 'Submitted from Slack',
  projectName: 'physics',
  userUuid: 'aa'.repeat(16),
});
const twin = row({
  name: 'train.sh',
  runtimeState: 'RUNNING',
  created: new Date('2026-11-24T11:00:00Z'),
  modified: new Date('2026-11-24T12:00:00Z'),
});

describe('twins', () => {
  test.each([
    ['own row first', [own, twin]],
    ['twin first', [twin, own]],
  ])('are one job: identity of the row with a user, state of the freshest (%s)', (_name, rows) => {
    expect(groupTwins(rows)).toEqual([
      {
        job: { ...own, runtimeState: 'RUNNING', modified: twin.modified },
        rows,
        phase: 'running',
        tasks: '',
      },
    ]);
  });

  test('a fresher row that has heard nothing does not hide what its twin has heard', () => {
    const edited = { ...own, modified: new Date('2026-11-24T12:30:00Z') };
    expect(groupTwins([edited, twin])[0]?.job).toMatchObject({
      uuid: own.uuid,
      runtimeState: 'RUNNING',
      modified: twin.modified,
    });
  });

  test("the known row's own state stays: deleting it is not deleting its twin", () => {
    expect(groupTwins([{ ...twin, state: 'deleting' }, own])[0]?.job.state).toBe('ok');
  });

  test('without a user the oldest row gives the identity, so that it stays the same', () => {
    const later = row({ created: new Date('2026-11-24T13:00:00Z'), runtimeState: 'PENDING' });
    expect(groupTwins([later, twin])[0]?.job.uuid).toBe(twin.uuid);
  });

  test.each([
    [
      'other service settings',
      { serviceSettings: 'https://waldur.example.org/api/service-settings/2/' },
    ],
    ['no service settings', { serviceSettings: '' }],
    ['no Slurm id', { slurmId: '' }],
    ['a longer Slurm id', { slurmId: '482130' }],
    ['a task of another array', { slurmId: '48214_1' }],
  ])('are not rows with %s', (_name, difference) => {
    expect(groupTwins([own, row(difference), row(difference)]).length).toBeGreaterThanOrEqual(2);
    expect(groupTwins([own, row(difference)])).toHaveLength(2);
  });

  test('tasks of an array are one job, with counts by state', () => {
    const tasks = [
      row({ slurmId: '48213_[3-6%2]', runtimeState: 'PENDING', modified: twin.modified }),
      row({ slurmId: '48213_1', runtimeState: 'RUNNING', modified: twin.modified }),
      row({ slurmId: '48213_2', runtimeState: 'RUNNING', modified: twin.modified }),
    ];
    const [group, ...others] = groupTwins([own, ...tasks]);
    expect(others).toEqual([]);
    expect(group?.tasks).toBe('2 running · 4 queued');
    expect(group?.job).toMatchObject({ uuid: own.uuid, slurmId: '48213', runtimeState: 'RUNNING' });
  });

  test('a job that was found to have left is said to have left', () => {
    const [group] = groupTwins([own, twin], { left: new Set([twin.uuid]) });
    expect(group?.phase).toBe('left the queue');
  });

  test('counts of an array with possibly missing rows are "at least"', () => {
    const task = row({ slurmId: '48213_1', runtimeState: 'RUNNING' });
    expect(groupTwins([task], { toEnd: false })[0]?.tasks).toBe('at least 1 running');
    expect(groupTwins([own, task], { toEnd: false })[0]?.tasks).toBe('1 running');
    expect(groupTwins([own, task], { fromTop: false })[0]?.tasks).toBe('at least 1 running');
  });

  test('the newest job comes first', () => {
    const old = row({ slurmId: '1', created: new Date('2026-11-23T10:00:00Z') });
    const recent = row({ slurmId: '2', created: new Date('2026-11-25T10:00:00Z') });
    expect(groupTwins([old, recent, own, twin]).map(({ job }) => job.slurmId)).toEqual([
      '2',
      '48213',
      '1',
    ]);
  });

  test('no row is lost, and none is in two groups', () => {
    const rows = fc.array(
      fc
        .record({
          slurmId: fc.constantFrom('', '1', '2', '2_1'),
          serviceSettings: fc.constantFrom('', 'one', 'two'),
          userUuid: fc.constantFrom(null, 'aa', 'bb'),
          runtimeState: fc.constantFrom('', 'RUNNING', 'PENDING'),
          created: fc.date({ noInvalidDate: true }),
          modified: fc.date({ noInvalidDate: true }),
        })
        .map(row),
    );
    fc.assert(
      fc.property(rows, (all) => {
        const groups = groupTwins(all);
        const grouped = groups.flatMap((group) => group.rows.map(({ uuid }) => uuid));
        expect(grouped.sort()).toEqual(all.map(({ uuid }) => uuid).sort());
        for (const group of groups) {
          expect(group.rows.map(({ uuid }) => uuid)).toContain(group.job.uuid);
          const withUser = group.rows.some(({ userUuid }) => userUuid !== null);
          expect(group.job.userUuid !== null).toBe(withUser);
        }
        const times = groups.map(({ job }) => job.created.getTime());
        expect(times).toEqual(times.toSorted((one, other) => other - one));
      }),
    );
  });
});
