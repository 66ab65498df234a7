import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  answer,
  connect,
  logged,
  refIn,
  seesModal,
  slurm,
  startWorld,
  until,
  type World,
} from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
// Its log begins anew as well.
afterEach(() => world.startOver('new'));
afterAll(() => world.stop());

/** The lines at these levels. */
const linesAt = (levels: RegExp) => world.bot().lines.filter((line) => levels.test(line));

test('typos, missing connections and refusals that explain themselves are not errors', async () => {
  const { ana, ben, waldur } = world;
  await slurm(ben, 'dm', 'lsit');
  await slurm(ben, 'dm', 'show no-such-job');
  await connect(world, ana, 'ana');
  await slurm(ana, 'dm', 'show no-such-job');
  await slurm(ana, 'dm', 'list project:nowhere');
  await waldur.fault({ kind: 'http400', times: 1, match: { path: '/slurm-jobs/' } });
  const refused = await slurm(ana, 'dm', 'list');
  expect(await logged(world, refIn(refused.text))).toEqual([
    expect.stringMatching(/ INFO failed ref=.* command=list why=/),
  ]);
  await ana.command('dm', '/slurm connect');
  await seesModal(ana, 'Waldur API token');
  await ana.submit({ 'Waldur API token': 'no-token-of-anybody' });
  await seesModal(ana, 'Waldur does not take this token');
  await ana.closeModal();
  await answer(ana, 'dm', () => ana.say('dm', 'submit'));
  expect(linesAt(/ (WARN|ERROR) /)).toEqual([]);
});

test('a failing Waldur is a warning, with its origin', async () => {
  await connect(world, world.ana, 'ana');
  await world.waldur.fault({ kind: 'http502', times: 1, match: { path: '/slurm-jobs/' } });
  const told = await slurm(world.ana, 'dm', 'list');
  const lines = await logged(world, refIn(told.text));
  expect(lines).toEqual([expect.stringMatching(/ WARN failed ref=.*command=list error=/)]);
  expect(lines[0]).toMatch(/\n {4}at .+\/src\/api\//);
});

test('a bot that cannot start says why in its log, without a token', async () => {
  await world.bot().stop();
  const token = 'xoxb-1-not-the-token';
  await expect(world.startBot({ SLACK_BOT_TOKEN: token })).rejects.toThrow(
    /"level":"error".*"stack":"Error: Slack does not take SLACK_BOT_TOKEN.*"msg":"not started"/,
  );
});

describe('what nobody caught', () => {
  /** Makes the bot throw when it gets a signal that does not end it: `how` has an error at hand. */
  const throwing = (how: string) => {
    const error = "new Error('broken', { cause: new TypeError('by xoxb-1-A0123-abcDEF') })";
    const code = `process.on('SIGCONT', () => { const error = ${error}; ${how} })`;
    return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
  };

  test.each([
    ['an exception', 'throw error'],
    ['a rejection', 'Promise.reject(error)'],
  ])(
    '%s ends the bot, and is in the log once, with stack and cause, redacted',
    async (_what, how) => {
      await world.bot().stop();
      const { process: bot } = await world.startBot(throwing(how));
      const ended = once(bot, 'close');
      bot.kill('SIGCONT');
      expect((await ended)[0]).toBe(1);
      const lines = await until('the line', async () => {
        const found = linesAt(/broken/);
        return found.length > 0 && found;
      });
      expect(lines).toEqual([expect.stringMatching(/ ERROR \w+: unhandled .*Error: broken/)]);
      expect(lines[0]).toMatch(/\n {4}at .*\n {4}caused by TypeError: by \[redacted\]\n {4}at /s);
    },
  );
});
