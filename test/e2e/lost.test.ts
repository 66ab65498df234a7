import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SeenMessage } from '../../sandbox/slack/control.ts';
import { ANA, BOT } from '../../sandbox/slack/world.ts';
import { ask, submission } from '../sandbox/waldur-with.ts';
import { type DeadlyWorld, moves, sent, startDeadlyWorld, threadOf } from './kills-world.ts';
import { connect, script, sees, seesModal, share, shown, until } from './world.ts';

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
const post = { method: 'POST', path: '/api/slurm-jobs/' };

async function openForm(person: DeadlyWorld['ana'], channel: string, prompt: SeenMessage) {
  await person.click(channel, prompt.ts, 'Submit…');
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

function markIn(body: string): string {
  const mark = /Submitted from Slack · [0-9a-f]{12}/.exec(body)?.[0];
  if (mark === undefined) throw new Error(`there is no mark in: ${body}`);
  return mark;
}

function inDatabase<Result>(read: (db: DatabaseSync) => Result): Result {
  const db = new DatabaseSync(join(world.directory, 'data/slurm.db'), { timeout: 5000 });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

/** Hands in the form of a script that never reaches Waldur, up to where the person is told so. */
async function loses(name: string): Promise<{ prompt: SeenMessage; mark: string }> {
  const prompt = await formOf(name);
  const posting = world.waldurGate.hold({ ...post, stop: 'request' });
  await submitForm();
  const mark = markIn((await posting).body);
  world.waldurGate.cut();
  await seesModal(world.ana, 'most likely not submitted');
  return { prompt, mark };
}

/** Waldur stores after all what it was sent: something on the way had kept it. */
async function arrivesLate(name: string, mark: string, by = 'ana'): Promise<void> {
  const { url } = world.waldurReady;
  const body = await submission(url, by, waiting(name), { name });
  body.set('description', mark);
  expect((await ask(url, by, 'POST', '/api/slurm-jobs/', { body })).status).toBe(201);
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

  test('is told to have turned up, though that was seen while the person was told of the loss', async () => {
    const prompt = await formOf('raced');
    const posting = world.waldurGate.hold({ ...post, stop: 'request' });
    await submitForm();
    const mark = markIn((await posting).body);
    const telling = { path: 'views.update', body: 'most likely not submitted' };
    const told = world.slackGate.hold({ ...telling, stop: 'answer' });
    world.waldurGate.cut();
    const { release } = await told;
    await arrivesLate('raced', mark);
    await world.ana.click('dm', prompt.ts, 'Submit…');
    await seesModal(world.ana, 'raced was submitted after all');
    release();
    await sees(world.ana, 'dm', turnedUp('raced'));
    expect(await jobsNamed('raced')).toHaveLength(1);
  });

  test('is found, though somebody has copied its mark into a newer job', async () => {
    const { mark } = await loses('copied');
    await world.kill();
    await arrivesLate('copied', mark);
    await arrivesLate('copy', mark, 'mia');
    await world.revive();
    await sees(world.ana, 'dm', turnedUp('copied'));
    await sees(world.ana, 'dm', /^\S+ copied — Queued/);
  });

  test('is not said to be missing by what somebody else sees, and is found when the person is themselves again', async () => {
    const prompt = await formOf('switched');
    const posting = world.waldurGate.hold({ ...post, stop: 'request' });
    await submitForm();
    const mark = markIn((await posting).body);
    await world.ana.closeModal();
    await connect(world, world.ana, 'mia');
    world.waldurGate.cut();
    const told = await sees(world.ana, 'dm', /^switched: Waldur’s answer was lost/);
    expect(told.text).toContain('somebody else than before');
    await arrivesLate('switched', mark);
    await connect(world, world.ana, 'ana');
    await sees(world.ana, 'dm', turnedUp('switched'));
    const { thread_ts: root = '' } = prompt;
    const cards = (await threadOf(world, 'dm', root)).filter((text) => / switched — /.test(text));
    expect(cards).toHaveLength(1);
  });

  test.each([
    [3, true],
    [50, false],
  ])(
    'is looked for at growing intervals for a day (%i h), and nothing else is said',
    async (hours, goesOn) => {
      const name = `hours-${hours}`;
      await formOf(name);
      const posting = world.waldurGate.hold({ ...post, stop: 'request' });
      await submitForm();
      const mark = markIn((await posting).body).slice(-12);
      await world.ana.closeModal();
      await world.kill();
      const past = Date.now() - hours * 3_600_000;
      inDatabase((db) =>
        db.prepare('UPDATE submissions SET sent_at = ?, created_at = ?').run(past, past),
      );
      await world.revive();
      const { text } = await sees(
        world.ana,
        'dm',
        new RegExp(`^${name}: Waldur’s answer was lost`),
      );
      expect(text.includes('I go on looking')).toBe(goesOn);
      const due = await until('the next look', async () => {
        const row = inDatabase((db) =>
          db.prepare('SELECT due_at, told FROM submissions WHERE id = ?').get(mark),
        );
        if (row?.told !== 1) return null;
        const { due_at: at } = row;
        if (!goesOn) return at === null && 'never';
        return Number(at) - Date.now() > 50 * 60_000 && 'in an hour';
      });
      expect(due).toBe(goesOn ? 'in an hour' : 'never');
    },
  );

  test('whose person has left is looked for no more, and nothing follows it', async () => {
    await formOf('left');
    const posting = world.waldurGate.hold({ ...post, stop: 'answer' });
    await submitForm();
    const { release } = await posting;
    await world.slack.setUser(ANA, { deleted: true });
    await world.bot().line((line) => line.includes('a person left'));
    const from = world.bot().lines.length;
    release();
    await until('the answer', async () =>
      world
        .bot()
        .lines.slice(from)
        .some((line) => line.includes(' submitted ')),
    );
    for (const table of ['accounts', 'submissions', 'watches'])
      expect(
        inDatabase((db) => db.prepare(`SELECT * FROM ${table} WHERE user = ?`).all(ANA)),
      ).toEqual([]);
    expect(await jobsNamed('left')).toHaveLength(1);
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
