import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { JOBS } from '../../sandbox/slack/world.ts';
import { answer, connect, sees, shown, slurm, startWorld, type World } from './world.ts';

/** Operations that need a right are offered only to those who have it, even before anybody tries. */
let world: World;
beforeAll(async () => {
  world = await startWorld({ waldur: ['--speed', '0', '--seed', 'empty'] });
});
afterAll(() => world.stop());

const labels = ['Refresh', 'Edit…', 'Delete record…', 'Unlink…'];
const offered = (seen: Parameters<typeof shown>[0]) =>
  labels.filter((label) => shown(seen).includes(`"${label}"`));

test.each<[string, string, string[]]>([
  ['the project’s administrator', 'ana', ['Refresh', 'Edit…', 'Delete record…']],
  ['a plain member', 'mia', []],
  ['the organisation’s owner', 'olga', ['Refresh', 'Edit…', 'Delete record…']],
  ['Waldur’s staff', 'stan', labels],
])('%s: in Details, in the list, and on a card of their own', async (_, username, all) => {
  const { ana, waldur } = world;
  const name = `of-${username}`;
  await waldur.addJobs([{ name, project: 'bio', backend_id: name, runtime_state: 'RUNNING' }]);
  await connect(world, ana, username);
  expect(offered(await slurm(ana, 'dm', `show ${name}`))).toEqual(all);
  const ofRow = all.filter((label) => label === 'Refresh' || label === 'Edit…');
  expect(offered(await slurm(ana, 'dm', `list all ${name}`))).toEqual(ofRow);
  await slurm(ana, 'dm', `follow ${name}`);
  await slurm(ana, JOBS, `follow ${name}`);
  const own = await sees(ana, 'dm', new RegExp(`^\\S+ ${name} — Running\\b.*\n[\\s\\S]*seen `));
  expect(offered(own)).toEqual(ofRow);
  // Everybody in the channel sees this one.
  const open = await sees(ana, JOBS, new RegExp(`^\\S+ ${name} — Running`));
  expect(offered(open)).toEqual([]);
  expect(shown(open)).toContain('"Details"');
});

test('a role that Waldur has since taken back: a person who tries is told, and it is not offered any more', async () => {
  const { ben, waldur } = world;
  await connect(world, ben, 'ben');
  await waldur.addJobs([{ name: 'former', project: 'climate', backend_id: '502' }]);
  const before = await slurm(ben, 'dm', 'show former');
  expect(offered(before)).toContain('Refresh');
  await waldur.setRole('ben', 'climate', 'PROJECT.MEMBER');
  const told = await answer(ben, 'dm', () => ben.click('dm', before.ts, 'Refresh'), /^You may not/);
  expect(told.text).toContain('it needs a right in the job’s project');
  expect(offered(await slurm(ben, 'dm', 'show former'))).not.toContain('Refresh');
});
