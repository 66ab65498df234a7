import { expect, test } from '@jest/globals';
import type { JobView } from '../../sandbox/waldur/control-words.ts';
import { ask, type Running, submit, withWaldur } from './waldur-with.ts';

const LONG = '#!/bin/sh\n#SBATCH -J long -t 2-0\nsleep 1d\n';
const SHORT = '#!/bin/sh\n#SBATCH -J short\nsleep 60\n';

/** Uuid of a row, what it shows of the job, and when it was last written. */
const row = (job: JobView) =>
  [job.project, job.user, job.name, job.backend_id, job.state, job.runtime_state].join('|');

const rows = async ({ waldur }: Running) => (await waldur.jobs()).map(row);

test('until the hourly task runs, nothing is known of a job but its Slurm id', () =>
  withWaldur({ as: 'recorded' }, async (running) => {
    await submit(running.url, 'ana', LONG, { name: 'my run' });
    await running.waldur.advance(3500);
    expect(await rows(running)).toEqual(['bio|ana|my run|48200|OK|']);
    await running.waldur.advance(200);
    expect(await rows(running)).toEqual(['bio|ana|long|48200|OK|RUNNING']);
  }));

test('a job of another project gets a twin without a user in the first one', () =>
  withWaldur({ as: 'recorded' }, async (running) => {
    await submit(running.url, 'ana', LONG, { name: 'my run', allocation: 'climate-2026' });
    await running.waldur.advance(3700);
    expect(await rows(running)).toEqual([
      'bio||long|48200|OK|RUNNING',
      'climate|ana|my run|48200|OK|',
    ]);
  }));

test('a job that ends stays as it was last seen, for a week of runs', () =>
  withWaldur({ as: 'recorded' }, async (running) => {
    await submit(running.url, 'ana', SHORT);
    await running.waldur.advance(30);
    await running.waldur.runHourlyTask();
    const [seen] = await running.waldur.jobs();
    await running.waldur.advance(7 * 86_400);
    expect(await running.waldur.jobs()).toEqual([seen]);
    expect(seen?.runtime_state).toBe('RUNNING');
  }));

test('a row that is still in the queue is written at each run, changed or not', () =>
  withWaldur({ as: 'recorded' }, async ({ url, waldur }) => {
    await submit(url, 'ana', LONG);
    await waldur.advance(3700);
    const [before] = await waldur.jobs();
    await waldur.advance(3600);
    const [after] = await waldur.jobs();
    const elapsed = Date.parse(after?.modified ?? '') - Date.parse(before?.modified ?? '');
    expect({ ...after, modified: '' }).toEqual({ ...before, modified: '' });
    expect(Math.round(elapsed / 1000)).toBe(3600);
  }));

test('only the first 25 of a queue are read', () =>
  withWaldur({ as: 'recorded' }, async ({ url, waldur }) => {
    for (let i = 0; i < 30; i += 1) await submit(url, 'ana', LONG);
    await waldur.advance(3700);
    const states = (await waldur.jobs()).map((job) => job.runtime_state);
    expect(states).toEqual([...Array(25).fill('RUNNING'), ...Array(5).fill('')]);
  }));

test('a week brings no news if the task dies every hour', () =>
  withWaldur({ as: 'recorded', hourlyTask: 'dies' }, async (running) => {
    await submit(running.url, 'ana', LONG);
    await running.waldur.advance(7 * 86_400);
    expect(await rows(running)).toEqual(['bio|ana|job|48200|OK|']);
  }));

test('an array is never told as one: its tasks are rows of nobody', () =>
  withWaldur({ as: 'recorded' }, async (running) => {
    await submit(running.url, 'ana', '#!/bin/sh\n#SBATCH -J arr -a 1-5%1\nsleep 1h\n');
    await running.waldur.advance(20);
    await running.waldur.runHourlyTask();
    expect(await rows(running)).toEqual([
      'bio||arr|48200_1|OK|RUNNING',
      'bio||arr|48200_[2-5%1]|OK|PENDING',
      'bio|ana|job|48200|OK|',
    ]);
  }));

test('Erred, and yet the job runs: it turns up as a row of nobody', () =>
  withWaldur({ as: 'recorded' }, async (running) => {
    await submit(running.url, 'ana', '#!/bin/sh\n#SBATCH -N2 -n1 -J two\nsleep 1h\n');
    await running.waldur.advance(20);
    await running.waldur.runHourlyTask();
    expect(await rows(running)).toEqual(['bio||two|48200|OK|RUNNING', 'bio|ana|job||Erred|']);
  }));

test('scripts are handed over one after another, about 2 s each', () =>
  withWaldur({ as: 'recorded' }, async ({ url, waldur }) => {
    for (let i = 0; i < 3; i += 1) await submit(url, 'ana', LONG);
    const states = [];
    for (let i = 0; i < 4; i += 1) {
      states.push((await waldur.jobs()).map((job) => job.state).join());
      await waldur.advance(2.1);
    }
    const [scheduled, ok] = ['Creation Scheduled', 'OK'];
    expect(states).toEqual([
      [scheduled, scheduled, scheduled].join(),
      [scheduled, scheduled, ok].join(),
      [scheduled, ok, ok].join(),
      [ok, ok, ok].join(),
    ]);
  }));

test.each([
  ['--parsable', 3, 'OK|'],
  ['--wait', 30, 'Creating|'],
  ['--wait', 120, 'OK|48200'],
])('with %s, after %d s', (option, seconds, seen) =>
  withWaldur({ as: 'recorded' }, async ({ url, waldur }) => {
    await submit(url, 'ana', `#!/bin/sh\n#SBATCH ${option}\nsleep 60\n`);
    await waldur.advance(seconds);
    const [job] = await waldur.jobs();
    expect(`${job?.state}|${job?.backend_id}`).toBe(seen);
  }),
);

test('--test-only is an error, and nothing is queued', () =>
  withWaldur({ as: 'recorded' }, async ({ url, waldur }) => {
    await submit(url, 'ana', '#!/bin/sh\n#SBATCH --test-only\n');
    await waldur.advance(5);
    const [job] = await waldur.jobs();
    expect(job?.error_message).toMatch(/^sbatch: Job 48200 to start at /);
    expect(await waldur.slurm()).toEqual([]);
  }));

test('a job name that breaks the listing hides all jobs of its owner, and only of its owner', () =>
  withWaldur({ as: 'recorded' }, async (running) => {
    await submit(running.url, 'ana', LONG);
    await submit(running.url, 'ana', '#!/bin/sh\n#SBATCH -J "No such file"\nsleep 1d\n');
    await submit(running.url, 'ben', LONG, { allocation: 'climate-2026' });
    await running.waldur.advance(3700);
    expect(await rows(running)).toEqual([
      'climate|ben|long|48202|OK|RUNNING',
      'bio|ana|job|48201|OK|',
      'bio|ana|job|48200|OK|',
    ]);
  }));

test.each([
  ['olga', 'bio-gpu', LONG, 'OAuth token is not found'],
  ['ana', 'bio-old', LONG, 'Service does not have Firecrest API URL'],
  [
    'ana',
    'bio-gpu',
    `#!/bin/sh\n#${'x'.repeat(5 * 1024 * 1024)}`,
    'Message: Request Entity Too Large, status code: 413',
  ],
])(
  'a submission of %s to %s can fail before Slurm is asked',
  (person, allocation, script, message) =>
    withWaldur({ as: 'recorded' }, async ({ url, waldur }) => {
      await submit(url, person, script, { allocation });
      await waldur.advance(5);
      const [job] = await waldur.jobs();
      expect([job?.state, job?.error_message]).toEqual(['Erred', message]);
    }),
);

/** One job of Ana's and one of Ben's, each submitted through its owner's first project. */
async function two({ url, waldur }: Running): Promise<void> {
  await submit(url, 'ana', LONG);
  await submit(url, 'ben', LONG, { allocation: 'climate-2026' });
  await waldur.advance(60);
}

test('the task goes person by person, 2 s each on its clock', () =>
  withWaldur({ as: 'recorded' }, async (running) => {
    await two(running);
    const { waldur } = running;
    await waldur.advance(3600 - 60 + 3);
    expect(await rows(running)).toEqual([
      'climate|ben|job|48201|OK|',
      'bio|ana|long|48200|OK|RUNNING',
    ]);
    await waldur.advance(2);
    const [ben, ana] = await waldur.jobs();
    expect(ben?.runtime_state).toBe('RUNNING');
    const between = Date.parse(ben?.modified ?? '') - Date.parse(ana?.modified ?? '');
    expect(between).toBeGreaterThanOrEqual(2000);
  }));

test('what fails for one person is written for the others', () =>
  withWaldur({ as: 'recorded' }, async (running) => {
    await two(running);
    await running.waldur.setUser('ana', { signInExpired: true });
    await running.waldur.runHourlyTask();
    expect(await rows(running)).toEqual([
      'climate|ben|long|48201|OK|RUNNING',
      'bio|ana|job|48200|OK|',
    ]);
    await submit(running.url, 'ana', LONG);
    await running.waldur.advance(5);
    const [job] = await running.waldur.jobs();
    expect(job?.error_message).toBe('Message: Unauthorized, status code: 401');
    expect(await running.waldur.slurm()).toHaveLength(2);
  }));

test('whose sign-in left no token: nothing is handed over, and their queue is not read', () =>
  withWaldur({ as: 'recorded' }, async (running) => {
    await two(running);
    await running.waldur.setUser('ana', { accessToken: false });
    await running.waldur.runHourlyTask();
    expect(await rows(running)).toEqual([
      'climate|ben|long|48201|OK|RUNNING',
      'bio|ana|job|48200|OK|',
    ]);
    await submit(running.url, 'ana', LONG);
    await running.waldur.advance(5);
    const [job] = await running.waldur.jobs();
    expect([job?.state, job?.error_message]).toEqual(['Erred', 'Access token is not found']);
    expect(await running.waldur.slurm()).toHaveLength(2);
  }));

test('an owner without a role in a project is skipped', () =>
  withWaldur({ as: 'recorded' }, async (running) => {
    await running.waldur.setUser('olga', { oauth: true });
    await submit(running.url, 'olga', LONG);
    await running.waldur.advance(3700);
    expect(await rows(running)).toEqual(['bio|olga|job|48200|OK|']);
  }));

test.each([
  ['401', 'Message: Unauthorized, status code: 401'],
  ['500', 'Message: Internal Server Error, status code: 500'],
  ['no answer', 'Unable to perform Firecrest API request.'],
] as const)('the upload succeeds, and asking for its result ends with %s', (afterUpload, message) =>
  withWaldur({ as: 'recorded', afterUpload }, async ({ url, waldur }) => {
    await submit(url, 'ana', LONG);
    await waldur.advance(10);
    const [job] = await waldur.jobs();
    expect([job?.state, job?.backend_id, job?.error_message]).toEqual(['Erred', '', message]);
    expect(await waldur.slurm()).toMatchObject([{ id: '48200', state: 'RUNNING' }]);
  }),
);

test('sentences come in the language of the request, otherwise in that of the server', () =>
  withWaldur({ as: 'recorded', language: 'et' }, async ({ url }) => {
    const page = (headers = {}) => ask(url, 'ana', 'GET', '/api/slurm-jobs/?page=9', { headers });
    expect((await page()).body).not.toEqual({ detail: 'Invalid page.' });
    const english = await page({ 'accept-language': 'en' });
    expect(english).toMatchObject({ status: 404, body: { detail: 'Invalid page.' } });
    for (const wanted of ['de, et;q=0.5, en;q=0.4', 'en;q=0.1, et', 'et-EE,en;q=0.9', 'fr, *']) {
      const { body } = await page({ 'accept-language': wanted });
      expect([wanted, body]).toEqual([wanted, { detail: 'Vigane lehekülg.' }]);
    }
    expect((await page({ 'accept-language': 'et;q=0, en;q=0.2' })).body).toEqual(english.body);
    // Every answer says in which language it is, whatever is in it.
    const list = await ask(url, 'ana', 'GET', '/api/slurm-jobs/', {});
    expect(list.headers['content-language']).toBe('et');
  }));

test.each([
  ['DELETE', '/api/slurm-jobs/', 'not allowed'],
  ['POST', '/api/slurm-jobs/{}/pull/', 'backend ID'],
] as const)(
  '%s %s: no sentence is English for who did not ask for English',
  (method, path, english) =>
    withWaldur({ as: 'recorded', language: 'et' }, async ({ url, waldur }) => {
      const [uuid] = await waldur.addJobs([{ project: 'bio' }]);
      const said = async (headers = {}) =>
        JSON.stringify(
          (await ask(url, 'ana', method, path.replace('{}', uuid ?? ''), { headers })).body,
        );
      expect(await said({ 'accept-language': 'en' })).toContain(english);
      expect(await said()).not.toContain(english);
    }),
);
