import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ANA, BOT, dmWith, JOBS } from '../../sandbox/slack/world.ts';
import { createBackoff } from '../../src/poller/backoff.ts';
import { deliverOnce } from '../../src/poller/deliver.ts';
import { insertTransition } from '../../src/store/transitions.ts';
import { updateWatch, type Watch } from '../../src/store/watches.ts';
import { follow, job, type Rig, startClock, startRig } from './rig.ts';

const clock = startClock();
let rig: Rig;
let waits: ReturnType<typeof createBackoff>;
let before = 0;
beforeAll(async () => {
  rig = await startRig({ ...clock, rateLimits: true });
  rig.parts.pace.onRecovery(() => waits.wake());
});
beforeEach(async () => {
  waits = createBackoff(clock.ms);
  await rig.slack.clearFaults();
  await rig.db.deleteFrom('watches').execute();
  // What earlier tests called does not count any more.
  clock.advance(60_000);
  before = (await rig.slack.ledger()).at(-1)?.seq ?? 0;
});
afterAll(() => rig.stop());

/** Lets so much time pass, with all the passes that are due in it. */
async function deliverFor(ms: number): Promise<void> {
  const end = clock.ms() + ms;
  for (;;) {
    const next = await deliverOnce(rig.parts, waits);
    const left = end - clock.ms();
    const wait = next === null ? left : next.getTime() - clock.now().getTime();
    clock.advance(Math.max(0, Math.min(wait, left)));
    if (wait >= left) return;
  }
}

/** What was called since the test began. */
async function calls(method: string): Promise<{ text: string; channel: string; status: number }[]> {
  const entries = await rig.slack.ledger(before);
  return entries
    .filter((entry) => entry.kind === 'api' && entry.method === method)
    .map(({ args, status }) => {
      const { text, channel } = args as Record<string, unknown>;
      return { text: String(text), channel: String(channel), status: Number(status) };
    });
}

async function refused(): Promise<number> {
  return (await rig.slack.ledger(before)).filter(({ status }) => status === 429).length;
}

/** So many channels with the bot in them. */
async function channels(count: number, prefix: string): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `C0${prefix}${1000 + index}`);
  for (const id of ids) await rig.slack.addChannel(id, 'public', [ANA, BOT]);
  return ids;
}

/** Follows a job in each channel, with its card there already. */
async function followed(ids: string[], name: string): Promise<Watch[]> {
  const watches: Watch[] = [];
  for (const [index, channel] of ids.entries()) {
    watches.push(await follow(rig, { channel, job: job({ name: `${name}${index}` }) }));
  }
  await deliverFor(120_000);
  before = (await rig.slack.ledger()).at(-1)?.seq ?? 0;
  return watches;
}

/** What a sweep writes when a job has begun or ended. */
async function changes(watch: Watch, toPhase: 'running' | 'completed'): Promise<void> {
  const isEnd = toPhase === 'completed';
  const runtimeState = toPhase.toUpperCase();
  const endedAt = isEnd ? clock.now() : null;
  await updateWatch(rig.db, watch.id, { phase: toPhase, runtimeState, endedAt, cardDue: true });
  await insertTransition(rig.db, {
    watchId: watch.id,
    kind: isEnd ? 'ended' : 'started',
    fromPhase: watch.phase,
    toPhase,
    runtimeState,
    fromAfter: watch.phaseAfter,
    fromSince: watch.phaseSince,
    lastBefore: watch.phaseSince,
    firstAfter: clock.now(),
    found: null,
    reply: 'owed',
  });
}

test('60 cards in as many channels, and then an edit of each: nothing is refused', async () => {
  const ids = await channels(60, 'BURST');
  for (const channel of ids) await follow(rig, { channel, job: job() });
  await deliverFor(5000);
  expect(await calls('chat.postMessage')).toHaveLength(60);
  // All channels are asked about at once.
  expect(await calls('users.conversations')).toHaveLength(1);
  expect(await calls('conversations.info')).toHaveLength(0);
  await rig.db.updateTable('watches').set({ cardDue: true, runtimeState: 'RUNNING' }).execute();
  await rig.db.updateTable('watches').set({ phase: 'running' }).execute();
  await deliverFor(50_000);
  expect(await calls('chat.update')).toHaveLength(50);
  await deliverFor(65_000);
  expect(await calls('chat.update')).toHaveLength(60);
  expect(await refused()).toBe(0);
});

test('many posts in one channel hold up no other, and are not marked while they wait', async () => {
  for (let each = 0; each < 30; each += 1) {
    await follow(rig, { channel: JOBS, job: job({ name: `many${each}` }) });
  }
  await follow(rig, { job: job({ name: 'other' }) });
  await deliverFor(500);
  const posted = await calls('chat.postMessage');
  expect(posted.map(({ channel }) => channel).toSorted()).toEqual([JOBS, dmWith(ANA)]);
  const marked = rig.db.selectFrom('watches').select('id').where('cardSending', '=', true);
  expect(await marked.execute()).toEqual([]);
  await deliverFor(35_000);
  expect(await calls('chat.postMessage')).toHaveLength(31);
  expect(await refused()).toBe(0);
});

test('ends go before starts, and what a card shows at last is its only edit', async () => {
  const watches = await followed(await channels(52, 'ENDS'), 'e');
  clock.advance(60_000);
  for (const watch of watches) await changes(watch, 'running');
  const [first, late] = watches.slice(-2);
  if (first === undefined || late === undefined) throw new Error('nobody is followed');
  await changes(first, 'completed');
  await deliverFor(2000);
  const edits = await calls('chat.update');
  expect(edits).toHaveLength(50);
  expect(edits.slice(0, 8).map(({ text }) => text)).toContainEqual(
    expect.stringContaining('e50 — Completed'),
  );
  // The last one has to wait, and ends meanwhile.
  await changes(late, 'completed');
  await deliverFor(65_000);
  const its = (await calls('chat.update')).filter(({ text }) => text.includes(' e51 — '));
  expect(its).toEqual([expect.objectContaining({ text: expect.stringContaining('Completed') })]);
  expect(await refused()).toBe(0);
});

test('what people do is called at once, and counts', async () => {
  await follow(rig, { channel: JOBS, job: job({ name: 'polite' }) });
  await rig.client.chat.postMessage({ channel: JOBS, text: 'an answer' });
  await deliverFor(900);
  expect(await calls('chat.postMessage')).toHaveLength(1);
  await deliverFor(2000);
  expect(await calls('chat.postMessage')).toHaveLength(2);
  expect(await refused()).toBe(0);
});

test('after a refusal the method waits in all channels', async () => {
  const watches = await followed(await channels(3, 'HELD'), 'h');
  await rig.slack.fault({ method: 'chat.update', kind: 'ratelimited', retryAfter: 30, times: 8 });
  for (const watch of watches) await changes(watch, 'running');
  await deliverFor(29_000);
  const tried = (await calls('chat.update')).length;
  await rig.slack.clearFaults();
  await deliverFor(1000);
  expect(await calls('chat.update')).toHaveLength(tried);
  await deliverFor(3000);
  expect(await calls('chat.update')).toHaveLength(tried + 3);
});

describe('an outage of Slack', () => {
  const away = async (...methods: string[]) => {
    for (const method of methods) {
      await rig.slack.fault({ method, kind: 'http503', times: 1_000_000 });
    }
  };

  test.each([
    ['of everything', ['chat.postMessage', 'chat.update', 'users.conversations']],
    ['of posts alone', ['chat.postMessage']],
  ])('%s: few calls, and all news within seconds of its end', async (_, methods) => {
    const watches = await followed(await channels(8, `AWAY${methods.length}`), 'a');
    await away(...methods);
    for (const watch of watches) await changes(watch, 'completed');
    await deliverFor(300_000);
    expect((await calls('chat.postMessage')).length).toBeLessThan(170);
    await rig.slack.clearFaults();
    before = (await rig.slack.ledger()).at(-1)?.seq ?? 0;
    await deliverFor(10_000);
    const told = (await calls('chat.postMessage')).map(({ channel }) => channel);
    expect(told).toHaveLength(8);
    expect(new Set(told).size).toBe(8);
  });
});
