import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Person, SeenMessage } from '../../sandbox/slack/control.ts';
import { JOBS } from '../../sandbox/slack/world.ts';
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

/** The words on the buttons and menus of a message. */
function offers(message: SeenMessage): string[] {
  const text = JSON.stringify(message.blocks);
  return ['Refresh', 'Details', 'Edit…', 'Delete record…'].filter((label) =>
    text.includes(`"${label}"`),
  );
}

/** Requests of a method since, by what follows the job's uuid. */
async function asked(world: World, method: string): Promise<string[]> {
  const all = await world.waldur.requests();
  return all.flatMap((each) => (each.method === method ? [each.path] : []));
}

async function follow(person: Person, name: string): Promise<SeenMessage> {
  const prompt = await share(person, 'dm', { name: `${name}.sh`, content: script(name, 100_000) });
  await submitFrom(person, 'dm', prompt);
  return sees(person, 'dm', new RegExp(`^\\S+ ${name} — (Submitted|Queued|Running)`));
}

describe('a Waldur as recorded', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ waldur: ['--as', 'recorded', '--speed', '20'] });
  });
  beforeEach(async () => {
    await connect(world, world.ana, 'ana');
    await connect(world, world.ben, 'stan');
  });
  // What a Waldur cannot do is learnt for a day.
  afterEach(() => world.startOver('new'));
  afterAll(() => world.stop());

  test('an operation that it refused to two people is offered to nobody, and people who ask anyway are told', async () => {
    const { ana, ben } = world;
    const card = await follow(ana, 'tide');
    expect(offers(card)).toEqual(['Refresh', 'Details', 'Edit…']);
    const cannot = 'This Waldur cannot refresh on request; its last news of tide is from';
    for (const _ of [1, 2]) {
      const told = await answer(ana, 'dm', () => ana.choose('dm', card.ts, 'Refresh'), /^This Wal/);
      expect(told.text).toContain(cannot);
    }
    expect(await asked(world, 'POST')).toHaveLength(3);
    expect(offers(await slurm(ana, JOBS, 'show tide'))).toContain('Refresh');

    expect((await slurm(ben, JOBS, 'refresh tide')).text).toContain(cannot);
    expect(await asked(world, 'POST')).toHaveLength(4);
    await until('the card offers it no more', async () => {
      const shownNow = (await ana.screen('dm')).find(({ ts }) => ts === card.ts);
      return shownNow !== undefined && !offers(shownNow).includes('Refresh');
    });
    expect(offers(await slurm(ana, JOBS, 'show tide'))).toEqual(['Edit…', 'Delete record…']);
    expect((await slurm(ana, JOBS, 'refresh tide')).text).toContain(cannot);
    expect(await asked(world, 'POST')).toHaveLength(4);
  });

  test('deleting counts as refused after it failed for two people, and is not tried any more', async () => {
    const { ana, ben } = world;
    await follow(ana, 'wave');
    for (const person of [ana, ana, ben]) {
      await person.command('dm', '/slurm delete wave');
      await seesModal(person, 'Remove wave');
      await person.submit({});
      await seesModal(
        person,
        'This Waldur cannot delete job records (it answered 500). Nothing changed.',
      );
      await person.closeModal();
    }
    await ana.command(JOBS, '/slurm delete wave');
    await sees(ana, JOBS, 'This Waldur cannot delete job records (it answered 500)');
    expect(await asked(world, 'DELETE')).toHaveLength(3);
    await ana.command(JOBS, '/slurm show wave');
    expect(offers(await sees(ana, JOBS, /^\S+ wave — /))).not.toContain('Delete record…');
  });

  test('editing: Waldur’s checks come first, then the 500 that changes nothing', async () => {
    const { ana, ben } = world;
    await follow(ana, 'ebb');
    for (const person of [ana, ben]) {
      await person.command('dm', '/slurm edit ebb');
      await seesModal(person, 'Description');
      await person.submit({ Name: 'flood' });
      await seesModal(
        person,
        'This Waldur cannot change job records (it answered 500). Nothing changed.',
      );
      await person.closeModal();
    }
    await ana.command(JOBS, '/slurm edit ebb');
    await sees(ana, JOBS, 'This Waldur cannot change job records (it answered 500)');
    expect(await asked(world, 'PATCH')).toHaveLength(2);
    await ana.command(JOBS, '/slurm list all');
    expect(offers(await sees(ana, JOBS, 'Jobs you can see'))).toEqual(['Refresh', 'Details']);
  });

  test('help says what this Waldur supports', async () => {
    const { ana, ben } = world;
    await follow(ana, 'ford');
    for (const person of [ana, ben]) {
      expect((await slurm(person, 'dm', 'refresh ford')).text).toContain('cannot refresh');
      await person.command('dm', '/slurm delete ford');
      await seesModal(person, 'Remove ford');
      await person.submit({});
      await seesModal(person, 'This Waldur cannot delete job records');
      await person.closeModal();
    }
    const text = shown(await slurm(ana, JOBS, 'help'));
    expect(text).toMatch(/refresh on request: no; it answered 409 to two people, last on/);
    expect(text).toMatch(/delete records: no; it answered 500 to two people, last on/);
    expect(text).toContain('unlink records (Waldur’s staff): not tried yet');
  });

  test('unlinking is for staff, and others are told so', async () => {
    const { ana, ben, waldur } = world;
    await follow(ana, 'shoal');
    await ana.command('dm', '/slurm unlink shoal');
    await seesModal(ana, 'Only Waldur’s staff can do this.');
    await ana.submit({});
    await seesModal(ana, 'Only Waldur’s staff may unlink records.');
    await ana.closeModal();

    await ben.command('dm', '/slurm unlink shoal');
    await seesModal(ben, 'Take shoal');
    await ben.submit({});
    await seesModal(ben, 'The record of shoal is out of Waldur.');
    await ben.closeModal();
    expect((await waldur.jobs()).map(({ name }) => name)).not.toContain('shoal');
    await sees(ana, 'dm', /^\S+ shoal — Record gone/);
  });
});

describe('a Waldur as documented', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  beforeEach(() => connect(world, world.ana, 'ana'));
  afterEach(() => world.startOver('new'));
  afterAll(() => world.stop());

  test('name and description are changed, and the mark of the submission stays', async () => {
    const { ana, waldur } = world;
    await follow(ana, 'dune');
    await ana.command('dm', '/slurm edit dune');
    await seesModal(ana, 'Description');
    await ana.submit({ Name: 'desert', Description: 'More sand' });
    await seesModal(ana, 'dune is now desert.');
    await ana.closeModal();
    await sees(ana, 'dm', /^\S+ desert — /);
    const job = (await waldur.jobs()).find(({ name }) => name === 'desert');
    expect(job?.description).toMatch(/^More sand\n\nSubmitted from Slack · [0-9a-f]{12}$/);
  });

  test('a new script goes to Waldur in one PUT, and the person is told what that does not do', async () => {
    const { ana, waldur } = world;
    await follow(ana, 'reef');
    await ana.command('dm', '/slurm edit reef');
    await seesModal(ana, 'New script');
    const content = script('reef', 5);
    await ana.submit({ 'New script': [{ name: 'reef2.sh', content }] });
    await seesModal(
      ana,
      'Waldur has the new script; the job on the cluster keeps the one it started with.',
    );
    await ana.closeModal();
    const puts = (await waldur.requests()).filter(({ method }) => method === 'PUT');
    expect(puts).toHaveLength(1);
    expect(JSON.stringify(puts[0])).toContain('reef2.sh');
  });

  test('a script that Slurm would refuse is not sent', async () => {
    const { ana } = world;
    const before = await asked(world, 'PUT');
    await follow(ana, 'bank');
    await ana.command('dm', '/slurm edit bank');
    await seesModal(ana, 'New script');
    await ana.submit({ 'New script': [{ name: 'bank.sh', content: 'echo hello\n' }] });
    await seesModal(ana, 'Nothing was changed.');
    await ana.closeModal();
    expect(await asked(world, 'PUT')).toEqual(before);
  });

  test('a member may not, and is told who may', async () => {
    const { ana, ben } = world;
    await follow(ana, 'cliff');
    await connect(world, ben, 'mia');
    await ben.command('dm', '/slurm edit cliff');
    await seesModal(ben, 'Description');
    await ben.submit({ Name: 'rock' });
    await seesModal(
      ben,
      'You may not change cliff: that needs the project’s administrator. Nothing changed.',
    );
    await ben.closeModal();
  });

  test('where ends are told at once, a row that somebody had refreshed elsewhere proves nothing', async () => {
    const { ana, waldur, waldurReady, tokens } = world;
    const long = (name: string) => script(name, 1_000_000, '#SBATCH --time=2-0');
    for (const [name, content] of [
      ['brief', script('brief', 1)],
      ['steady', long('steady')],
      ['other', long('other')],
    ] as const) {
      const prompt = await share(ana, 'dm', { name: `${name}.sh`, content });
      await submitFrom(ana, 'dm', prompt);
      await sees(ana, 'dm', new RegExp(`^\\S+ ${name} — (Completed|Running)`));
    }
    await sees(ana, 'dm', / brief completed/);
    const other = async () => (await waldur.jobs()).find(({ name }) => name === 'other');
    await waldur.advance(400);
    const before = await other();
    const pull = `${waldurReady.url}/api/slurm-jobs/${before?.uuid}/pull/`;
    const headers = { authorization: `Token ${tokens.ana}` };
    expect((await fetch(pull, { method: 'POST', headers })).status).toBe(202);
    await until('the row is written', async () => {
      const job = await other();
      return job?.state === 'OK' && job.modified !== before?.modified;
    });
    await waldur.advance(1000);
    const from = (await waldur.requests()).length;
    await until('the jobs are looked at', async () => {
      const looks = (await waldur.requests(from)).filter(({ method }) => method === 'GET');
      return looks.length >= 6;
    });
    const screen = (await ana.screen('dm')).map(({ text }) => text);
    expect(screen.filter((text) => text.includes('no longer in the queue'))).toEqual([]);
    await sees(ana, 'dm', /^\S+ steady — Running/);
  });

  test('refreshing works, and stays on offer', async () => {
    const { ana } = world;
    const card = await follow(ana, 'coast');
    await ana.choose('dm', card.ts, 'Refresh');
    await sees(ana, 'dm', 'Asked Waldur to refresh coast.');
    await ana.command(JOBS, '/slurm help');
    const { blocks } = await sees(ana, JOBS, 'What /slurm can do');
    expect(JSON.stringify(blocks)).toMatch(/refresh on request: yes, last on/);
  });
});
