import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parseDocument } from 'yaml';
import { botEnvironment, startNode } from '../../sandbox/processes.ts';
import { ANA, BOT, JOBS } from '../../sandbox/slack/world.ts';
import { type DeadlyWorld, moves, sent, startDeadlyWorld, threadOf } from './kills-world.ts';
import { connect, script, sees, share, submitFrom, type WorldOptions } from './world.ts';

let world: DeadlyWorld;
/** Another machine's folder. */
let elsewhere: string;
beforeEach(() => {
  elsewhere = mkdtempSync(join(tmpdir(), 'slurm-elsewhere-'));
});
afterEach(() => rmSync(elsewhere, { recursive: true, force: true }));

/** A separate world for a group of tests. Ana is connected to its bot. */
function within(options: () => WorldOptions): void {
  beforeAll(async () => {
    world = await startDeadlyWorld(options());
    await connect(world, world.ana, 'ana');
  });
  afterAll(() => world.stop());
}

/** `npm run backup`, beside the bot. */
async function backUp(file: string) {
  const tool = new URL('../../src/operator/backup.ts', import.meta.url).pathname;
  const settings = botEnvironment(world.slackReady, world.waldurReady);
  const started = startNode([tool, file], settings, world.directory);
  const [code] = await once(started.process, 'close');
  return { code, lines: started.lines };
}

/** Restores as docs/operations.md says: database and keys go into a folder of the bot's own, and the bot starts. */
async function restore(file: string): Promise<void> {
  const folder = join(elsewhere, 'data');
  mkdirSync(folder, { mode: 0o700 });
  copyFileSync(file, join(folder, 'slurm.db'));
  copyFileSync(join(world.directory, 'data', 'slurm.key'), join(folder, 'slurm.key'));
  await world.startBot({ DATABASE_URL: `sqlite:${folder}/slurm.db` });
}

/** Backs up while Slack has a reply of which the bot does not know, and goes on elsewhere to the job's end. */
async function goesOnElsewhere(place: string, text: string): Promise<void> {
  const { ana, slackGate } = world;
  const name = `saved-${place.toLowerCase()}`;
  const prompt = await share(ana, place, {
    name: `${name}.sh`,
    content: script(name, 100_000, '# sandbox: queue 1000000'),
    text,
  });
  await submitFrom(ana, place, prompt);
  await sees(ana, place, `${name} — Queued`);

  // Slack has the reply, and the bot does not know it yet.
  const holding = slackGate.hold({ path: 'chat.postMessage', body: ' started', stop: 'answer' });
  await moves(world, name, 'RUNNING');
  await holding;
  const file = join(elsewhere, 'backup.db');
  const { code, lines } = await backUp(file);
  expect(lines[0]).toMatch(/^Backed up to .+backup\.db \(\d+ kB\), and checked\.$/);
  expect(lines[1]).toMatch(/^The keys are not in it: keep a copy of .*slurm\.key elsewhere\.$/);
  expect(code).toBe(0);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await world.kill();

  await restore(file);
  await moves(world, name, 'COMPLETED');
  await sees(ana, place, `<@${ANA}> ${name} completed`);
  expect((await threadOf(world, place, prompt.thread_ts ?? '')).slice(1)).toEqual([
    expect.stringContaining(`${name} — Completed`),
    `▶️ ${name} started.`,
    expect.stringContaining(`${name} completed`),
  ]);
  expect(await sent(world, name)).toHaveLength(1);
  await world.bot().kill();
  await world.revive();
}

describe('with the scopes for history', () => {
  within(() => ({}));

  test.each([
    ['dm', ''],
    [JOBS, `<@${BOT}>`],
  ])(
    'a backup in the middle of a reply in %s, restored elsewhere: all is said once',
    goesOnElsewhere,
  );

  test('a file that is there already is not touched', async () => {
    const file = join(elsewhere, 'backup.db');
    writeFileSync(file, 'the last one');
    const { code, lines } = await backUp(file);
    expect(code).toBe(1);
    expect(lines).toEqual([`${file} is there already; it was not changed.`]);
    expect(statSync(file).size).toBe(12);
  });
});

describe('without them', () => {
  let folder: string;
  within(() => {
    folder = mkdtempSync(join(tmpdir(), 'slurm-manifest-'));
    const manifest = parseDocument(readFileSync('manifest.yml', 'utf8'));
    manifest.setIn(['oauth_config', 'scopes', 'bot_optional'], []);
    const path = join(folder, 'manifest.yml');
    writeFileSync(path, String(manifest));
    return { slack: ['--manifest', path] };
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('a "Started" that may be there is not said again: the card tells it', () =>
    goesOnElsewhere(JOBS, `<@${BOT}>`));
});
