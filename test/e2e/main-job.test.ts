import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { BOT, JOBS } from '../../sandbox/slack/world.ts';
import {
  connect,
  script,
  sees,
  seesModal,
  share,
  startWorld,
  submitFrom,
  type World,
} from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.startOver());
afterAll(() => world.stop());

test('a script in a direct message is submitted and followed to its end in its thread', async () => {
  const { ana, waldur } = world;
  const content = script('train', 60, '# sandbox: queue 30');
  const prompt = await share(ana, 'dm', { name: 'train.sh', content });
  expect(prompt.text).toBe('train.sh is ready to submit as "train"');

  // Not connected yet: the button leads to the token, and from there straight on to the form.
  await ana.click('dm', prompt.ts, 'Submit…');
  const offer = await sees(ana, 'dm', 'Connect your Waldur account to submit.');
  expect(offer.ephemeral).toBe(true);
  await ana.click('dm', offer.ts, 'Connect…');
  await seesModal(ana, 'Waldur API token');
  await ana.submit({ 'Waldur API token': world.tokens.ana ?? '' });
  await seesModal(ana, 'Allocation');
  await ana.suggest('Allocation', 'bio-gpu');
  await ana.submit({ Allocation: 'bio-gpu · 82 % of GPU hours used' });
  await seesModal(ana, 'Submitted train.');
  await ana.closeModal();

  const end = await sees(ana, 'dm', 'train completed');
  expect(end.text).toContain('<@U0ANA00001>');
  const thread = (await ana.screen('dm')).filter((seen) => seen.thread_ts === prompt.thread_ts);
  const texts = thread.filter(({ user, ephemeral }) => user === BOT && !ephemeral);
  expect(texts.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^✔ `train\.sh` → \*train\*/),
    expect.stringMatching(/^✅ train — Completed\b[\s\S]*`\d+`/),
    expect.stringMatching(/ started/),
    expect.stringMatching(/^✅ <@U0ANA00001> train completed/),
  ]);
  const posts = (await waldur.requests()).filter(({ method }) => method === 'POST');
  expect(posts).toHaveLength(1);
});

test('a script in a channel fails, and the thread says why', async () => {
  const { ben } = world;
  await connect(world, ben, 'ben');
  const content = script('doomed', 5, '# sandbox: OUT_OF_MEMORY');
  const text = '<@U0SLURMBOT> please';
  const prompt = await share(ben, JOBS, { name: 'doomed.sh', content, text });
  await submitFrom(ben, JOBS, prompt, { Allocation: 'climate-2026 · 41 % of CPU hours used' });
  const end = await sees(ben, JOBS, /doomed ran out of memory/);
  expect(end.thread_ts).toBe(prompt.thread_ts);
});
