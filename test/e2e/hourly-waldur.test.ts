import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Person } from '../../sandbox/slack/control.ts';
import { ANA, dmWith } from '../../sandbox/slack/world.ts';
import { encode, type Intent } from '../../src/views/intent.ts';
import {
  connect,
  script,
  sees,
  seesModal,
  share,
  shown,
  slurm,
  startWorld,
  submitFrom,
  until,
  type World,
} from './world.ts';

/** A Waldur as recorded, whose time moves by hand. It hears of the cluster only through its hourly task. */
let world: World;
beforeAll(async () => {
  world = await startWorld({ waldur: ['--as', 'recorded', '--speed', '20', '--seed', 'empty'] });
});
beforeEach(async () => {
  // Hours pass at once here, and a token that is not used for one hour expires.
  await world.waldur.setUser('ana', { tokenLifetime: null });
  await connect(world, world.ana, 'ana');
});
afterEach(() => world.startOver());
afterAll(() => world.stop());

/** Two days, so that hours may go by. */
const LONG = '#SBATCH --time=2-0';
const CLIMATE = { Allocation: 'climate-2026 · 41 % of CPU hours used' };

async function submitted(name: string, content: string, values = {}): Promise<string> {
  const prompt = await share(world.ana, 'dm', { name: `${name}.sh`, content });
  await submitFrom(world.ana, 'dm', prompt, values);
  await sees(world.ana, 'dm', new RegExp(`^\\S+ ${name} — `));
  return prompt.thread_ts ?? '';
}

/** Waits until Slurm runs a job of this name, and an hour more for Waldur to hear of it. */
async function runs(name: string): Promise<string> {
  const id = await until(`${name} to run`, async () => {
    const job = (await world.waldur.slurm()).find((each) => each.name === name);
    return job?.state === 'RUNNING' && job.id;
  });
  await world.waldur.advance(3600);
  return id;
}

test('a job that left the queue is told once, with where to look, and so is its return', async () => {
  const { ana, waldur } = world;
  await submitted('other', script('other', 1_000_000, LONG));
  await submitted('lost', script('slurm-name', 1_000_000, LONG, '#SBATCH -o logs/%x.log'), {
    Name: 'lost',
    ...CLIMATE,
  });
  const id = await runs('slurm-name');
  await sees(ana, 'dm', /^\S+ lost — Running/);
  await waldur.setSlurmJob(id, { state: 'COMPLETED' });
  await waldur.advance(3600);
  // The run is over, and a quarter of an hour has gone by.
  await waldur.advance(1000);
  const told = await sees(ana, 'dm', 'lost is no longer in the queue');
  expect(told.text).toMatch(
    /^❔ <@U0ANA00001> .*, and Waldur doesn’t know how it ended\. It was last seen running <!date/m,
  );
  expect(told.text).toContain('; its output is in `logs/slurm-name.log`.');
  await sees(ana, 'dm', /^\S+ lost — Left the queue/);
  await ana.command('dm', '/slurm list left');
  const list = await sees(ana, 'dm', /^\*Your jobs\* · “left” · 1–/);
  expect(JSON.stringify(list.blocks)).toContain('❔ *lost* — Left the queue');
  const details = await slurm(ana, 'dm', 'show lost');
  expect(details.text).toMatch(/^❔ lost — Left the queue/);
  expect(shown(details)).toContain('"Technical details"');
  expect(JSON.stringify(details.blocks)).toContain(`\`${id}\``);
  expect(JSON.stringify(details.blocks)).toContain('Waldur doesn’t know how it ended.');

  await waldur.setSlurmJob(id, { state: 'RUNNING' });
  await waldur.advance(3600);
  await sees(ana, 'dm', 'lost is in the queue after all: running.');
  await sees(ana, 'dm', /^\S+ lost — Running/);
  const all = (await ana.screen('dm')).filter(({ text }) =>
    text.includes('lost is no longer in the queue'),
  );
  expect(all).toHaveLength(1);
});

test('an array is one card with counts, and one job in the list', async () => {
  const { ana } = world;
  await submitted('many', script('many', 1_000_000, LONG, '#SBATCH --array=1-6%2'));
  await runs('many');
  const card = await sees(ana, 'dm', /^\S+ many — Running/);
  expect(JSON.stringify(card.blocks)).toContain('2 running · 4 queued.');
  await ana.command('dm', '/slurm list many');
  const list = await sees(ana, 'dm', /^\*Your jobs\* · “many” · 1–1 of 1/);
  expect(JSON.stringify(list.blocks)).toContain('2 running · 4 queued');
  await ana.command('dm', '/slurm show many');
  const shown = await sees(ana, 'dm', /^\S+ many — Running/);
  expect(JSON.stringify(shown.blocks)).toContain('2 running · 4 queued.');
});

test('after an error of warnings only, the job that turns up is offered, and followed when it is the one', async () => {
  const { ana } = world;
  await submitted('warned', script('warned', 1_000_000, LONG, '#SBATCH -N2 -n1'));
  await sees(ana, 'dm', /warned: Slurm warned, and may have accepted the job/);
  await runs('warned');
  const reply = await sees(ana, 'dm', /warned: Slurm warned/);
  expect(JSON.stringify(reply.blocks)).not.toContain('Try again…');
  const offer = await sees(ana, 'dm', 'has turned up in the queue since');
  await ana.click('dm', offer.ts, 'Follow it here');
  await sees(ana, 'dm', 'Following warned here.');
  await sees(ana, 'dm', /^\S+ warned — Running/);
});

test.each(['401', '403', '500', 'no answer'] as const)(
  'asking for the result of an upload failed (%s): Slurm may have it, and a button of an older message says so, too',
  async (afterUpload) => {
    const { ana, waldur } = world;
    await waldur.behave({ afterUpload });
    const name = `lost-${afterUpload.replace(' ', '-')}`;
    const prompt = await share(ana, 'dm', { name: `${name}.sh`, content: script(name, 9000) });
    await submitFrom(ana, 'dm', prompt);
    await seesModal(ana, 'Submitted');
    await ana.closeModal();
    const reply = await sees(ana, 'dm', new RegExp(` ${name}: .* Slurm may have the job`));
    await waldur.behave({ afterUpload: 'works' });
    expect(reply.text).not.toContain('was not submitted');
    expect(shown(reply)).not.toContain('Try again…');
    const sent = (await waldur.slurm()).filter((each) => each.name === name);
    expect(sent).toHaveLength(1);

    const job = (await waldur.jobs()).find((each) => each.name === name);
    const mark = / ([0-9a-f]{12})$/.exec(job?.description ?? '')?.[1] ?? '';
    await press(ana, { do: 'retry', mark });
    await seesModal(ana, 'Waldur says that this failed, but Slurm may have the job');
    await ana.closeModal();
    await ana.click('dm', prompt.ts, 'Submit again…');
    await seesModal(ana, 'Waldur says that this failed, but Slurm may have the job');
    await ana.closeModal();
  },
);

/** Presses a button as it was once posted. */
async function press(person: Person, wanted: Intent) {
  const action = { type: 'button', action_id: 'do:x', block_id: 'b', action_ts: '1.000000' };
  const container = { type: 'message', message_ts: '1.000000', channel_id: dmWith(ANA) };
  const actions = [{ ...action, value: encode(wanted) }];
  await person.forge('dm', { type: 'block_actions', container, actions });
}

test('one failed job at rank 15,000 of 20,000: each answer says how far was looked', async () => {
  const { ana, waldur } = world;
  const start = Date.now() - 30 * 86_400_000;
  const rows = Array.from({ length: 20_000 }, (_, index) => ({
    name: `old-${index}`,
    runtime_state: index === 5000 ? 'FAILED' : 'COMPLETED',
    backend_id: String(1_000_000 + index),
    created: new Date(start + index * 60_000).toISOString(),
  }));
  for (let from = 0; from < rows.length; from += 2000)
    await waldur.addJobs(rows.slice(from, from + 2000));
  await ana.command('dm', '/slurm list all failed');
  const answer =
    /^(No jobs match|\*Jobs you can see\*).*“failed”.*earched the newest ([\d,]+) of 20,0\d\d/;
  let found = await sees(ana, 'dm', answer, 30_000);
  expect(found.text).toContain('searched the newest 3,000 of');
  for (let searched = 3000; found.text.startsWith('No'); ) {
    const before = found.text;
    await ana.click('dm', found.ts, 'Search further');
    found = await until(
      'a further answer',
      async () => (await ana.screen('dm')).find(({ text }) => answer.test(text) && text !== before),
      30_000,
    );
    const now = Number(answer.exec(found.text)?.[2]?.replace(',', ''));
    expect(now).toBeGreaterThan(searched);
    searched = now;
  }
  expect(JSON.stringify(found.blocks)).toContain('*old-5000* — Failed');
}, 120_000);
