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
  until,
  type World,
} from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.startOver());
afterAll(() => world.stop());

const GPU = 'bio-gpu · 82 % of GPU hours used';

/** Waits until the person's Home tab shows this. @returns the tab as JSON */
function seesHome(person: World['ana'], shown: string | RegExp): Promise<string> {
  return until(`a Home tab with ${shown}`, async () => {
    const home = JSON.stringify(await person.home());
    return (typeof shown === 'string' ? home.includes(shown) : shown.test(home)) && home;
  });
}

test('a newcomer’s Home tells what to do, and connecting fills it', async () => {
  const { ana } = world;
  await ana.openHome();
  await seesHome(ana, '1. Connect your Waldur account.');
  await ana.pressInHome('Connect…');
  await seesModal(ana, 'Waldur API token');
  await ana.submit({ 'Waldur API token': world.tokens.ana ?? '' });
  await seesModal(ana, 'Connected to Waldur as');
  await ana.closeModal();
  await seesHome(ana, 'You follow no jobs.');
});

test('Home follows a job from its card to its end, and every button of it works', async () => {
  const { ana } = world;
  await connect(world, ana, 'ana');
  const prompt = await share(ana, JOBS, {
    name: 'train.sh',
    content: script('train', 60),
    text: `<@${BOT}>`,
  });
  await submitFrom(ana, JOBS, prompt, { Allocation: GPU });
  const card = await sees(ana, JOBS, /train — /);
  await ana.openHome();
  const home = await seesHome(ana, '*train — Running*');
  expect(home).toContain(`/archives/${JOBS}/p${card.ts.replace('.', '')}?thread_ts=`);
  expect(home).toContain('1 running · connected as Ana');
  expect(home).toContain('82 % of 1,000 GPU hours used, 180 left');

  await ana.pressInHome('Details');
  await seesModal(ana, 'Technical details');
  await ana.closeModal();
  await ana.pressInHome('All jobs');
  await seesModal(ana, '*Your jobs*');
  await ana.closeModal();
  await ana.pressInHome('Submit a script…');
  await seesModal(ana, 'Batch script');
  await ana.closeModal();

  await seesHome(ana, /Ended last.*train — Completed/);
  await ana.pressInHome('Run again…');
  await seesModal(ana, '#SBATCH');
  await ana.closeModal();
});

test('nobody’s Home has anything of somebody else, and who disconnects has none', async () => {
  const { ana, ben } = world;
  await connect(world, ana, 'ana');
  await connect(world, ben, 'ben');
  const prompt = await share(ana, JOBS, {
    name: 'own.sh',
    content: script('own', 600),
    text: `<@${BOT}>`,
  });
  await submitFrom(ana, JOBS, prompt, { Allocation: GPU });
  await ana.openHome();
  await seesHome(ana, '*own — Running*');
  await ben.openHome();
  expect(await seesHome(ben, 'connected as Ben')).not.toContain('own');
  await ana.command('dm', '/slurm disconnect');
  expect(await seesHome(ana, 'Connect…')).not.toContain('own');
});
