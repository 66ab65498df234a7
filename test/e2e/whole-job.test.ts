import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { JobChange } from '../../sandbox/waldur/control-words.ts';
import {
  answer,
  connect,
  logged,
  refIn,
  sees,
  shown,
  slurm,
  startWorld,
  type World,
} from './world.ts';

/** Jobs with several rows: arrays and heterogeneous jobs, in a list and in Details. */
let world: World;
beforeAll(async () => {
  const language = ['--language', 'et'];
  world = await startWorld({
    waldur: ['--as', 'recorded', '--speed', '20', '--seed', 'empty', ...language],
  });
});
beforeEach(() => connect(world, world.ana, 'ana'));
afterEach(() => world.startOver());
afterAll(() => world.stop());

/** Rows as the hourly task makes them: without a user. */
const rows = (name: string, states: Record<string, string>): JobChange[] =>
  Object.entries(states).map(([backend_id, runtime_state]) => ({
    name,
    backend_id,
    runtime_state,
    project: 'bio',
  }));

test('following the list’s entry of an array follows all of its tasks', async () => {
  const { ana, waldur } = world;
  const tasks = { '910_1': 'FAILED', '910_2': 'RUNNING' };
  const [, running = ''] = await waldur.addJobs(rows('array', tasks));
  const list = await slurm(ana, 'dm', 'list all array');
  // If another test has added more than 3,000 records, older tasks could be among them.
  const counts = /(at least )?1 running · 1 failed \(1\)/;
  expect(shown(list)).toMatch(new RegExp(`\\*array\\* — Running · ${counts.source}\\\\n\`910\``));
  await answer(ana, 'dm', () => ana.choose('dm', list.ts, 'Follow here'), /^Following array/);
  const card = await sees(ana, 'dm', /^▶️ array — Running\b[\s\S]*`910`/);
  expect(shown(card)).toMatch(new RegExp(counts.source, 'i'));
  await waldur.setJob(running, { runtime_state: 'COMPLETED' });
  const told = await sees(ana, 'dm', / array has ended/);
  expect(told.text).toBe('❌ <@U0ANA00001> array has ended: 1 failed (1) · 1 completed.');
  await sees(ana, 'dm', /^\S+ array — Failed/);
});

test.each([
  ['910', { '911_1': 'FAILED', '911_2': 'RUNNING' }, '911', 'running'],
  ['a heterogeneous job', { '68+0': 'RUNNING', '68+1': 'PENDING' }, '68', 'running'],
  ['its component', { '69+0': 'RUNNING', '69+1': 'PENDING' }, '69+1', 'running'],
  ['a waiting task', { '450_[2-9%2]': 'PENDING', '450_1': 'RUNNING' }, '450_5', 'running'],
  ['a row by its own id', { '451_[2-9%2]': 'PENDING' }, '451_[2-9%2]', 'queued'],
])('a reference to any row is one to the job: %s', async (_, states, reference, phase) => {
  const name = `named-${reference.replace(/\W+/g, '')}`;
  await world.waldur.addJobs(rows(name, states));
  const base = /^\d+/.exec(reference)?.[0];
  for (const words of [reference, name]) {
    const job = await slurm(world.ana, 'dm', `show ${words}`);
    expect(job.text).toMatch(new RegExp(` ${name} — ${phase}`, 'i'));
    expect(shown(job)).toContain(`\`${base}\` ·`);
  }
});

/** The fields of a record, what they can be besides text, and whether it is then left out. */
const required = ['uuid', 'created', 'modified', 'service_settings'];
const texts = [
  'name',
  'description',
  'runtime_state',
  'backend_id',
  'error_message',
  'project_name',
];
const odd: [field: string, value: unknown, isOut: boolean][] = [
  ...required.map((field): [string, null, true] => [field, null, true]),
  ...texts.map((field): [string, null, false] => [field, null, false]),
  ...[...required, ...texts, 'user_uuid'].map((field): [string, number, true] => [field, 7, true]),
  ['state', null, false],
  ['state', 7, false],
  ['user_uuid', null, false],
];

test('a record that cannot be read is left out, wherever it stands, and the log names its field', async () => {
  const { ana, waldur } = world;
  await waldur.addJobs(rows('legible', { '801': 'RUNNING', '802': 'RUNNING', '803': 'RUNNING' }));
  for (const [field, value, isOut] of odd) {
    await waldur.fault({
      kind: 'odd_row',
      row: { [field]: value },
      match: { path: 'page_size=100' },
    });
    const before = world.bot().lines.length;
    const list = await slurm(ana, 'dm', 'list all');
    const what = `${field} is ${JSON.stringify(value)}`;
    const ids = ['801', '802', '803'].filter((id) => shown(list).includes(`\`${id}\` ·`));
    const isHidden = isOut || field === 'backend_id';
    expect([what, ids]).toEqual([what, isHidden ? ['801', '803'] : ['801', '802', '803']]);
    expect([what, list.text.includes('1 record could not be read.')]).toEqual([what, isOut]);
    expect(shown(list)).not.toMatch(/invalid|expected|received/i);
    const lines = world.bot().lines.slice(before);
    const line = lines.find((each) => each.includes('records could not be read')) ?? '';
    expect([what, line.includes(`${field}: `)]).toEqual([what, isOut]);
  }
  expect(await waldur.faultsFired()).toHaveLength(odd.length);
});

test('a single record that cannot be read is told as something that I don’t understand', async () => {
  const { ana, waldur } = world;
  const [uuid = ''] = await waldur.addJobs(rows('garbled', { '805': 'RUNNING' }));
  await waldur.fault({ kind: 'odd_row', row: { created: 'soon' }, match: { path: uuid } });
  const told = await slurm(ana, 'dm', `show ${uuid}`);
  expect(told.text).toMatch(
    /^Waldur answered something I don’t understand\. Tell the people who run the bot\. \(ref/,
  );
  const [line] = await logged(world, refIn(told.text));
  expect(line).toContain('created: ');
});

test('tasks are at least so many if one record could not be read', async () => {
  const { ana, waldur } = world;
  const tasks = { '920_1': 'RUNNING', '920_2': 'RUNNING', '920_3': 'PENDING' };
  await waldur.addJobs(rows('spotted', tasks));
  const odd = (path: string) => waldur.fault({ kind: 'odd_row', match: { path }, times: 'always' });
  await odd('page_size=100');
  expect(shown(await slurm(ana, 'dm', 'list all'))).toContain('at least 1 running · 1 queued');
  await odd('page_size=300');
  expect(shown(await slurm(ana, 'dm', 'show 920'))).toContain('At least 1 running · 1 queued');
  await answer(ana, 'dm', () => ana.command('dm', '/slurm follow 920'), /^Following spotted/);
  const card = await sees(ana, 'dm', /^▶️ spotted — Running\b/);
  expect(shown(card)).toContain('At least 1 running · 1 queued');
});

test('what is not found may be what could not be read', async () => {
  const { ana, waldur } = world;
  await waldur.addJobs(rows('unseen', { '806': 'RUNNING' }));
  await waldur.fault({ kind: 'odd_row', match: { path: 'page_size=300' } });
  const told = await slurm(ana, 'dm', 'show 806');
  expect(told.text).toMatch(/There is no job “806” among .*1 record could not be read\./);
  const [line] = await logged(world, refIn(told.text));
  expect(line).toContain('modified: ');
});

test('Waldur is asked for English, whatever its own language', async () => {
  await world.waldur.addJobs(rows('worded', { '8300': 'RUNNING' }));
  const told = await slurm(world.ana, 'dm', 'refresh 8300');
  expect(told.text).toContain('This Waldur cannot refresh on request');
});

test('if a filter finds more than a page, all of them are counted after everything has been read', async () => {
  const states = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [`${8200 + index}`, 'RUNNING']),
  );
  await world.waldur.addJobs(rows('plenty', states));
  const list = await slurm(world.ana, 'dm', 'list all plenty');
  expect(list.text).toMatch(/^\*Jobs you can see\* · “plenty” · 1–10 of 12 · as of/);
});

test('a Slurm id is found however deep it lies', async () => {
  const { ana, waldur } = world;
  const old = new Date(Date.now() - 40 * 86_400_000).toISOString();
  await waldur.addJobs([{ ...rows('deep', { '77': 'COMPLETED' })[0], created: old }]);
  const many = Array.from({ length: 3100 }, (_, index) => ({
    name: 'old',
    backend_id: String(500_000 + index),
    created: new Date(Date.now() - 30 * 86_400_000 + index * 1000).toISOString(),
  }));
  await waldur.addJobs(many);
  await ana.command('dm', '/slurm show 77');
  await sees(ana, 'dm', /^77 is not among your newest 3,000 records\. I’m looking further\./);
  await sees(ana, 'dm', /^\S+ deep — Completed/);
});
