import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { request } from 'undici';
import { z } from 'zod';
import type { Person } from '../../sandbox/slack/control.ts';
import { BEN, BOT, JOBS } from '../../sandbox/slack/world.ts';
import { uuidOf } from '../../sandbox/waldur/ids.ts';
import {
  answer,
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

/** Run again…: what the form begins with, what is sent, and who may use it. */
let world: World;
const BIO = 'bio-gpu · 82 % of GPU hours used';

beforeAll(async () => {
  world = await startWorld();
  await Promise.all([connect(world, world.ana, 'ana'), connect(world, world.ben, 'ben')]);
});
afterAll(() => world.stop());

const query = (sql: string) => {
  const db = new DatabaseSync(join(world.directory, 'data', 'slurm.db'), { readOnly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
};

/** The scripts of all jobs of this name as Waldur has them, oldest first. */
async function sentScripts(name: string): Promise<string[]> {
  const jobs = (await world.waldur.jobs()).filter((job) => job.name === name).toReversed();
  return Promise.all(
    jobs.map(async ({ uuid }) => {
      const headers = { authorization: `Token ${world.tokens.ana}` };
      const row = await request(`${world.waldurReady.url}/api/slurm-jobs/${uuid}/`, { headers });
      const { file } = z.object({ file: z.string() }).parse(await row.body.json());
      return (await request(file, { headers })).body.text();
    }),
  );
}

/** Hashes of the scripts that were shown and sent, oldest first. */
const hashes = (name: string) =>
  query(`SELECT sha256 FROM submissions WHERE name = '${name}' ORDER BY created_at`).map((row) =>
    String(row.sha256),
  );

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

/** The newest card of a job of this name. */
const cardOf = (person: Person, place: string, name: string, state: string) =>
  sees(person, place, new RegExp(`^\\S+ ${name} — ${state}`));

/** Ana shares a script in her direct message and submits it. @returns the prompt */
async function submits(name: string, content: string, values: Record<string, string> = {}) {
  const prompt = await share(world.ana, 'dm', { name: `${name}.sh`, content });
  await submitFrom(world.ana, 'dm', prompt, values);
  await submitted(name);
  return prompt;
}

async function handsIn(name: string, values: Record<string, string> = {}, person = world.ana) {
  await person.submit(values);
  await submitted(name, person);
}

async function submitted(name: string, person = world.ana): Promise<void> {
  await seesModal(person, `Submitted ${name}`);
  await person.closeModal();
}

/** What a diff of the form shows. */
const diffIn = (view: { blocks?: unknown }) =>
  [...JSON.stringify(view.blocks).matchAll(/\d+ [-+] [^\\]*/g)].map(([row]) => row);

test('a job that ran out of memory is run again twice, each time with twice as much', async () => {
  const { ana } = world;
  const name = 'hungry';
  const content = script(name, 1, '#SBATCH --mem=8G', '# sandbox: memory 20G');
  const prompt = await submits(name, content, { Description: 'First run' });

  const first = await cardOf(ana, 'dm', name, 'Failed: out of memory');
  await ana.click('dm', first.ts, 'Run again with 16 GB…');
  const form = await seesModal(ana, 'Allocation');
  expect(diffIn(form)).toEqual(['3 - #SBATCH --mem=8G', '3 + #SBATCH --mem=16G']);
  expect(shown(form)).toContain('First run');
  await handsIn(name);

  const end = await sees(ana, 'dm', /hungry ran out of memory/);
  const reply = await until('the second reply', async () =>
    (await ana.screen('dm')).find(
      ({ ts, text }) => ts !== end.ts && /hungry ran out of memory/.test(text),
    ),
  );
  const [, later] = [end, reply].toSorted((a, b) => Number(a.ts) - Number(b.ts));
  await ana.click('dm', later?.ts ?? '', 'Run again with 32 GB…');
  const second = await seesModal(ana, 'Allocation');
  expect(diffIn(second)).toEqual(['3 - #SBATCH --mem=16G', '3 + #SBATCH --mem=32G']);
  await ana.submit();
  await cardOf(ana, 'dm', name, 'Completed');
  await submitted(name);

  const sent = [8, 16, 32].map((size) => content.replace('--mem=8G', `--mem=${size}G`));
  expect(await sentScripts(name)).toEqual(sent);
  expect(hashes(name)).toEqual(sent.map(hash));
  // All of it stays in the thread of the script.
  const cards = (await ana.screen('dm')).filter(({ text }) => /^\S+ hungry —/.test(text));
  expect(cards.map(({ thread_ts }) => thread_ts)).toEqual(Array(3).fill(prompt.thread_ts));
});

test('another value is shown before it is sent, and one that Slurm does not take is refused', async () => {
  const { ana } = world;
  const name = 'slow';
  const content = script(name, 100, '#SBATCH --time=1');
  await submits(name, content);

  const card = await cardOf(ana, 'dm', name, 'Failed: time limit');
  await ana.click('dm', card.ts, 'Run again with 5 min…');
  expect(diffIn(await seesModal(ana, 'Allocation'))).toEqual([
    '3 - #SBATCH --time=1',
    '3 + #SBATCH --time=0:05:00',
  ]);
  expect(await ana.submit({ 'Time limit': 'soon' })).toMatchObject({
    errors: { more: expect.stringContaining('such as 12:00:00') },
  });
  await ana.submit({ 'Time limit': '2 h' });
  const again = await seesModal(ana, 'with what you wrote');
  expect(diffIn(again)).toEqual(['3 - #SBATCH --time=1', '3 + #SBATCH --time=2:00:00']);
  expect(await sentScripts(name)).toHaveLength(1);
  await handsIn(name);
  expect((await sentScripts(name)).at(-1)).toBe(content.replace('--time=1', '--time=2:00:00'));
});

test('a second press of the form’s button is one job', async () => {
  const { ana } = world;
  const name = 'twice';
  await submits(name, script(name, 1));
  const card = await cardOf(ana, 'dm', name, 'Completed');
  await ana.click('dm', card.ts, 'Run again…');
  const { id, callback_id, private_metadata } = await seesModal(ana, 'Allocation');
  const values = {
    name: { name: { type: 'plain_text_input', value: name } },
    allocation: { allocation: { selected_option: { value: uuidOf('allocation bio-gpu') } } },
  };
  const view = { id, callback_id, type: 'modal', private_metadata, state: { values } };
  const press = () => ana.forge('dm', { type: 'view_submission', view });
  await Promise.all([press(), press()]);
  await press();
  await submitted(name);
  expect(hashes(name)).toHaveLength(2);
  expect(await sentScripts(name)).toHaveLength(2);
});

test('without Waldur’s copy it is the person’s file in Slack, with the changes of the last time', async () => {
  const { ana, waldur } = world;
  const name = 'recordless';
  const content = script(name, 1, '#SBATCH --mem=1G', '# sandbox: memory 20G');
  await submits(name, content);
  const card = await cardOf(ana, 'dm', name, 'Failed: out of memory');
  await ana.click('dm', card.ts, 'Run again with 2 GB…');
  await seesModal(ana, 'Allocation');
  await handsIn(name);
  const second = await until('the second card', async () =>
    (await ana.screen('dm')).find(
      ({ ts, text }) => ts !== card.ts && /^\S+ recordless — Failed: out of memory/.test(text),
    ),
  );
  for (const job of await waldur.jobs()) {
    if (job.name === name) await waldur.deleteJob(job.uuid);
  }
  await ana.click('dm', second.ts, 'Run again…');
  const form = await seesModal(ana, 'this is the one that you sent me');
  expect(diffIn(form)).toEqual(['3 - #SBATCH --mem=1G', '3 + #SBATCH --mem=2G']);
  await handsIn(name);
  expect(await sentScripts(name)).toEqual([content.replace('--mem=1G', '--mem=2G')]);
});

test('a colleague gets Waldur’s copy with their own rights, in their own place; who has none learns nothing', async () => {
  const { ana, ben, waldur } = world;
  const name = 'colleague';
  const content = script(name, 1);
  const text = `<@${BOT}>`;
  const prompt = await share(ana, JOBS, { name: `${name}.sh`, content, text });
  await submitFrom(ana, JOBS, prompt, { Allocation: BIO });
  await submitted(name);
  const card = await cardOf(ana, JOBS, name, 'Completed');

  await ben.click(JOBS, card.ts, 'Run again…');
  await seesModal(ben, 'Waldur shows you no such job');
  await ben.closeModal();

  await waldur.setRole('ben', 'bio', 'PROJECT.MEMBER');
  const before = (await waldur.requests()).length;
  await ben.click(JOBS, card.ts, 'Run again…');
  const form = await seesModal(ben, 'Allocation');
  expect(shown(form)).toContain('a script that you didn’t submit with me. It will run as you.');
  const asked = await waldur.requests(before);
  const file = asked.filter(({ path }) => path.includes('/media/'));
  expect(file.map(({ token }) => token)).toEqual(['ben']);
  await handsIn(name, {}, ben);
  const own = await cardOf(ben, 'dm', name, 'Completed');
  expect(own.text).toContain('Ben Okafor');
  const [job] = (await waldur.jobs()).filter((each) => each.name === name);
  expect(query(`SELECT user FROM submissions WHERE job_uuid = '${job?.uuid}'`)).toEqual([
    { user: BEN },
  ]);
  await waldur.setRole('ben', 'bio', null);
});

test('if Waldur’s copy is not what the person sent, the form says so', async () => {
  const { ana } = world;
  const name = 'edited';
  await submits(name, script(name, 1));
  await cardOf(ana, 'dm', name, 'Completed');
  await ana.command('dm', `/slurm edit ${name}`);
  await seesModal(ana, 'New script');
  const content = script(name, 1, '# changed');
  await ana.submit({ 'New script': [{ name: 'other.sh', content }] });
  await seesModal(ana, 'Waldur has the new script');
  await ana.closeModal();

  await ana.command('dm', `/slurm again ${name}`);
  const form = await seesModal(ana, 'Allocation');
  expect(shown(form)).toContain('This is not the script that you sent');
  expect(shown(form)).toContain('# changed');
  await handsIn(name);
  expect(hashes(name).at(-1)).toBe(hash(content));
});

test('what was not asked for is asked of the person', async () => {
  const { ana } = world;
  const name = 'modest';
  const content = script(name, 1, '# sandbox: OUT_OF_MEMORY');
  await submits(name, content);
  const card = await cardOf(ana, 'dm', name, 'Failed: out of memory');
  await ana.click('dm', card.ts, 'Run again with more memory…');
  const form = await seesModal(ana, 'Write for instance 16G');
  expect(diffIn(form)).toEqual([]);
  await ana.submit({ Memory: '4 GB' });
  const again = await seesModal(ana, 'with what you wrote');
  expect(diffIn(again)).toEqual(['3 + #SBATCH --mem=4G']);
  await ana.closeModal();
});

test('it is said in words, pressed in Details and chosen in the list', async () => {
  const { ana } = world;
  const name = 'wordy';
  await submits(name, script(name, 1));
  const card = await cardOf(ana, 'dm', name, 'Completed');
  const id = /`(\d+)`/.exec(card.text)?.[1] ?? '';
  const opens = async () => {
    expect(shown(await seesModal(ana, 'Allocation'))).toContain(`\`${id}\` completed.`);
    await ana.closeModal();
  };

  const offer = await answer(ana, 'dm', () => ana.say('dm', `run job ${id} again, please`));
  await ana.click('dm', offer.ts, 'Open…');
  await opens();
  const details = await slurm(ana, 'dm', `show ${id}`);
  await ana.click('dm', details.ts, 'Run again…');
  await opens();
  const list = await slurm(ana, 'dm', `list ${name}`);
  await ana.choose('dm', list.ts, 'Run again…');
  await opens();
});
