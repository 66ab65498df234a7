import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ANA, BEN, JOBS } from '../../sandbox/slack/world.ts';
import { type Gate, type Held, startGate } from './gate.ts';
import {
  answer,
  connect,
  script,
  sees,
  seesModal,
  share,
  shown,
  slurm,
  startSandboxes,
  startWorld,
  until,
  type World,
} from './world.ts';

/** One person asks for more than can be done. Requests to Waldur about jobs can be held on their way. */
let world: World;
let gate: Gate;
const BIO = { cluster: 'Hydra', project: 'bio', user: 'ana', state: 'OK' } as const;
const BUSY = 'I’m still busy with your last requests. Try again when they are answered.';
const LIST = /^(\*Your jobs\*|You have no jobs)/;

beforeAll(async () => {
  const sandboxes = await startSandboxes({});
  gate = await startGate(sandboxes.waldur.url);
  world = await startWorld({ environment: { WALDUR_URL: gate.url } }, sandboxes);
});
beforeEach(async () => {
  await connect(world, world.ana, 'ana');
  await connect(world, world.ben, 'ben');
  await world.waldur.addJobs([{ ...BIO, name: 'calm', backend_id: '501' }]);
});
afterEach(async () => {
  gate.cut();
  await world.startOver();
});
afterAll(async () => {
  await world.stop();
  await gate.close();
});

/** Starts the bot again. */
async function restart(environment: Record<string, string> = {}): Promise<void> {
  await world.bot().kill();
  await world.startBot(environment);
}

/** Holds this many requests about jobs; `held` are those that have arrived. */
function holdJobs(count: number): Held[] {
  const held: Held[] = [];
  for (let each = 0; each < count; each += 1) {
    void gate.hold({ path: '/api/slurm-jobs/', stop: 'request' }).then((one) => held.push(one));
  }
  return held;
}

/** How many messages of a person's screen fit. */
async function count(channel: string, text: RegExp | string): Promise<number> {
  const seen = await world.ana.screen(channel);
  return seen.filter((message) =>
    typeof text === 'string' ? message.text === text : text.test(message.text),
  ).length;
}

test('300 commands at once: two are done, five wait, the rest hear so; others are answered', async () => {
  const { ana, ben } = world;
  const held = holdJobs(3);
  const acts = await Promise.all(
    Array.from({ length: 300 }, () => ana.command(JOBS, '/slurm list')),
  );
  expect(acts.every(({ ok }) => ok)).toBe(true);
  const refused = acts.filter(({ response }) => JSON.stringify(response)?.includes(BUSY));
  expect(refused).toHaveLength(293);
  expect(await count(JOBS, BUSY)).toBe(293);
  await until('two are asked for', async () => held.length === 2);

  const list = slurm(ben, JOBS, 'list');
  await until('Ben is asked for', async () => held.length === 3);
  held[2]?.release();
  expect((await list).text).toMatch(LIST);
  // Nothing else was asked for Ana in the meantime.
  for (const each of held.slice(0, 2)) each.release();
  await until('seven are answered', async () => (await count(JOBS, LIST)) === 7);
  expect((await slurm(ana, JOBS, 'list')).text).toMatch(LIST);
});

test('the tasks of an array are read a few at a time', async () => {
  const { ana, ben, waldur } = world;
  const [uuid = ''] = await waldur.addJobs([{ ...BIO, name: 'wide', backend_id: '510' }]);
  const tasks = Array.from({ length: 25 }, (_, task) => ({
    ...BIO,
    name: 'wide',
    backend_id: `510_${task}`,
    runtime_state: 'RUNNING',
  }));
  await waldur.addJobs(tasks);
  const all = 2 + tasks.length + 1;
  const held = holdJobs(all);
  const details = answer(ana, JOBS, () => ana.command(JOBS, `/slurm show ${uuid}`), /^\S+ wide — /);
  for (const nth of [0, 1]) {
    await until('the job, then the list', async () => held.length === nth + 1);
    held[nth]?.release();
  }
  await until('the first tasks are asked for', async () => held.length === 6);
  const list = slurm(ben, JOBS, 'list');
  await until('Ben is asked for', async () => held.length === 7);
  for (let nth = 2; nth < all; nth += 1) {
    await until('the next', async () => held.length > nth);
    held[nth]?.release();
  }
  expect((await list).text).toMatch(LIST);
  expect((await details).text).toMatch(/^\S+ wide — Running/);
  expect(held).toHaveLength(all);
});

test('a person with too many messages is told three times, and accepted ones are answered', async () => {
  const { ana } = world;
  const held = holdJobs(2);
  for (let each = 0; each < 20; each += 1) await ana.say('dm', 'list');
  await until('two are asked for', async () => held.length === 2);
  await until('it is told', async () => (await count('dm', BUSY)) === 3);
  for (const each of held) each.release();
  await until('seven are answered', async () => (await count('dm', LIST)) === 7);
  // Everything before it has been handled, so any further message would be there.
  await ana.say('dm', 'help');
  await sees(ana, 'dm', 'What /slurm can do');
  expect(await count('dm', BUSY)).toBe(3);
});

test('a button pressed many times works once, and the person is told three times', async () => {
  const { ana } = world;
  const list = await slurm(ana, JOBS, 'list calm');
  const held = holdJobs(1);
  const acts = await Promise.all(
    Array.from({ length: 15 }, () => ana.choose(JOBS, list.ts, 'Details')),
  );
  expect(acts.every(({ ok }) => ok)).toBe(true);
  await until('it is told', async () => (await count(JOBS, 'I’m already asking.')) === 3);
  await until('it is asked for', async () => held.length === 1);
  const before = await count(JOBS, /^\S+ calm — /);
  for (const each of held) each.release();
  await until('it is answered', async () => (await count(JOBS, /^\S+ calm — /)) > before);
  expect(await count(JOBS, /^\S+ calm — /)).toBe(before + 1);
});

test('a form is acknowledged without waiting for a turn, and if there are too many it keeps what was typed', async () => {
  const { ana } = world;
  await ana.command('dm', '/slurm edit calm');
  await seesModal(ana, 'Description');
  const held = holdJobs(2);
  const acts = Array.from({ length: 7 }, () => ana.command(JOBS, '/slurm list'));
  await Promise.all(acts);
  await until('two are asked for', async () => held.length === 2);
  expect(await ana.submit({ Name: 'windy' })).toMatchObject({
    ok: true,
    action: 'errors',
    errors: { name: BUSY },
  });
  for (const each of held) each.release();
  await until('there is a turn again', async () => {
    const { action } = await ana.submit({ Name: 'windy' });
    return action === 'update';
  });
  await seesModal(ana, 'calm is now windy.');
  await ana.closeModal();

  await ana.command('dm', '/slurm edit windy');
  await seesModal(ana, 'Description');
  const two = holdJobs(2);
  await Promise.all([1, 2].map(() => ana.command(JOBS, '/slurm list')));
  await until('two are asked for', async () => two.length === 2);
  expect(await ana.submit({ Name: 'calm' })).toMatchObject({ ok: true, action: 'update' });
  for (const each of two) each.release();
  await seesModal(ana, 'windy is now calm.');
  await ana.closeModal();
});

describe('while Slack does not say who may use the bot', () => {
  const ALLOWED = { ALLOWED_USERGROUPS: 'S0HPC00001', ANSWER_SECONDS: '1' };
  const silence = async () => {
    for (const method of ['usergroups.users.list', 'conversations.info', 'users.info']) {
      await world.slack.fault({ method, kind: 'hang', times: 50 });
    }
  };
  beforeEach(async () => {
    await world.slack.setUsergroup('S0HPC00001', [ANA, BEN]);
    await restart(ALLOWED);
  });
  afterEach(() => restart());

  test('commands, menus and forms are acknowledged all the same, and nothing is done', async () => {
    const { ana, slack, waldur } = world;
    const prompt = await share(ana, 'dm', { name: 'mute.sh', content: script('mute', 5) });
    await ana.click('dm', prompt.ts, 'Submit…');
    await seesModal(ana, 'Allocation');
    expect(await ana.suggest('Allocation', '')).toHaveLength(3);

    await restart(ALLOWED);
    await silence();
    const asked = (await waldur.requests()).filter(({ method }) => method === 'POST').length;
    expect(await ana.command(JOBS, '/slurm list')).toMatchObject({ ok: true });
    const form = await ana.submit({ Allocation: 'bio-gpu · 82 % of GPU hours used' });
    expect(form).toMatchObject({ ok: true, action: 'update' });
    await until('the form says why', async () =>
      shown(await ana.modal()).includes('Slack does not tell the bot who you are'),
    );
    expect(await ana.suggest('Allocation', '')).toEqual([]);
    await slack.clearFaults();
    expect((await waldur.requests()).filter(({ method }) => method === 'POST')).toHaveLength(asked);
  });

  test('a submission without the right is committed, and its failure is told', async () => {
    const { ana, slack, waldur } = world;
    const prompt = await share(ana, 'dm', { name: 'left.sh', content: script('left', 5) });
    await ana.click('dm', prompt.ts, 'Submit…');
    await seesModal(ana, 'Allocation');
    await ana.suggest('Allocation', '');
    await slack.setUsergroup('S0HPC00001', [BEN]);
    await restart(ALLOWED);
    const asked = (await waldur.requests()).filter(({ method }) => method === 'POST').length;
    expect(await ana.submit({ Allocation: 'bio-gpu · 82 % of GPU hours used' })).toMatchObject({
      ok: true,
      action: 'update',
    });
    await seesModal(ana, 'You are not among those who may use this bot.');
    expect((await waldur.requests()).filter(({ method }) => method === 'POST')).toHaveLength(asked);
  });
});
