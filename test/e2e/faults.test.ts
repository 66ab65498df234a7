import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SeenMessage } from '../../sandbox/slack/control.ts';
import { ANA, BOT, JOBS } from '../../sandbox/slack/world.ts';
import { moves, sent, threadOf } from './kills-world.ts';
import {
  connect,
  script,
  sees,
  seesModal,
  share,
  startWorld,
  submitFrom,
  until,
  type World,
} from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => connect(world, world.ana, 'ana'));
afterEach(() => world.startOver());
afterAll(() => world.stop());

const ALLOCATION = 'bio-gpu · 82 % of GPU hours used';
const waiting = (name: string) => script(name, 60, '# sandbox: queue 1000000');

/** Shares a script of this name and opens its form. */
async function formOf(name: string, channel = 'dm'): Promise<SeenMessage> {
  const { ana } = world;
  const text = channel === 'dm' ? '' : `<@${BOT}>`;
  const prompt = await share(ana, channel, { name: `${name}.sh`, content: waiting(name), text });
  await ana.click(channel, prompt.ts, 'Submit…');
  await seesModal(ana, 'Allocation');
  await ana.suggest('Allocation', '');
  return prompt;
}

const submitForm = (values = {}) => world.ana.submit({ Allocation: ALLOCATION, ...values });
const lastSeq = async () => (await world.slack.ledger()).at(-1)?.seq ?? 0;
const jobsNamed = async (name: string) =>
  (await world.waldur.jobs()).filter((job) => job.name === name);
/** Lines of the bot's log with this text, from the `from`th line on. */
const logged = (text: string, from = 0) =>
  world
    .bot()
    .lines.slice(from)
    .filter((line) => line.includes(text));
/** Scripts that were sent to Waldur since a request, with any result. */
const posted = async (after: number) =>
  (await world.waldur.requests(after)).filter(({ method }) => method === 'POST');
const lastRequest = async () => (await world.waldur.requests()).at(-1)?.seq ?? 0;
const firedSince = async (seq: number) =>
  (await world.slack.faultsFired()).filter((fired) => fired.seq > seq);

/** The fields of the modal that are filled in, by block id. */
async function filledIn() {
  const blocks = (await world.ana.modal())?.blocks ?? [];
  const text = JSON.stringify(blocks);
  const initial = (what: string) => new RegExp(`"${what}":"([^"]*)"`).exec(text)?.[1];
  return { name: initial('initial_value'), allocation: text.includes(ALLOCATION) };
}

describe('a script is submitted once', () => {
  test('though its form is handed in twice at the same time', async () => {
    const { thread_ts: root = '' } = await formOf('twice');
    const [one, two] = await Promise.all([submitForm(), submitForm()]);
    expect([one.action, two.action]).toEqual(['update', 'update']);
    await sees(world.ana, 'dm', /^\S+ twice — Queued/);
    expect(await sent(world, 'twice')).toHaveLength(1);
    expect(
      (await threadOf(world, 'dm', root)).filter((text) => text.includes(' twice — ')),
    ).toHaveLength(1);
    await world.ana.closeModal();
  });

  test('though Slack never saw the acknowledgement, and the person pressed again', async () => {
    await formOf('unheard');
    const before = await lastSeq();
    await world.slack.fault({ method: 'delivery', kind: 'lost_answer', match: 'view_submission' });
    const posting = submitForm();
    await until('the lost acknowledgement', async () => (await firedSince(before)).length > 0);
    await submitForm();
    await posting;
    await seesModal(world.ana, 'Submitted unheard');
    await sees(world.ana, 'dm', /^\S+ unheard — Queued/);
    expect(await sent(world, 'unheard')).toHaveLength(1);
    await world.ana.closeModal();
  });

  test('though its message is delivered twice: there is one prompt', async () => {
    await world.slack.fault({ method: 'delivery', kind: 'redeliver', match: 'again.sh' });
    const prompt = await share(world.ana, 'dm', { name: 'again.sh', content: waiting('again') });
    await until('the redelivery', async () => {
      const deliveries = (await world.slack.ledger()).filter(
        (entry) => entry.kind === 'delivery' && JSON.stringify(entry).includes('again.sh'),
      );
      return deliveries.length >= 2;
    });
    await submitFrom(world.ana, 'dm', prompt);
    await sees(world.ana, 'dm', /^\S+ again — Queued/);
    const told = await threadOf(world, 'dm', prompt.thread_ts ?? '');
    expect(told.filter((text) => text.includes('again.sh'))).toHaveLength(1);
    await world.ana.closeModal();
  });
});

describe('an ambiguous answer of Waldur', () => {
  test.each([
    ['lost', { kind: 'lost_answer' as const }],
    ['a 500 after it was done', { kind: 'http500' as const, done: true }],
    ['a 502 after it was done', { kind: 'http502' as const, done: true }],
  ])('(%s): the job is found by its mark and adopted', async (what, fault) => {
    const name = `found-${what.replaceAll(/\W/g, '')}`;
    await formOf(name);
    await world.waldur.fault({ ...fault, match: { method: 'POST', path: '/slurm-jobs/' } });
    await submitForm();
    await seesModal(world.ana, `Submitted ${name}`);
    await sees(world.ana, 'dm', `${name} — Queued`);
    expect(await world.waldur.faultsFired()).toHaveLength(1);
    expect(await sent(world, name)).toHaveLength(1);
    expect(await jobsNamed(name)).toHaveLength(1);
    await world.ana.closeModal();
  });

  test.each([
    ['cut', 'cut' as const],
    ['a 500', 'http500' as const],
    ['a 502', 'http502' as const],
  ])(
    '(%s): the person is told, nothing is sent again by itself, and a button brings the form back filled in',
    async (what, kind) => {
      const name = `lost-${what.replaceAll(/\W/g, '')}`;
      await formOf(name);
      await world.waldur.fault({ kind, match: { method: 'POST', path: '/slurm-jobs/' } });
      const before = await lastRequest();
      await submitForm({ Description: 'as I typed it' });
      await seesModal(world.ana, 'most likely not submitted', 20_000);
      expect(await world.waldur.faultsFired()).toHaveLength(1);
      expect(await posted(before)).toHaveLength(1);
      expect(await jobsNamed(name)).toHaveLength(0);
      await world.ana.clickInModal('Submit again…');
      const form = await seesModal(world.ana, 'as I typed it');
      expect(form.callback_id).toBe('submit');
      expect(await filledIn()).toEqual({ name, allocation: true });
      await world.ana.submit();
      await seesModal(world.ana, `Submitted ${name}`);
      expect(await jobsNamed(name)).toHaveLength(1);
      await world.ana.closeModal();
    },
  );

  test('that cannot be settled because Waldur is down: the person is told so, and the log has it', async () => {
    await formOf('unknowable');
    await world.waldur.fault({ kind: 'cut', match: { method: 'POST', path: '/slurm-jobs/' } });
    await world.waldur.fault({ kind: 'http502', match: { method: 'GET' }, times: 'always' });
    await submitForm();
    const form = await seesModal(world.ana, 'cannot be asked whether it has the job');
    const ref = /\(ref ([0-9a-f]+)\)/.exec(JSON.stringify(form.blocks))?.[1];
    expect(logged(`not known to be submitted ref=${ref}`)).toHaveLength(1);
    await world.ana.closeModal();
  });
});

test('a form that Waldur refuses comes back filled in, and can be corrected', async () => {
  await formOf('refused');
  await world.waldur.fault({ kind: 'http400', match: { method: 'POST', path: '/slurm-jobs/' } });
  await submitForm();
  await seesModal(world.ana, 'Nothing was submitted.');
  expect(await filledIn()).toEqual({ name: 'refused', allocation: true });
  await world.ana.submit({ Name: 'corrected' });
  await seesModal(world.ana, 'Submitted corrected');
  expect((await sent(world, 'refused')).concat(await sent(world, 'corrected'))).toHaveLength(2);
  expect(await jobsNamed('refused')).toHaveLength(0);
  await world.ana.closeModal();
});

test('a form that was closed meanwhile: the direct message tells it, and its button opens the form again', async () => {
  await formOf('closed');
  await world.waldur.fault({ kind: 'cut', match: { method: 'POST', path: '/slurm-jobs/' } });
  await submitForm({ Description: 'as I typed it' });
  await world.ana.closeModal();
  const told = await sees(world.ana, 'dm', /^closed: .*most likely not submitted/);
  await world.ana.click('dm', told.ts, 'Submit again…');
  const form = await seesModal(world.ana, 'as I typed it');
  expect(await filledIn()).toEqual({ name: 'closed', allocation: true });
  expect(form.callback_id).toBe('submit');
  await world.ana.submit();
  await seesModal(world.ana, 'Submitted closed');
  expect(await jobsNamed('closed')).toHaveLength(1);
  await world.ana.closeModal();
});

test('limits of Slack on views and ephemeral answers are kept', async () => {
  const before = await lastSeq();
  await formOf('limited');
  await world.slack.fault({
    method: 'views.update',
    kind: 'ratelimited',
    match: 'Submitted limited',
  });
  await world.slack.fault({ method: 'chat.postEphemeral', kind: 'ratelimited', match: 'Waldur' });
  await submitForm();
  await seesModal(world.ana, 'Submitted limited');
  await world.ana.closeModal();
  await world.ana.say(JOBS, `<@${BOT}> whoami`);
  await until('the answer', async () =>
    (await world.ana.screen(JOBS)).some(({ ephemeral, text }) => ephemeral && text.includes('ana')),
  );
  expect(await firedSince(before)).toHaveLength(2);
  const entries = (await world.slack.ledger(before)).filter(({ kind }) => kind === 'api');
  for (const [method, piece] of [
    ['views.update', 'Submitted limited'],
    ['chat.postEphemeral', 'ana'],
  ]) {
    const calls = entries.filter(
      (each) => each.method === method && JSON.stringify(each).includes(piece ?? ''),
    );
    const [refused, again, ...more] = calls.map(({ at }) => Date.parse(at));
    expect((again ?? 0) - (refused ?? 0)).toBeGreaterThanOrEqual(1000);
    expect(more).toEqual([]);
  }
});

test('an outage of Waldur is on the card and once in the log, and the gathered news is one reply, in order', async () => {
  const { thread_ts: root = '' } = await formOf('dark');
  await submitForm();
  await sees(world.ana, 'dm', /^\S+ dark — Queued/);
  const from = world.bot().lines.length;
  const card = async () =>
    (await world.ana.screen('dm')).find(({ text }) => text.includes(' dark — '));
  await world.waldur.fault({ kind: 'http502', times: 'always', match: { path: '/slurm-jobs/' } });
  await until('the age on the card', async () =>
    JSON.stringify((await card())?.blocks).includes(
      'I couldn’t read this job in Waldur; last checked',
    ),
  );
  await moves(world, 'dark', 'RUNNING');
  await until('more sweeps', async () => (await world.waldur.faultsFired()).length >= 8);
  expect((await card())?.text).toMatch(/^\S+ dark — Queued/);
  expect(logged(' WARN ', from)).toEqual([expect.stringContaining('Waldur does not answer')]);
  await moves(world, 'dark', 'COMPLETED');
  await until('Waldur to know', async () =>
    (await jobsNamed('dark')).every((job) => job.runtime_state === 'COMPLETED'),
  );
  await world.waldur.clearFaults();
  await sees(world.ana, 'dm', 'dark completed');
  expect(JSON.stringify((await card())?.blocks)).not.toContain('can’t reach');
  const told = await threadOf(world, 'dm', root);
  expect(told.slice(1)).toEqual([
    expect.stringMatching(/^✅ dark — Completed/),
    expect.stringContaining(`<@${ANA}> dark completed`),
  ]);
});

test('an end while Slack is down is told afterwards: one reply with everything, in order', async () => {
  const { thread_ts: root = '' } = await formOf('mute');
  await submitForm();
  await sees(world.ana, 'dm', /^\S+ mute — Queued/);
  const from = world.bot().lines.length;
  const before = await lastSeq();
  for (const method of ['chat.update', 'chat.postMessage', 'conversations.replies']) {
    await world.slack.fault({ method, kind: 'http503', times: 1000 });
  }
  await moves(world, 'mute', 'RUNNING');
  await until('the start', async () => logged('to=running', from).length > 0);
  await moves(world, 'mute', 'COMPLETED');
  await until('the end', async () => logged('to=completed', from).length > 0);
  await until('the refusals', async () => (await firedSince(before)).length >= 2);
  await world.slack.clearFaults();
  await sees(world.ana, 'dm', 'mute completed', 20_000);
  const told = await threadOf(world, 'dm', root);
  expect(told.slice(1)).toEqual([
    expect.stringMatching(/^✅ mute — Completed/),
    expect.stringMatching(/ started.*\n✅ <@U0ANA00001> mute completed/),
  ]);
});

test('a chosen channel from which the bot has been removed: the card says so in the direct message', async () => {
  const channel = 'C0LEFT0001';
  await world.slack.addChannel(channel, 'public', [ANA, BOT]);
  await formOf('before');
  await submitForm({ 'Follow it in': channel });
  await sees(world.ana, channel, /^\S+ before — Queued/);
  await world.slack.setMembership(channel, BOT, false);
  // The bot's membership there is believed for minutes.
  await formOf('elsewhere');
  await submitForm({ 'Follow it in': channel });
  await sees(world.ana, 'dm', /^\S+ elsewhere — Queued/);
  const card = (await world.ana.screen('dm')).find(({ text }) => text.includes(' elsewhere — '));
  expect(JSON.stringify(card?.blocks)).toContain(`The bot cannot post in <#${channel}>`);
});

test('sockets that Slack refreshes or drops lose nothing', async () => {
  const prompt = await formOf('dropped');
  await submitForm();
  await sees(world.ana, 'dm', /^\S+ dropped — Queued/);
  await world.slack.dropSockets();
  await moves(world, 'dropped', 'COMPLETED');
  await sees(world.ana, 'dm', 'dropped completed');
  await until(
    'a new socket',
    async () => {
      const { ok } = await world.ana.click('dm', prompt.ts, 'Submit again…');
      return ok;
    },
    20_000,
  );
  await seesModal(world.ana, 'Allocation');
  await world.ana.closeModal();
}, 40_000);
