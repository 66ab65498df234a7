import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { differenceInMilliseconds } from 'date-fns';
import {
  ANA,
  ARCHIVED,
  BOT,
  dmWith,
  GONE,
  JOBS,
  PRIVATE_WITHOUT_BOT,
} from '../../sandbox/slack/world.ts';
import { createBackoff } from '../../src/poller/backoff.ts';
import { deliverOnce } from '../../src/poller/deliver.ts';
import { forgetLeft, forgetPerson } from '../../src/store/leaving.ts';
import { insertTransition } from '../../src/store/transitions.ts';
import { updateWatch, type Watch, watchesOfJob } from '../../src/store/watches.ts';
import { until } from '../e2e/world.ts';
import { follow, job, type Rig, startClock, startRig } from './rig.ts';

const clock = startClock();
let rig: Rig;
let withoutHistory: Rig;
let waits: ReturnType<typeof createBackoff>;
beforeAll(async () => {
  [rig, withoutHistory] = await Promise.all([
    startRig(clock),
    startRig({ ...clock, grantOptional: false }),
  ]);
});
beforeEach(async () => {
  waits = createBackoff(clock.ms);
  for (const each of [rig, withoutHistory]) {
    await each.slack.clearFaults();
    await each.db.deleteFrom('watches').execute();
  }
});
afterAll(() => Promise.all([rig.stop(), withoutHistory.stop()]));

/** Passes until nothing is owed that could be told within `ms`. */
async function deliverAll(on = rig, ms = 5000): Promise<void> {
  for (;;) {
    const next = await deliverOnce(on.parts, waits);
    const wait =
      next === null ? Number.POSITIVE_INFINITY : differenceInMilliseconds(next, clock.now());
    if (wait > ms) return;
    clock.advance(Math.max(0, wait));
  }
}

async function now(watch: Watch, on = rig): Promise<Watch> {
  const [found] = await watchesOfJob(on.db, watch.jobUuid);
  if (found === undefined) throw new Error('the watch is gone');
  return found;
}

/** Writes what a sweep writes if the phase has changed. */
async function changes(watch: Watch, toPhase: 'running' | 'completed', on = rig): Promise<void> {
  const { phase: fromPhase } = await now(watch, on);
  const runtimeState = toPhase.toUpperCase();
  await updateWatch(on.db, watch.id, { phase: toPhase, runtimeState, cardDue: true });
  await insertTransition(on.db, {
    watchId: watch.id,
    kind: toPhase === 'running' ? 'started' : 'ended',
    fromPhase,
    toPhase,
    runtimeState,
    fromAfter: watch.phaseAfter,
    fromSince: watch.phaseSince,
    lastBefore: watch.phaseSince,
    firstAfter: new Date('2026-11-24T13:00:00Z'),
    found: null,
    reply: 'owed',
  });
}

/** Texts of the bot in the thread of a watch that has its card, in the order of the screen. */
async function thread(watch: Watch, on = rig): Promise<string[]> {
  const { channel, threadTs, cardTs } = await now(watch, on);
  const root = threadTs ?? cardTs;
  const seen = await on.slack.person(watch.user).screen(channel);
  return seen
    .filter(({ ts, thread_ts, user }) => user === BOT && (ts === root || thread_ts === root))
    .map(({ text }) => text);
}

/** Cards of a job, wherever they are. */
async function cards(name: string, channel = dmWith(ANA), on = rig): Promise<string[]> {
  const seen = await on.slack.person(ANA).screen(channel);
  return seen.map(({ text }) => text).filter((text) => text.includes(` ${name} — `));
}

/** How often a method was called since `after`. */
async function calls(method: string, after: number, on = rig): Promise<number> {
  const entries = await on.slack.ledger(after);
  return entries.filter((entry) => entry.kind === 'api' && entry.method === method).length;
}

const lastSeq = async (on = rig) => (await on.slack.ledger()).at(-1)?.seq ?? 0;
const completed = (name: string) =>
  expect.stringMatching(new RegExp(`^✅ <@${ANA}> ${name} completed`));
const cardOf = (name: string, word: string, id = 4711) =>
  expect.stringMatching(new RegExp(`^\\S+ ${name} — ${word}\\n[\\s\\S]*\`${id}\``));

test('what a sweep writes while a card is being edited is shown too', async () => {
  const watch = await follow(rig, { job: job({ name: 'race' }) });
  await deliverAll();
  await changes(watch, 'running');
  const editing = rig.gate.hold({ path: 'chat.update', stop: 'answer' });
  const pass = deliverOnce(rig.parts, waits);
  const held = await editing;
  await changes(watch, 'completed');
  held.release();
  await pass;
  await deliverAll();
  expect(await thread(watch)).toEqual([
    cardOf('race', 'Completed'),
    '▶️ race started.',
    completed('race'),
  ]);
});

test('of two jobs in a thread each is told by name', async () => {
  const one = await follow(rig, { job: job({ name: 'one', slurmId: '1' }) });
  await deliverAll();
  const { cardTs } = await now(one);
  const two = await follow(rig, { job: job({ name: 'two', slurmId: '2' }), threadTs: cardTs });
  await changes(one, 'running');
  await changes(two, 'running');
  await deliverAll();
  expect(await thread(one)).toEqual([
    cardOf('one', 'Running', 1),
    '▶️ one started.',
    cardOf('two', 'Running', 2),
    '▶️ two started.',
  ]);
});

test('a card that Slack refuses does not hold up the others of its channel', async () => {
  const first = await follow(rig, { channel: JOBS, job: job({ name: 'poison' }) });
  await updateWatch(rig.db, first.id, { note: 'x'.repeat(3200) });
  await follow(rig, { channel: JOBS, job: job({ name: 'healthy' }) });
  await deliverAll();
  expect(await cards('healthy', JOBS)).toEqual([cardOf('healthy', 'Queued')]);
  // Its blocks are refused, its news is not lost; nor when it is edited.
  await changes(first, 'completed');
  await deliverAll();
  expect(await thread(first)).toEqual([cardOf('poison', 'Completed'), completed('poison')]);
});

describe('an answer that was lost', () => {
  test('of the card: it is found in the direct message, named by its person, and adopted', async () => {
    await rig.slack.fault({ method: 'chat.postMessage', kind: 'lost_answer', match: 'lost-card' });
    const watch = await follow(rig, { channel: ANA, job: job({ name: 'lost-card' }) });
    await deliverAll();
    expect(await cards('lost-card')).toHaveLength(1);
    expect(await now(watch)).toMatchObject({ channel: dmWith(ANA), cardSending: false });
    expect(await rig.slack.faultsFired()).toContainEqual(
      expect.objectContaining({ kind: 'lost_answer' }),
    );
  });

  test('of a reply: it is found in the thread and adopted, and later ones are told after it', async () => {
    const watch = await follow(rig, { channel: JOBS, job: job({ name: 'lost-reply' }) });
    await deliverAll();
    await changes(watch, 'running');
    await rig.slack.fault({ method: 'chat.postMessage', kind: 'lost_answer', match: ' started' });
    await deliverOnce(rig.parts, waits);
    await changes(watch, 'completed');
    await deliverAll();
    expect(await thread(watch)).toEqual([
      cardOf('lost-reply', 'Completed'),
      '▶️ lost-reply started.',
      completed('lost-reply'),
    ]);
  });

  test('only the reply that mentions the person is sent again if the bot cannot read the place', async () => {
    const on = withoutHistory;
    const watch = await follow(on, { channel: JOBS, job: job({ name: 'blind' }) });
    await deliverAll(on);
    for (const phase of ['running', 'completed'] as const) {
      await changes(watch, phase, on);
      await on.slack.fault({ method: 'chat.postMessage', kind: 'lost_answer' });
      await deliverAll(on);
    }
    const told = await thread(watch, on);
    expect(told.slice(0, 2)).toEqual([cardOf('blind', 'Completed'), '▶️ blind started.']);
    expect(told.slice(2)).toEqual([completed('blind'), completed('blind')]);
  });

  test.each(['cut', 'http500', 'html'] as const)(
    'or %s before it was stored: sent again once',
    async (kind) => {
      const name = `undone-${kind}`;
      const watch = await follow(rig, { job: job({ name }) });
      await deliverAll();
      await changes(watch, 'completed');
      await rig.slack.fault({ method: 'chat.update', kind });
      await rig.slack.fault({ method: 'chat.postMessage', kind });
      await deliverAll();
      expect(await thread(watch)).toEqual([cardOf(name, 'Completed'), completed(name)]);
    },
  );
});

test.each(['chat.postMessage', 'chat.update'])(
  'a limit of %s is kept: not called again before, nothing doubled, in order',
  async (method) => {
    const name = `limited-${method.slice(5)}`;
    const watch = await follow(rig, { job: job({ name }) });
    await deliverAll();
    await changes(watch, 'running');
    await changes(watch, 'completed');
    await rig.slack.fault({ method, kind: 'ratelimited', retryAfter: 200 });
    const before = await lastSeq();
    await deliverOnce(rig.parts, waits);
    clock.advance(100_000);
    const next = await deliverOnce(rig.parts, waits);
    expect(await calls(method, before)).toBe(1);
    expect(next).not.toBeNull();
    clock.advance(100_000);
    await deliverAll();
    const [card, ...replies] = await thread(watch);
    expect(card).toEqual(cardOf(name, 'Completed'));
    expect(replies).toEqual([expect.stringMatching(/ started\.\n✅ <@.+> .* completed/)]);
  },
);

describe('a place that is closed to the bot', () => {
  test.each([
    ['archived', ARCHIVED, 'is_archived'],
    ['never joined', PRIVATE_WITHOUT_BOT, 'channel_not_found'],
  ])('%s: the direct message says so and goes on', async (_, channel, why) => {
    const name = `closed-${why}`;
    const watch = await follow(rig, { channel, job: job({ name }) });
    await deliverAll();
    await changes(watch, 'completed');
    await deliverAll();
    expect(await thread(watch)).toEqual([cardOf(name, 'Completed'), completed(name)]);
    const seen = await rig.slack.person(ANA).screen(dmWith(ANA));
    const card = seen.find(({ text }) => text.includes(` ${name} — `));
    expect(JSON.stringify(card?.blocks)).toContain(
      `The bot cannot post in <#${channel}> (\`${why}\`)`,
    );
  });

  test('the bot removed in the middle: the news goes to the direct message', async () => {
    const watch = await follow(rig, { channel: JOBS, job: job({ name: 'left' }) });
    await deliverAll();
    await rig.slack.setMembership(JOBS, BOT, false);
    await changes(watch, 'completed');
    await deliverAll();
    await rig.slack.setMembership(JOBS, BOT, true);
    expect((await now(watch)).channel).toBe(dmWith(ANA));
    expect(await thread(watch)).toEqual([cardOf('left', 'Completed'), completed('left')]);
  });

  test.each(['before', 'meanwhile'])('a person left %s: nothing of theirs stays', async (when) => {
    const name = `left-${when}`;
    const watch = await follow(rig, { user: GONE, channel: ARCHIVED, job: job({ name }) });
    if (when === 'before') await forgetPerson(rig.db, watch);
    const asking = rig.gate.hold({ path: 'chat.postMessage', stop: 'answer' });
    const pass = deliverOnce(rig.parts, waits);
    const { release } = await asking;
    if (when === 'meanwhile') await forgetPerson(rig.db, watch);
    release();
    await pass;
    await deliverAll();
    await forgetLeft(rig.db);
    expect(await watchesOfJob(rig.db, watch.jobUuid)).toEqual([]);
  });

  test('a person who is gone: one line in the log, and their jobs are not read any more', async () => {
    const watch = await follow(rig, { user: GONE, channel: GONE, job: job({ name: 'nobody' }) });
    await deliverAll();
    await deliverAll();
    expect((await now(watch)).closed).toBe('slack refuses');
    const told = `nobody can be told watch=${watch.id} `;
    expect(rig.lines.filter((line) => line.includes(told))).toHaveLength(1);
  });
});

describe('a person deletes', () => {
  const remove = async (channel: string, ts: string | null) => {
    const answer = await rig.client.chat.delete({ channel, ts: ts ?? '' });
    expect(answer.ok).toBe(true);
  };

  test('the card: its thread goes on without it', async () => {
    const root = await rig.client.chat.postMessage({ channel: JOBS, text: 'a script' });
    const threadTs = root.ts ?? '';
    const watch = await follow(rig, { channel: JOBS, threadTs, job: job({ name: 'cardless' }) });
    await deliverAll();
    await remove(JOBS, (await now(watch)).cardTs);
    await changes(watch, 'completed');
    await deliverAll();
    expect(await thread(watch)).toEqual(['a script', completed('cardless')]);
  });

  test('the card that began the thread: it goes on in the direct message with a new card', async () => {
    const watch = await follow(rig, { job: job({ name: 'rootless' }) });
    await deliverAll();
    await remove(dmWith(ANA), (await now(watch)).cardTs);
    await changes(watch, 'completed');
    await deliverAll();
    expect(await thread(watch)).toEqual([cardOf('rootless', 'Completed'), completed('rootless')]);
  });
});

test('a wait that ends while another channel is slow is not forgotten', async () => {
  const slow = await follow(rig, { channel: JOBS, job: job({ name: 'slow' }) });
  const quick = await follow(rig, { job: job({ name: 'quick' }) });
  await rig.slack.fault({
    method: 'chat.postMessage',
    kind: 'ratelimited',
    match: 'quick',
    retryAfter: 1,
  });
  const posting = rig.gate.hold({ path: 'chat.postMessage', body: 'slow', stop: 'answer' });
  const pass = deliverOnce(rig.parts, waits);
  const held = await posting;
  await until('the other one waits', async () => waits.waiting().size > 0);
  clock.advance(1000);
  held.release();
  expect(await pass).not.toBeNull();
  await deliverAll();
  expect(await thread(slow)).toHaveLength(1);
  expect(await thread(quick)).toHaveLength(1);
});
