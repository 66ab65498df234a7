import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, test } from '@jest/globals';
import { JOBS } from '../../sandbox/slack/world.ts';
import { connect, sees, seesModal, shown, slurm, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());
test('x', async () => {
  const { ana, ben } = world;
  await connect(world, ana, 'ana');
  await world.waldur.addJobs([
    {
      cluster: 'Hydra',
      project: 'bio',
      user: 'ana',
      state: 'OK',
      name: 'deleted',
      backend_id: '607',
      runtime_state: 'RUNNING',
    },
  ]);
  await slurm(ana, JOBS, 'follow deleted');
  await sees(ben, JOBS, 'deleted: running. Slurm job 607');
  await ana.command(JOBS, '/slurm delete deleted');
  await seesModal(ana, 'Remove');
  await ana.submit();
  await sleep(5000);
  for (const m of await ben.screen(JOBS)) console.log(shown(m));
  console.log(world.bot().lines.join('\n'));
  console.log(
    (await world.waldur.requests())
      .map(({ method, path, query, status }) => `${method} ${path}?${query} ${status}`)
      .join('\n'),
  );
});
