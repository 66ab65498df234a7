import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type DeadlyWorld, moves, startDeadlyWorld, threadOf } from './kills-world.ts';
import { connect, script, sees, seesModal, share, until } from './world.ts';

const ROUNDS = 10;
const SEED = 20_261_124;

let world: DeadlyWorld;
beforeAll(async () => {
  world = await startDeadlyWorld();
});
beforeEach(() => connect(world, world.ana, 'ana'));
afterEach(() => world.startOver());
afterAll(() => world.stop());

/** Milliseconds after *Submit job*, and after the job's start: the commits lie close together, so short ones are many. */
const delays = fc.sample(fc.tuple(fc.oneof(fc.nat(60), fc.nat(900)), fc.nat(900)), {
  seed: SEED,
  numRuns: ROUNDS,
});

const submitForm = () => world.ana.submit({ Allocation: 'bio-gpu · 82 % of GPU hours used' });

/** Goes on as a person would: presses again if Slack or the form says that it did not work. */
async function untilThereIsACard(name: string, root: string, acknowledged: boolean) {
  let pressed = acknowledged;
  await until(`a card of ${name}`, async () => {
    if ((await threadOf(world, 'dm', root)).some((text) => text.includes(` ${name} — `)))
      return true;
    const modal = await world.ana.modal();
    const form = JSON.stringify(modal);
    if (form.includes('Submit again…')) {
      await world.ana.clickInModal('Submit again…');
      await seesModal(world.ana, 'Allocation');
      pressed = false;
    }
    // After a restart the bot may have gone on before the person presses again.
    const isForm = modal?.callback_id === 'submit';
    if (isForm && (!pressed || form.includes('Nothing was submitted'))) {
      pressed = (await submitForm()).ok;
    }
    return false;
  });
}

test.each(delays.map(([first, second], round) => [round, first, second]))(
  'round %i: killed %i ms after the button and %i ms after the start: one job, one card, each reply once',
  async (round, first, second) => {
    const name = `random-${round}`;
    const file = { name: `${name}.sh`, content: script(name, 6, '# sandbox: queue 1000000') };
    const prompt = await share(world.ana, 'dm', file);
    const root = prompt.thread_ts ?? '';
    await world.ana.click('dm', prompt.ts, 'Submit…');
    await seesModal(world.ana, 'Allocation');
    await world.ana.suggest('Allocation', '');
    const submitting = submitForm();
    await sleep(first);
    await world.kill();
    await world.revive();
    const { ok } = await submitting;
    await untilThereIsACard(name, root, ok);
    await sees(world.ana, 'dm', `${name} — Queued`);

    await moves(world, name, 'RUNNING');
    await sleep(second);
    await world.kill();
    await world.revive();
    await sees(world.ana, 'dm', / started/);
    await moves(world, name, 'COMPLETED');
    const told = await until(`the end of ${name}`, async () => {
      const texts = await threadOf(world, 'dm', root);
      return texts.some((text) => text.includes(`${name} completed`)) && texts;
    });
    const jobs = (await world.waldur.jobs()).filter((job) => job.name === name);
    expect(jobs).toHaveLength(1);
    const counted = {
      prompts: told.filter((text) => text.includes(`${name}.sh`)).length,
      cards: told.filter((text) => text.includes(` ${name} — `)),
      starts: told.filter((text) => text.includes(' started')).length,
      ends: told.filter((text) => text.includes(`${name} completed`)).length,
    };
    expect(counted).toEqual({
      prompts: 1,
      cards: [expect.stringContaining(' — Completed')],
      starts: 1,
      ends: 1,
    });
  },
);
