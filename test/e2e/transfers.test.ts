import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Person } from '../../sandbox/slack/control.ts';
import { controlSlack } from '../../sandbox/slack/control.ts';
import type { Held } from './gate.ts';
import { type DeadlyWorld, startDeadlyWorld } from './kills-world.ts';
import { connect, script, seesModal, share, slurm, until } from './world.ts';

let world: DeadlyWorld;
beforeAll(async () => {
  world = await startDeadlyWorld();
});
afterAll(() => world.stop());

const ALLOCATION = 'bio-gpu · 82 % of GPU hours used';
const PEOPLE = ['U0SENDER01', 'U0SENDER02', 'U0SENDER03', 'U0SENDER04', 'U0SENDER05', 'U0SENDER06'];

/** Hands in a script of their own, up to where the form says that it is on its way. */
async function submits(person: Person, name: string): Promise<void> {
  const prompt = await share(person, 'dm', { name: `${name}.sh`, content: script(name, 60) });
  await person.click('dm', prompt.ts, 'Submit…');
  await seesModal(person, 'Allocation');
  await person.suggest('Allocation', '');
  await person.submit({ Allocation: ALLOCATION });
}

test('four scripts are on their way to Waldur at a time; the others follow', async () => {
  const { slack, waldurGate: gate, slackReady } = world;
  const point = { method: 'POST', path: '/api/slurm-jobs/', stop: 'request' } as const;
  const held: Held[] = [];
  for (const _ of PEOPLE) void gate.hold(point).then((each) => held.push(each));
  const people = PEOPLE.map((user) => controlSlack(slackReady.url).person(user));
  for (const [index, person] of people.entries()) {
    await slack.addMember(PEOPLE[index] ?? '');
    await connect(world, person, 'mia');
    await submits(person, `sender-${index}`);
  }
  await until('four of them', async () => held.length >= 4);
  // What is asked after all of them is answered: the others wait for more than their turn.
  for (const person of people) await slurm(person, 'dm', 'list');
  expect(held).toHaveLength(4);
  for (let sent = 0; sent < PEOPLE.length; sent += 1) {
    await until(`number ${sent + 1}`, async () => held.length > sent);
    held[sent]?.release();
  }
  for (const [index, person] of people.entries())
    await seesModal(person, `Submitted sender-${index}`);
});
