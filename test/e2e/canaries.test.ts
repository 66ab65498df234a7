import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BOT, JOBS } from '../../sandbox/slack/world.ts';
import { canary, SHAPES } from '../canaries.ts';
import {
  answer,
  connect,
  script,
  sees,
  seesModal,
  share,
  slurm,
  startWorld,
  submitFrom,
  type World,
} from './world.ts';

/** Names that would ping, link, or turn the line. */
const HOSTILE = ['<!channel>', '<@U0BEN00001>', '`*_~', '\u202Ekcart', '<https://evil.example|x>'];
const BUNDLE = 25;

let world: World;
beforeAll(async () => {
  world = await startWorld({ environment: { LOG_LEVEL: 'debug' } });
  await connect(world, world.ana, 'ana');
  await throughEveryFlow();
  await world.bot().stop();
}, 120_000);
afterAll(() => world.stop());

const used: string[] = [];
/** The next canary. */
function next(): string {
  const shape = SHAPES[used.length % SHAPES.length] ?? 'classic';
  const token = canary(shape, used.length);
  used.push(token);
  return token;
}
/** Several of them in one text, between hostile words. */
const bundle = () =>
  Array.from({ length: BUNDLE }, (_, index) => `${HOSTILE[index % HOSTILE.length]} ${next()}`).join(
    ' ',
  );
async function times(count: number, act: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < count; done += 1) await act();
}

/** The places in a text where a canary or a really used token turns up. */
function foundIn(text: string): string[] {
  return [
    ...used,
    ...Object.values(world.tokens),
    world.slackReady.botToken,
    world.slackReady.appToken,
  ].filter((token) => text.includes(token));
}

async function throughEveryFlow(): Promise<void> {
  const { ana, waldur } = world;
  await times(40, () => ana.say('dm', bundle()));
  await times(40, () => ana.say(JOBS, `<@${BOT}> ${bundle()}`));
  await times(39, () => ana.command(JOBS, `/slurm ${bundle()}`));
  await answer(
    ana,
    JOBS,
    () => ana.command(JOBS, `/slurm connect ${bundle()}`),
    /looks like a token/,
  );

  const prompt = await share(ana, 'dm', { name: 'canary.sh', content: script('canary', 5) });
  await ana.click('dm', prompt.ts, 'Submit…');
  await seesModal(ana, 'Allocation');
  await ana.suggest('Allocation', next());
  await ana.suggest('Allocation', '');
  await times(40, () =>
    ana.submit({ Allocation: 'bio-gpu · 82 % of GPU hours used', Description: bundle() }),
  );
  await ana.closeModal();

  await ana.command('dm', '/slurm connect');
  await seesModal(ana, 'Waldur API token');
  await times(99, async () => {
    await ana.submit({ 'Waldur API token': next() });
    await seesModal(ana, 'Waldur does not take this token');
  });
  await ana.closeModal();

  const jobs = Array.from({ length: 36 }, (_, index) => ({
    cluster: 'Hydra',
    project: 'bio',
    user: 'ana',
    name: `${HOSTILE[index % HOSTILE.length]} ${index}`,
    state: 'Erred' as const,
    error_message: bundle(),
    error_traceback: `Traceback: ${used.at(-1)}`,
  }));
  const uuids = await waldur.addJobs(jobs);
  for (const uuid of uuids) await slurm(ana, 'dm', `show ${uuid}`);
  await slurm(ana, JOBS, `follow ${uuids[0]}`);
  await slurm(ana, 'dm', 'list failed');

  await submitFrom(ana, 'dm', prompt);
  await ana.closeModal();
  await sees(ana, 'dm', /canary completed/);
}

test('5,000 canaries went through every flow', () => {
  expect(used).toHaveLength(5000);
});

test('the bot keeps none of them', () => {
  const files = readdirSync(world.directory, { recursive: true, withFileTypes: true });
  const names = files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name));
  expect(names.filter((name) => name.endsWith('.db'))).toHaveLength(1);
  for (const name of names) {
    expect({ name, found: foundIn(readFileSync(name, 'latin1')) }).toEqual({ name, found: [] });
  }
});

test('nor in its log, however much that says', () => {
  const { lines } = world.bot();
  // There is a line for each refused message and token.
  expect(lines.length).toBeGreaterThan(170);
  expect(foundIn(lines.join('\n'))).toEqual([]);
});

test('nor in anything that Slack received', async () => {
  const ledger = await world.slack.ledger();
  const received = ledger.filter(({ kind }) => kind === 'api' || kind === 'response_url');
  expect(received.length).toBeGreaterThan(200);
  const sent = received.map(({ args }) => JSON.stringify(args));
  expect(sent.filter((text) => text.includes('looks like a token')).length).toBeGreaterThanOrEqual(
    120,
  );
  expect(foundIn(sent.join('\n'))).toEqual([]);
  // Hostile names come out as text: nothing pings, links or turns.
  const texts = sent.join('\n').replaceAll(/<!date\^[^>]*>/g, '');
  for (const raw of ['<!channel>', '<https://evil.example', '\u202E']) {
    expect({ raw, isThere: texts.includes(raw) }).toEqual({ raw, isThere: false });
  }
});
