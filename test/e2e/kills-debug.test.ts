import { afterAll, beforeAll, test } from '@jest/globals';
import { type DeadlyWorld, moves, startDeadlyWorld, threadOf } from './kills-world.ts';
import { connect, script, sees, share, submitFrom } from './world.ts';

let world: DeadlyWorld;
beforeAll(async () => {
  world = await startDeadlyWorld();
  await connect(world, world.ana, 'ana');
});
afterAll(() => world.stop());
test('x', async () => {
  for (let i = 0; i < 8; i++) {
    const name = `dbg${i}`;
    const prompt = await share(world.ana, 'dm', {
      name: `${name}.sh`,
      content: script(name, 60, '# sandbox: queue 1000000'),
    });
    await submitFrom(world.ana, 'dm', prompt);
    await sees(world.ana, 'dm', `${name}: `);
    await moves(world, name, 'RUNNING');
    await new Promise((r) => setTimeout(r, 1500));
    const th = await threadOf(world, 'dm', prompt.thread_ts ?? '');
    if (!th.some((x) => x.startsWith('Started')))
      console.log(
        th,
        (await world.waldur.jobs()).find((j) => j.name === name),
        (await world.waldur.slurm()).slice(-2),
      );
  }
  console.log(world.bot().lines.join('\n'));
}, 60000);
