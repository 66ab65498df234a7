import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ANA, BEN, BOT, JOBS, PRIVATE_WITH_BOT } from '../../sandbox/slack/world.ts';
import { encode } from '../../src/views/intent.ts';
import {
  answer,
  connect,
  script,
  sees,
  seesModal,
  share,
  startWorld,
  until,
  type World,
} from './world.ts';

/** Where people are, or claim to be: places whose name or contents somebody else chose. */
let world: World;
const CLIMATE = 'climate-2026 · 41 % of CPU hours used';

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  await Promise.all([connect(world, world.ana, 'ana'), connect(world, world.ben, 'ben')]);
});
afterEach(() => world.startOver());
afterAll(() => world.stop());

const watchOf = (name: string) =>
  until(`the watch of ${name}`, async () => {
    const db = new DatabaseSync(join(world.directory, 'data', 'slurm.db'), { readOnly: true });
    try {
      return db.prepare('SELECT * FROM watches WHERE name = ?').get(name);
    } finally {
      db.close();
    }
  });
const restart = async (environment: Record<string, string> = {}) => {
  await world.bot().stop();
  await world.startBot(environment);
};

test('a person who left the channel while the form was open gets the job in their direct message', async () => {
  const { ana, ben, slack } = world;
  await slack.setMembership(PRIVATE_WITH_BOT, BEN, true);
  const content = script('left', 3000);
  const text = `<@${BOT}>`;
  const prompt = await share(ana, PRIVATE_WITH_BOT, { name: 'left.sh', content, text });
  await ben.click(PRIVATE_WITH_BOT, prompt.ts, 'Submit…');
  await seesModal(ben, 'Empty: the thread of the script.');
  await ben.suggest('Allocation', '');
  await slack.setMembership(PRIVATE_WITH_BOT, BEN, false);
  await restart();
  await ben.submit({ Allocation: CLIMATE });
  await seesModal(ben, 'Submitted left');
  await ben.closeModal();
  await sees(ben, 'dm', /^\S+ left — /);
  expect((await watchOf('left')).channel).not.toBe(PRIVATE_WITH_BOT);
  const seen = await ana.screen(PRIVATE_WITH_BOT);
  expect(seen.filter((message) => message.text.includes('left — '))).toEqual([]);
});

test('jobs that others follow in somebody’s thread do not change the meaning of that person’s words', async () => {
  const { ana, ben, waldur } = world;
  const BIO = { cluster: 'Hydra', project: 'bio', user: 'ben', state: 'OK' } as const;
  await waldur.addJobs([{ ...BIO, name: 'bens-bait', backend_id: '821' }]);
  const content = script('waiting', 3000);
  const prompt = await share(ana, JOBS, { name: 'waiting.sh', content, text: `<@${BOT}>` });
  const thread = { thread_ts: prompt.thread_ts ?? '' };
  const bare = () => answer(ana, JOBS, () => ana.say(JOBS, `<@${BOT}> show`, thread));
  expect((await bare()).text).toBe('Which job?');
  await connect(world, ben, 'ana');
  await ben.say(JOBS, `<@${BOT}> follow 821`, thread);
  await sees(ana, JOBS, /^\S+ bens-bait — /);
  expect((await bare()).text).toBe('Which job?');
  await connect(world, ben, 'ben');
});

test('a channel with the name of Slack’s direct messages is not one of them', async () => {
  const { ana, slack } = world;
  const channel = 'C0DISGUISE';
  await slack.addChannel(channel, 'public', [ANA, BOT], 'directmessage');
  await restart({ ALLOWED_CHANNELS: JOBS });
  const action = { type: 'button', action_id: 'do:x', block_id: 'b', action_ts: '1.000000' };
  const actions = [{ ...action, value: encode({ do: 'whoami' }) }];
  for (const act of [
    () => ana.command(channel, '/slurm whoami'),
    () => ana.forge(channel, { type: 'block_actions', actions }),
  ]) {
    const told = await answer(ana, channel, act);
    expect(told.text).toMatch(/^The bot is not used in this channel\. Write to it directly\./);
  }
  await restart();
});
