import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SeenMessage } from '../../sandbox/slack/control.ts';
import { ANA } from '../../sandbox/slack/world.ts';
import { type DeadlyWorld, moves, sent, startDeadlyWorld, threadOf } from './kills-world.ts';
import { connect, script, sees, seesModal, share, submitFrom, until } from './world.ts';

let world: DeadlyWorld;
beforeAll(async () => {
  world = await startDeadlyWorld();
});
beforeEach(() => connect(world, world.ana, 'ana'));
afterEach(() => world.startOver());
afterAll(() => world.stop());

const running = 'RUNNING';

/** A script whose job stays in the queue until a test moves it. */
const waiting = (name: string) => script(name, 60, '# sandbox: queue 1000000');

/** Shares a script of this name and opens its form. */
async function formOf(name: string): Promise<SeenMessage> {
  const prompt = await share(world.ana, 'dm', { name: `${name}.sh`, content: waiting(name) });
  await world.ana.click('dm', prompt.ts, 'Submit…');
  await seesModal(world.ana, 'Allocation');
  await world.ana.suggest('Allocation', '');
  return prompt;
}

const submitForm = () => world.ana.submit({ Allocation: 'bio-gpu · 82 % of GPU hours used' });

/** Shares and submits a script, and waits for its card. */
async function submitted(name: string): Promise<string> {
  const prompt = await formOf(name);
  await submitForm();
  await sees(world.ana, 'dm', `${name} — `);
  return prompt.thread_ts ?? '';
}

/** Waits for the reply about the end, and for what the prompt says last, and returns the texts of the thread. */
async function theEnd(name: string, root: string): Promise<string[]> {
  await sees(world.ana, 'dm', `${name} completed`);
  await sees(world.ana, 'dm', promptOf(name));
  return threadOf(world, 'dm', root);
}

const promptOf = (name: string) =>
  new RegExp(`^✔ \`${name}\\.sh\` → \\*${name}\\*, job .+\\|card>`);

function whole(name: string) {
  return [
    // The prompt, which says once the job is known which one it became.
    expect.stringMatching(promptOf(name)),
    expect.stringMatching(new RegExp(`^✅ ${name} — Completed`)),
    expect.stringMatching(/ started/),
    expect.stringMatching(new RegExp(`^✅ <@${ANA}> ${name} completed`)),
  ];
}

/** Lets a job run and end, waits for the reply to each state, and checks everything that was promised. */
async function followsToTheEnd(name: string, root: string): Promise<void> {
  await moves(world, name, running);
  await until(`the start of ${name}`, async () =>
    (await threadOf(world, 'dm', root)).some((text) => text.includes(' started')),
  );
  await moves(world, name, 'COMPLETED');
  expect(await theEnd(name, root)).toEqual(whole(name));
  expect(await sent(world, name)).toHaveLength(1);
}

describe.each(['request', 'answer'] as const)('killed at the %s', (stop) => {
  test('of the prompt: it is posted once', async () => {
    const name = `prompt-${stop}`;
    const point = { path: 'chat.postMessage', body: `${name}.sh is ready`, stop };
    let root = '';
    await world.killAt(world.slackGate, point, async () => {
      const files = [{ name: `${name}.sh`, content: waiting(name) }];
      root = (await world.ana.say('dm', '', { files })).ts;
    });
    const prompt = await sees(world.ana, 'dm', `${name}.sh is ready`);
    await submitFrom(world.ana, 'dm', prompt);
    await sees(world.ana, 'dm', `${name} — `);
    await followsToTheEnd(name, root);
  });

  test('of every request from the commit of a submission to its last reply: one job, one card, each reply once', async () => {
    const name = `all-${stop}`;
    const { killAt, slackGate, waldurGate } = world;
    const prompt = await formOf(name);
    const root = prompt.thread_ts ?? '';
    // The first request after the submission was committed.
    await killAt(slackGate, { path: 'files.info', stop }, submitForm);
    await sees(world.ana, 'dm', `${name} — `);
    expect(await sent(world, name)).toHaveLength(1);

    await killAt(waldurGate, { method: 'GET', path: '/api/slurm-jobs/', stop }, async () => null);
    await killAt(slackGate, { path: 'chat.update', body: `${name} — Running`, stop }, () =>
      moves(world, name, running),
    );
    await sees(world.ana, 'dm', `${name} — Running`);
    await killAt(slackGate, { path: 'chat.update', body: `${name} — Completed`, stop }, () =>
      moves(world, name, 'COMPLETED'),
    );
    expect(await theEnd(name, root)).toEqual(whole(name));
    expect(await sent(world, name)).toHaveLength(1);
  });

  test('of the card: there is one', async () => {
    const name = `card-${stop}`;
    const prompt = await formOf(name);
    await world.killAt(
      world.slackGate,
      { path: 'chat.postMessage', body: `${name} — `, stop },
      submitForm,
    );
    await sees(world.ana, 'dm', `${name} — `);
    await followsToTheEnd(name, prompt.thread_ts ?? '');
  });

  test('of the first and of the last reply: each is there once', async () => {
    const name = `replies-${stop}`;
    const root = await submitted(name);
    await world.killAt(world.slackGate, { path: 'chat.postMessage', body: ' started', stop }, () =>
      moves(world, name, running),
    );
    await sees(world.ana, 'dm', / started/);
    await world.killAt(
      world.slackGate,
      { path: 'chat.postMessage', body: `${name} completed`, stop },
      () => moves(world, name, 'COMPLETED'),
    );
    expect(await theEnd(name, root)).toEqual(whole(name));
    expect(await sent(world, name)).toHaveLength(1);
  });

  test('of telling in the form that it was submitted: the form says so after all', async () => {
    const name = `told-${stop}`;
    const prompt = await formOf(name);
    await world.killAt(
      world.slackGate,
      { path: 'views.update', body: `Submitted ${name}`, stop },
      submitForm,
    );
    await seesModal(world.ana, `Submitted ${name}`);
    await sees(world.ana, 'dm', `${name} — `);
    await followsToTheEnd(name, prompt.thread_ts ?? '');
  });
});

test('killed while Waldur’s answer is on its way: the job is found by its mark and adopted', async () => {
  const name = 'adopted';
  const prompt = await formOf(name);
  const point = { method: 'POST', path: '/api/slurm-jobs/', stop: 'answer' } as const;
  await world.killAt(world.waldurGate, point, submitForm);
  await seesModal(world.ana, 'Submitted adopted');
  await sees(world.ana, 'dm', `${name} — `);
  await followsToTheEnd(name, prompt.thread_ts ?? '');
});

test('a job that had ended before it was found by its mark: its end is told', async () => {
  const name = 'found-late';
  await formOf(name);
  const point = { method: 'POST', path: '/api/slurm-jobs/', stop: 'answer' } as const;
  await world.killAt(world.waldurGate, point, async () => {
    await submitForm();
    await moves(world, name, 'COMPLETED');
  });
  await sees(world.ana, 'dm', `<@${ANA}> ${name} completed`);
  expect(await sent(world, name)).toHaveLength(1);
});

test('killed before the script reached Waldur: the person is told, and nothing is sent until they press again', async () => {
  const name = 'unsent';
  const prompt = await formOf(name);
  const point = { method: 'POST', path: '/api/slurm-jobs/', stop: 'request' } as const;
  await world.killAt(world.waldurGate, point, submitForm);
  await seesModal(world.ana, 'most likely not submitted', 20_000);
  await world.ana.clickInModal('Submit again…');
  const form = await seesModal(world.ana, 'Allocation');
  expect(JSON.stringify(form.blocks)).toContain(`"initial_value":"${name}"`);
  expect(await sent(world, name)).toHaveLength(0);
  await world.ana.submit();
  await sees(world.ana, 'dm', `${name} — `);
  await followsToTheEnd(name, prompt.thread_ts ?? '');
});

test('killed after Slack stored a card whose answer was lost: it is adopted', async () => {
  const name = 'lost-card';
  const prompt = await formOf(name);
  await world.slack.fault({ method: 'chat.postMessage', kind: 'lost_answer', match: `${name} — ` });
  await submitForm();
  await until('the lost answer', async () =>
    (await world.slack.faultsFired()).some(({ kind }) => kind === 'lost_answer'),
  );
  await world.kill();
  await world.revive();
  await followsToTheEnd(name, prompt.thread_ts ?? '');
});

test('killed after the person was told of a failure: they are told once', async () => {
  const name = 'failed';
  await formOf(name);
  const before = (await world.slack.ledger()).at(-1)?.seq ?? 0;
  await world.waldur.fault({ kind: 'http400', match: { method: 'POST', path: '/slurm-jobs/' } });
  const point = { path: 'chat.postMessage', body: 'Submit again', stop: 'answer' } as const;
  await world.killAt(world.slackGate, point, async () => {
    // The form is closed while Waldur is still thinking.
    const posting = world.waldurGate.hold({ method: 'POST', path: '/slurm-jobs/', stop: 'answer' });
    await submitForm();
    const held = await posting;
    await world.ana.closeModal();
    held.release();
  });
  // It looks for what it may have said before the kill and after it.
  await until('the recovery', async () => {
    const calls = (await world.slack.ledger(before)).filter(({ kind }) => kind === 'api');
    return calls.filter(({ method }) => method === 'conversations.history').length === 2;
  });
  const told = (await world.ana.screen('dm')).filter(({ text }) => text.includes('told to refuse'));
  expect(told.map(({ text }) => text)).toEqual([expect.stringMatching(/^failed: Waldur refused/)]);
  expect(await sent(world, name)).toHaveLength(1);
});
