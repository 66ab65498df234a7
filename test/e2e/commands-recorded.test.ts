import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { JOBS } from '../../sandbox/slack/world.ts';
import {
  answer,
  asksWaldur,
  connect,
  logged,
  refIn,
  script,
  sees,
  seesModal,
  share,
  shown,
  slurm,
  startWorld,
  submitFrom,
  until,
  type World,
} from './world.ts';

/** The differences with a Waldur that behaves as a real one was recorded to. */
let world: World;
const BIO = { cluster: 'Hydra', project: 'bio', user: 'ana', state: 'OK' } as const;

beforeAll(async () => {
  world = await startWorld({ waldur: ['--as', 'recorded', '--speed', '20'] });
});
beforeEach(async () => {
  await connect(world, world.ana, 'ana');
  await world.waldur.addJobs([{ ...BIO, name: 'still', backend_id: '801' }]);
});
afterEach(() => world.startOver());
afterAll(() => world.stop());

test('refresh of a job that is still being created is another answer', async () => {
  const [uuid = ''] = await world.waldur.addJobs([{ ...BIO, name: 'making', state: 'Creating' }]);
  const told = await slurm(world.ana, JOBS, `refresh ${uuid}`);
  expect(told.text).toMatch(/^making is still being created; try again in a minute\./);
});

test('refresh: this Waldur cannot', async () => {
  const asked = await asksWaldur(world, async () => {
    const told = await slurm(world.ana, JOBS, 'refresh still');
    expect(told.text).toMatch(
      /^This Waldur cannot refresh on request; its last news of still is from <!date\^\d+\^\{date_short_pretty\} at \{time\}\|[^>]+>\. \(ref \w+\)$/,
    );
    expect(await logged(world, refIn(told.text))).toHaveLength(1);
  });
  expect(asked.filter((line) => line.startsWith('POST'))).toEqual([
    expect.stringMatching(/pull\/ 409$/),
  ]);
});

test('one person with two accounts in Slack is one person: nothing is taken from the others', async () => {
  const { ana, ben } = world;
  await connect(world, ben, 'ana');
  const posts = (lines: string[]) => lines.filter((line) => line.startsWith('POST'));
  for (const person of [ana, ben, ana]) {
    const asked = await asksWaldur(world, () => slurm(person, JOBS, 'refresh still'));
    expect(posts(asked)).toHaveLength(1);
  }
});

test('delete: this Waldur cannot, and says so after a look', async () => {
  const { ana, waldur } = world;
  await ana.command('dm', '/slurm delete still');
  await seesModal(ana, 'Remove still (`801`) from Waldur?');
  await ana.submit();
  await seesModal(
    ana,
    'This Waldur cannot delete job records (it answered 500). Nothing changed. Waldur’s staff can unlink it.',
  );
  await ana.closeModal();
  expect((await waldur.jobs()).map(({ name }) => name)).toContain('still');
});

test('a job has no news until the hourly task runs; then it and its twin are shown as one job and followed', async () => {
  const { ana, waldur } = world;
  const prompt = await share(ana, 'dm', {
    name: 'hourly.sh',
    content: script('hourly', 100_000),
  });
  await submitFrom(ana, 'dm', prompt, { Allocation: 'climate-2026 · 41 % of CPU hours used' });
  await seesModal(ana, 'Submitted hourly.');
  await ana.closeModal();
  const silent = await sees(ana, 'dm', /^📤 hourly — Submitted\b[\s\S]*`\d+`/);
  expect(shown(silent)).toContain('No news from the cluster yet');
  const running = () => waldur.slurm();
  await until('the job to run', async () =>
    (await running()).some(({ name, state }) => name === 'hourly' && state === 'RUNNING'),
  );
  await waldur.runHourlyTask();
  const twins = (await waldur.jobs()).filter(({ name }) => name === 'hourly');
  expect(twins.map(({ project }) => project)).toEqual(['bio', 'climate']);
  const list = await slurm(ana, 'dm', 'list hourly');
  expect(list.text).toMatch(/^\*Your jobs\* · “hourly” · 1–1 of 1/);
  expect(shown(list)).toMatch(/\*hourly\* — Running\\n`\d+` · climate/);
  // By name, both rows fit, and are one job to people.
  await sees(ana, 'dm', / started/);
  const job = await answer(ana, JOBS, () => ana.command(JOBS, '/slurm show hourly'));
  expect(shown(job)).toContain(' · climate · ');
  expect(job.text).toMatch(/^\S+ hourly — Running/);
});
