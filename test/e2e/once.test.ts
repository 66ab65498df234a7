import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startNode } from '../../sandbox/processes.ts';
import type { SeenMessage } from '../../sandbox/slack/control.ts';
import { ANA, BOT, JOBS } from '../../sandbox/slack/world.ts';
import { type DeadlyWorld, sent, slurmId, startDeadlyWorld } from './kills-world.ts';
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

const timesSeen = async (text: string | RegExp) =>
  (await world.ana.screen('dm')).filter((message) => message.text.match(text)).length;

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

  test('but not by Waldur or the cluster: the next form does not say that it was', async () => {
    const { ana, waldur } = world;
    const prompt = await formOf('unsigned');
    await waldur.setUser('ana', { accessToken: false });
    await submitForm();
    await sees(ana, 'dm', /unsigned was not submitted: your sign-in to the cluster has expired/);
    await waldur.setUser('ana', { accessToken: true });
    await ana.closeModal();
    await sees(ana, 'dm', /^\S+ `unsigned\.sh` .*, not submitted/);
    const form = await openForm(ana, 'dm', prompt, 'Submit again…');
    expect(shown(form)).not.toContain('submitted this script');
    await submitForm();
    await sees(ana, 'dm', /^\S+ unsigned — Queued/);
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

  test('after this form was opened: nothing is sent before the person has seen that', async () => {
    const { ana, ben } = world;
    await connect(world, ben, 'mia');
    const prompt = await formOf('crossing', JOBS);
    await openForm(ben, JOBS, prompt);
    await submitForm();
    await sees(ben, JOBS, /^\S+ crossing — Queued/);
    await submitForm(ben);
    const form = await seesModal(ben, 'Nothing more was submitted');
    expect(shown(form)).toMatch(new RegExp(`<@${ANA}> submitted this script .* ago as`));
    expect(form.callback_id).toBe('submit');
    expect(await jobsNamed('crossing')).toHaveLength(1);
    await submitForm(ben);
    await until('the second job', async () => (await jobsNamed('crossing')).length === 2);
    await ana.closeModal();
  });

  test('is sent once, though its prompt is put away meanwhile', async () => {
    const prompt = await formOf('dismissed');
    const posting = world.waldurGate.hold({ ...post, stop: 'request' });
    await submitForm();
    const { release } = await posting;
    await world.ana.click('dm', prompt.ts, 'Dismiss');
    await sees(world.ana, 'dm', /^Put away\.$/);
    release();
    await seesModal(world.ana, 'Submitted dismissed');
    await sees(world.ana, 'dm', /^\S+ dismissed — Queued/);
    expect(await sent(world, 'dismissed')).toHaveLength(1);
    expect(await timesSeen(/not submitted/)).toBe(0);
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
