import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startNode } from '../../sandbox/processes.ts';
import type { SeenMessage } from '../../sandbox/slack/control.ts';
import { ANA, BOT, JOBS } from '../../sandbox/slack/world.ts';
import { ask, submission } from '../sandbox/waldur-with.ts';
import { type DeadlyWorld, moves, sent, slurmId, startDeadlyWorld } from './kills-world.ts';
import { answer, connect, script, sees, seesModal, share, shown, until } from './world.ts';

let world: DeadlyWorld;
beforeAll(async () => {
  world = await startDeadlyWorld();
});
beforeEach(async () => {
  await connect(world, world.ana, 'ana');
  await connect(world, world.ben, 'ben');
});
afterEach(() => world.startOver());
afterAll(() => world.stop());

const ALLOCATION = 'bio-gpu · 82 % of GPU hours used';
const waiting = (name: string) => script(name, 60, '# sandbox: queue 1000000');
/** A channel of Ana’s, without Ben. */
const QUIET = 'C0QUIET001';
const post = { method: 'POST', path: '/api/slurm-jobs/' };

async function openForm(
  person: DeadlyWorld['ana'],
  channel: string,
  prompt: SeenMessage,
  label = 'Submit…',
) {
  await person.click(channel, prompt.ts, label);
  const form = await seesModal(person, 'Allocation');
  await person.suggest('Allocation', '');
  return form;
}

async function formOf(name: string, channel = 'dm'): Promise<SeenMessage> {
  const text = channel === 'dm' ? '' : `<@${BOT}>`;
  const file = { name: `${name}.sh`, content: waiting(name), text };
  const prompt = await share(world.ana, channel, file);
  await openForm(world.ana, channel, prompt);
  return prompt;
}

const submitForm = (person = world.ana) => person.submit({ Allocation: ALLOCATION });

const jobsNamed = async (name: string) =>
  (await world.waldur.jobs()).filter((job) => job.name === name);

/** Hands in the form of a script that never reaches Waldur, up to where the person is told so. */
async function loses(name: string): Promise<{ prompt: SeenMessage; mark: string }> {
  const prompt = await formOf(name);
  const posting = world.waldurGate.hold({ ...post, stop: 'request' });
  await submitForm();
  const mark = /Submitted from Slack · [0-9a-f]{12}/.exec((await posting).body)?.[0] ?? '';
  expect(mark).not.toBe('');
  world.waldurGate.cut();
  await seesModal(world.ana, 'most likely not submitted');
  return { prompt, mark };
}

/** Waldur stores after all what it was sent: something on the way had kept it. */
async function arrivesLate(name: string, mark: string): Promise<void> {
  const { url } = world.waldurReady;
  const body = await submission(url, 'ana', waiting(name), { name });
  body.set('description', mark);
  expect((await ask(url, 'ana', 'POST', '/api/slurm-jobs/', { body })).status).toBe(201);
}

const turnedUp = (name: string) => new RegExp(`^${name} was submitted after all`);
const timesSeen = async (text: string | RegExp) =>
  (await world.ana.screen('dm')).filter((message) => message.text.match(text)).length;

describe('a submission whose answer was lost', () => {
  test('is adopted whenever Waldur shows it, also by the next bot: its card comes, and the person is told, once', async () => {
    const { mark } = await loses('late');
    await world.kill();
    await arrivesLate('late', mark);
    await world.revive();
    await sees(world.ana, 'dm', turnedUp('late'));
    await sees(world.ana, 'dm', /^\S+ late — Queued/);
    await moves(world, 'late', 'COMPLETED');
    await sees(world.ana, 'dm', `<@${ANA}> late completed`);
    expect(await timesSeen(turnedUp('late'))).toBe(1);
    expect(await timesSeen(/^\S+ late — /)).toBe(1);
    expect(await jobsNamed('late')).toHaveLength(1);
  });

  test('is looked for again before Submit again… opens a form', async () => {
    const { mark } = await loses('stored');
    await arrivesLate('stored', mark);
    await world.ana.clickInModal('Submit again…');
    // If the bot has just found it by itself, the form says as which job.
    await seesModal(world.ana, /stored was submitted after all|You submitted this script/);
    await sees(world.ana, 'dm', /^\S+ stored — Queued/);
    expect(await jobsNamed('stored')).toHaveLength(1);
  });

  test('that arrives while its form is open again: nothing more is sent, unless the person wants that', async () => {
    const { mark } = await loses('crossed');
    await world.ana.clickInModal('Submit again…');
    await seesModal(world.ana, 'Allocation');
    await arrivesLate('crossed', mark);
    await submitForm();
    const form = await seesModal(world.ana, 'Nothing more was submitted');
    expect(form.callback_id).toBe('submit');
    expect(await jobsNamed('crossed')).toHaveLength(1);
    await sees(world.ana, 'dm', /^\S+ crossed — Queued/);
    await submitForm();
    await seesModal(world.ana, 'Submitted crossed');
    expect(await jobsNamed('crossed')).toHaveLength(2);
  });

  test('is looked for as well where the form is opened from the prompt', async () => {
    const { prompt, mark } = await loses('prompted');
    await world.ana.closeModal();
    const form = await openForm(world.ana, 'dm', prompt);
    expect(shown(form)).toMatch(/You submitted this script \d+ s ago as prompted, and Waldur’s/);
    await arrivesLate('prompted', mark);
    await submitForm();
    await seesModal(world.ana, 'Nothing more was submitted');
    expect(await jobsNamed('prompted')).toHaveLength(1);
  });

  test('is not sent again while Waldur cannot be asked for it: no form opens, and one that is open sends nothing', async () => {
    await loses('blind');
    const deaf = { kind: 'http502', times: 'always', match: { path: '/slurm-jobs/' } } as const;
    await world.waldur.fault(deaf);
    await world.ana.clickInModal('Submit again…');
    await seesModal(world.ana, 'Waldur failed (it answered 502)');
    await world.waldur.clearFaults();
    await world.ana.click('dm', (await sees(world.ana, 'dm', /^blind.sh is ready/)).ts, 'Submit…');
    await seesModal(world.ana, 'Allocation');
    await world.ana.suggest('Allocation', '');
    await world.waldur.fault(deaf);
    await submitForm();
    await seesModal(world.ana, 'Nothing was submitted.');
    expect(await sent(world, 'blind')).toHaveLength(0);
  });
});

describe('a script that was submitted before', () => {
  test('by the same person: the next form says when and as which job', async () => {
    const prompt = await formOf('mine');
    await submitForm();
    await sees(world.ana, 'dm', /^\S+ mine — Queued/);
    const id = await slurmId(world, 'mine');
    await world.ana.closeModal();
    await sees(world.ana, 'dm', /^✔ `mine\.sh`/);
    const form = await openForm(world.ana, 'dm', prompt, 'Submit again…');
    expect(shown(form)).toMatch(
      new RegExp(`You submitted this script (\\d+ s|1 min) ago as ${id}\\.`),
    );
    await submitForm();
    await until('the second job', async () => (await jobsNamed('mine')).length === 2);
  });

  test('by somebody else: those are told who see its card in the channel, and nobody where it is followed elsewhere', async () => {
    const { ana, ben } = world;
    const prompt = await formOf('ours', JOBS);
    await submitForm();
    await sees(ben, JOBS, /^\S+ ours — Queued/);
    await sees(ben, JOBS, /^✔ `ours\.sh`/);
    const form = await openForm(ben, JOBS, prompt, 'Submit again…');
    expect(shown(form)).toContain(`<@${ANA}> submitted this script`);

    const quiet = await formOf('quiet', JOBS);
    await world.slack.addChannel(QUIET, 'private', [ANA, BOT]);
    await ana.submit({ Allocation: ALLOCATION, 'Follow it in': QUIET });
    await sees(ana, QUIET, /^\S+ quiet — Queued/);
    await ben.closeModal();
    expect(shown(await openForm(ben, JOBS, quiet))).not.toContain('submitted this script');
  });

  test('is never said not to be submitted when its prompt is put away', async () => {
    const prompt = await formOf('kept');
    const before = await timesSeen(/not submitted/);
    await world.ana.click('dm', prompt.ts, 'Dismiss');
    await sees(world.ana, 'dm', /^Put away\.$/);
    await submitForm();
    await sees(world.ana, 'dm', /^✔ `kept\.sh`/);
    expect(await timesSeen(/not submitted/)).toBe(before);
  });
});

test('a second bot on the database says so and stops, and the operator’s tools go on; kill -9 frees it', async () => {
  const { process: first, lines } = world.bot();
  const before = lines.length;
  await expect(world.revive()).rejects.toThrow(
    /The bot did not start: another bot is using the database [^\n]+: stop it, or give this one a DATABASE_URL of its own$/,
  );
  expect(first.exitCode).toBeNull();
  expect(lines.slice(before).filter((line) => line.includes('ERROR'))).toEqual([]);
  const settings = { SLACK_BOT_TOKEN: 'a', SLACK_APP_TOKEN: 'b', WALDUR_URL: 'http://127.0.0.1' };
  const root = process.cwd();
  for (const tool of [
    ['audit-report', '--since', '1h'],
    ['keys', 'rotate'],
  ]) {
    const [name, ...args] = tool;
    const run = startNode([`${root}/src/operator/${name}.ts`, ...args], settings, world.directory);
    await once(run.process, 'exit');
    expect([run.process.exitCode, ...run.lines]).toContain(0);
  }
  await world.kill();
  await world.revive();
  await answer(world.ana, 'dm', () => world.ana.command('dm', '/slurm whoami'));
});
