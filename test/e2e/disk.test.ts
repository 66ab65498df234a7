import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SeenMessage, SeenView } from '../../sandbox/slack/control.ts';
import { ANA } from '../../sandbox/slack/world.ts';
import { type DeadlyWorld, moves, sent, startDeadlyWorld, threadOf } from './kills-world.ts';
import { connect, script, sees, seesModal, submitFrom, until } from './world.ts';

/** A main job has about 30 commits; some are of looks at a job, whose number varies. */
const COMMITS = 34;

let world: DeadlyWorld;
beforeAll(async () => {
  const preload = fileURLToPath(new URL('failing-sqlite.ts', import.meta.url));
  world = await startDeadlyWorld({
    environment: { NODE_OPTIONS: `--import ${preload}`, SQLITE_FAULT: 'fault' },
  });
});
beforeEach(() => connect(world, world.ana, 'ana'));
afterEach(async () => {
  rmSync(inFolder('fault'), { force: true });
  rmSync(inFolder('fault.fired'), { force: true });
  await world.startOver();
});
afterAll(() => world.stop());

const inFolder = (name: string) => join(world.directory, name);
const withDatabase = (use: (db: DatabaseSync) => void) => {
  const db = new DatabaseSync(inFolder('data/slurm.db'), { timeout: 5000 });
  use(db);
  db.close();
};

/** Sets the fault of the bot's database: `commit 3` fails at the third commit, `full` lets it grow no further. */
const order = (what: string) => writeFileSync(inFolder('fault'), what);
const fired = () =>
  existsSync(inFolder('fault.fired')) && readFileSync(inFolder('fault.fired'), 'utf8');

const waiting = (name: string) => script(name, 60, '# sandbox: queue 1000000');
const wentWrong = 'Something went wrong in the bot';

/** Shares the script, and shares it again if the bot says that something went wrong. */
async function prompted(name: string): Promise<SeenMessage> {
  const files = [{ name: `${name}.sh`, content: waiting(name) }];
  const { ts: root } = await world.ana.say('dm', '', { files });
  const said = await until(`an answer to ${name}.sh`, async () =>
    (await world.ana.screen('dm')).find(
      ({ ts, thread_ts, text }) =>
        (thread_ts === root && text.includes('is ready to submit')) ||
        (ts > root && text.includes(wentWrong)),
    ),
  );
  return said.text.includes(wentWrong) ? prompted(name) : said;
}

/** Opens the form and hands it in, and does so again whenever the bot says that it did not work. */
async function submitted(name: string, prompt: SeenMessage): Promise<void> {
  await world.ana.click('dm', prompt.ts, 'Submit…');
  await until(`the card of ${name}`, async () => {
    await goOn(prompt, await world.ana.modal());
    return (await threadOf(world, 'dm', prompt.thread_ts ?? '')).some(isCard(name));
  });
}

async function goOn(prompt: SeenMessage, form: SeenView | null): Promise<void> {
  const { ana } = world;
  if (form?.callback_id === 'submit') {
    await ana.suggest('Allocation', '');
    await ana.submit({ Allocation: 'bio-gpu · 82 % of GPU hours used' });
  } else if (JSON.stringify(form).includes(wentWrong)) {
    await ana.closeModal();
    await ana.click('dm', prompt.ts, 'Submit…');
  }
}

const isCard = (name: string) => (text: string) => text.includes(` ${name} — `);

/** One job, one card, each reply once, and the final state. */
async function endsWell(name: string, prompt: SeenMessage): Promise<void> {
  await moves(world, name, 'COMPLETED');
  await sees(world.ana, 'dm', `<@${ANA}> ${name} completed`);
  await until(`the final card of ${name}`, async () =>
    (await threadOf(world, 'dm', prompt.thread_ts ?? '')).some((text) =>
      text.startsWith(`✅ ${name} — Completed`),
    ),
  );
  const told = await threadOf(world, 'dm', prompt.thread_ts ?? '');
  // The prompt, which says once the job is known which one it became.
  expect(told.filter((text) => text.includes(`${name}.sh`))).toHaveLength(1);
  expect(told.filter(isCard(name))).toHaveLength(1);
  expect(told.filter((text) => text.includes(`${name} completed`))).toHaveLength(1);
  expect((await world.waldur.jobs()).filter((job) => job.name === name)).toHaveLength(1);
  expect(await sent(world, name)).toHaveLength(1);
}

test.each(Array.from({ length: COMMITS }, (_, index) => index + 1))(
  'commit %i of a job fails: nothing is lost, nothing is doubled',
  async (commit) => {
    const name = `commit-${commit}`;
    order(`commit ${commit}`);
    const prompt = await prompted(name);
    await submitted(name, prompt);
    await endsWell(name, prompt);
    await until('the fault', async () => fired());
  },
);

describe('after Waldur has taken the script', () => {
  /** Does something to the database while Waldur’s answer is on its way. */
  async function whileAnswered(name: string, act: () => void): Promise<SeenMessage> {
    const prompt = await prompted(name);
    const { waldurGate } = world;
    const posting = waldurGate.hold({ method: 'POST', path: '/slurm-jobs/', stop: 'answer' });
    await submitFrom(world.ana, 'dm', prompt);
    const held = await posting;
    act();
    held.release();
    return prompt;
  }

  test.each([
    ['the 1. commit', 'commit 1'],
    ['the 2. commit', 'commit 2'],
  ])('%s fails: the job is found by its mark', async (what, failing) => {
    const name = `taken-${what.replaceAll(/\W+/g, '-')}`;
    const prompt = await whileAnswered(name, () => order(failing));
    await seesModal(world.ana, `Submitted ${name}`);
    expect(fired()).not.toBe(false);
    await sees(world.ana, 'dm', `${name} — Queued`);
    await endsWell(name, prompt);
  });

  const notSettled = () =>
    world.bot().lines.filter((line) => line.includes('submission not settled')).length;

  test.each([
    ['until it can again', false],
    ['until the bot is started again', true],
  ])('nothing can be committed %s: the job is found by its mark', async (_until, restart) => {
    const name = `never-${restart}`;
    const before = notSettled();
    const prompt = await whileAnswered(name, () => order('commits'));
    await until('two attempts', async () => notSettled() >= before + 2);
    expect(fired()).not.toBe(false);
    if (restart) await world.kill();
    order('room again');
    if (restart) await world.revive();
    await seesModal(world.ana, `Submitted ${name}`);
    await endsWell(name, prompt);
  });

  test('only the job cannot be kept: the person hears that the bot could not look, not that Waldur could not', async () => {
    const name = 'unkept';
    const prompt = await whileAnswered(name, () => order('insert into "watches"'));
    const form = await seesModal(world.ana, 'Waldur’s answer was lost');
    expect(fired()).toContain('watches');
    expect(JSON.stringify(form.blocks)).toContain('something went wrong in the bot');
    order('room again');
    await sees(world.ana, 'dm', new RegExp(`^${name} was submitted after all`));
    await endsWell(name, prompt);
  });

  test('the database is locked past the timeout: the job is found by its mark', async () => {
    const name = 'locked';
    const lock = new DatabaseSync(inFolder('data/slurm.db'));
    const prompt = await whileAnswered(name, () => lock.exec('BEGIN IMMEDIATE'));
    await world.bot().line((line) => line.includes('not settled') && line.includes('is locked'));
    lock.exec('ROLLBACK');
    lock.close();
    await seesModal(world.ana, `Submitted ${name}`);
    await sees(world.ana, 'dm', `${name} — Queued`);
    await endsWell(name, prompt);
    // Waiting for the lock has held up everything, the socket to Slack as well.
    await world.kill();
    await world.revive();
  });
});

test('the disk is full when a form is handed in: the person is told that nothing was done, and nothing was', async () => {
  const name = 'full';
  const prompt = await prompted(name);
  await world.ana.click('dm', prompt.ts, 'Submit…');
  await seesModal(world.ana, 'Allocation');
  await world.ana.suggest('Allocation', '');
  // What was deleted before has left room in the file.
  withDatabase((db) => db.exec('VACUUM'));
  order('full');
  // More than fits on any page that the file has.
  await world.ana.submit({
    Allocation: 'bio-gpu · 82 % of GPU hours used',
    Description: '長'.repeat(1900),
  });
  await seesModal(world.ana, `${wentWrong}. Nothing more was done.`);
  expect(fired()).toContain('submissions');
  expect(await sent(world, name)).toHaveLength(0);
  await world.ana.closeModal();
  order('room again');
  await submitted(name, prompt);
  await endsWell(name, prompt);
});
