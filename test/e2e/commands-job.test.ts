import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SeenMessage } from '../../sandbox/slack/control.ts';
import { GENERAL, JOBS } from '../../sandbox/slack/world.ts';
import {
  answer,
  asksWaldur,
  connect,
  logged,
  refIn,
  sees,
  seesModal,
  shown,
  slurm,
  startWorld,
  until,
  type World,
} from './world.ts';

let world: World;

const BIO = { cluster: 'Hydra', project: 'bio', user: 'ana', state: 'OK' } as const;
const longReport = `${'a line of a report\n'.repeat(300)}the end`;

/** Jobs by name, each with a Slurm id of its own. */
const jobs = {
  full: {
    ...BIO,
    name: 'full',
    backend_id: '601',
    runtime_state: 'TIMEOUT',
    description: 'the big run',
    report: 'Job submitted',
  },
  reported: { ...BIO, name: 'reported', backend_id: '602', report: longReport },
  refused: {
    ...BIO,
    name: 'refused',
    state: 'Erred',
    error_message:
      'sbatch: error: invalid partition specified: nowheresbatch: error: Batch job submission failed: Invalid partition name specified',
  },
  warned: {
    ...BIO,
    name: 'warned',
    state: 'Erred',
    error_message:
      "sbatch: Warning: can't run 1 processes on 2 nodes, setting nnodes to 1Submitted batch job 603",
  },
  strange: { ...BIO, name: 'strange', backend_id: '605', runtime_state: 'WEIRD_*STATE*' },
  refreshed: { ...BIO, name: 'refreshed', backend_id: '604', runtime_state: 'RUNNING' },
  making: { ...BIO, name: 'making', state: 'Creating' },
  idless: { ...BIO, name: 'idless' },
  deleted: { ...BIO, name: 'deleted', backend_id: '607', runtime_state: 'RUNNING' },
  scheduled: { ...BIO, name: 'scheduled', backend_id: '608' },
  kept: { ...BIO, name: 'kept', backend_id: '609' },
  vanished: { ...BIO, name: 'vanished', backend_id: '610' },
  stuck: { ...BIO, name: 'stuck', backend_id: '611' },
  followed: { ...BIO, name: 'followed', backend_id: '612', runtime_state: 'PENDING' },
  elsewhere: { ...BIO, name: 'elsewhere', backend_id: '613', runtime_state: 'PENDING' },
  '614': { ...BIO, name: '614', backend_id: '620' },
  number: { ...BIO, name: 'number', backend_id: '614' },
} as const;
type Name = keyof typeof jobs;
const uuid = {} as Record<Name, string>;

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  const { ana, guest } = world;
  await Promise.all([connect(world, ana, 'ana'), connect(world, guest, 'mia')]);
  const names = Object.keys(jobs).filter((name): name is Name => name in jobs);
  const made = await world.waldur.addJobs(names.map((name) => ({ ...jobs[name] })));
  for (const [index, name] of names.entries()) uuid[name] = made[index] ?? '';
  // Two of one name.
  await world.waldur.addJobs([
    { ...BIO, name: 'same', backend_id: '630' },
    { ...BIO, name: 'same', backend_id: '631' },
  ]);
});
afterEach(() => world.startOver());
afterAll(() => world.stop());

describe('show', () => {
  test('tells everything that a person would read', async () => {
    const { ana } = world;
    const job = await slurm(ana, JOBS, 'show full');
    expect(job.ephemeral).toBe(true);
    expect(job.text).toMatch(/^\S+ full — Failed/);
    const text = shown(job);
    for (const part of [
      '❌ *full — Failed: time limit*\\nIt reached its time limit.',
      '`601` · bio · on Hydra · ',
      'Description\\n```\\nthe big run\\n```',
    ]) {
      expect(text).toContain(part);
    }
    // Times in the reader's own zone.
    expect(text).toMatch(/submitted <!date\^\d+\^\{date_short_pretty\} at \{time\}\|/);
    expect(text.match(/"text":"(Refresh|Follow here|Delete record…)"/g)).toHaveLength(3);
  });

  test('hides machines’ texts behind a button', async () => {
    const { ana } = world;
    const job = await slurm(ana, 'dm', 'show full');
    const technical = shown(
      await answer(ana, 'dm', () => ana.click('dm', job.ts, 'Technical details')),
    );
    for (const part of [
      `uuid \`${uuid.full}\``,
      'Waldur says `ok`',
      'Slurm says `TIMEOUT`',
      'Report\\n```\\nJob submitted\\n```',
    ]) {
      expect(technical).toContain(part);
      expect(shown(job)).not.toContain(part);
    }
  });

  test('explains an error, and quotes Slurm in full', async () => {
    const text = shown(await slurm(world.ana, 'dm', 'show refused'));
    expect(text).toContain(
      'sbatch: error: invalid partition specified: nowhere\\nsbatch: error: Batch job submission failed: Invalid partition name specified',
    );
  });

  test.each<[Name, string, string]>([
    ['warned', 'Perhaps submitted', '❔ *warned — Perhaps submitted*'],
    ['strange', '`WEIRD_*STATE*`', '❔ *strange* — `WEIRD_*STATE*`'],
  ])('says no more about %s than is known, even in a list', async (name, word, title) => {
    const { ana } = world;
    const job = await slurm(ana, 'dm', `show ${name}`);
    expect(job.text).toContain(`❔ ${name} — ${word}\n`);
    expect(shown(job)).toContain(`"${title}\\n`);
    const list = await slurm(ana, 'dm', `list ${name}`);
    expect(shown(list)).toContain(`❔ *${name}* — ${word}\n`);
    await slurm(ana, JOBS, `follow ${name}`);
    const card = await sees(
      ana,
      JOBS,
      new RegExp(`^❔ ${name} — ${word.replaceAll('*', '.')}(?!\\. Its card)`),
    );
    expect(shown(card)).toContain(`"${title}\\n`);
  });

  test('gives a long report as a file in the direct message', async () => {
    const { ana } = world;
    const job = await slurm(ana, JOBS, 'show reported');
    expect(shown(job)).toContain('The report is long: it is in the direct message as a file.');
    const message = await sees(ana, 'dm', 'The report of `reported`.');
    expect(message.files).toEqual([expect.objectContaining({ name: 'report-602.txt' })]);
    const sizes = (await world.slack.ledger())
      .filter(({ kind }) => kind === 'download' || kind === 'upload')
      .map(({ size }) => size);
    expect(sizes).toContain(0);
    expect((await ana.screen(JOBS)).flatMap(({ files }) => files)).toEqual([]);
    // The bot hears its own upload, and does not take it for a script.
    await answer(ana, 'dm', () => ana.say('dm', 'show full'), / full — /);
    expect((await ana.screen('dm')).filter((seen) => seen.thread_ts === message.ts)).toEqual([]);
  });

  test.each([
    ['its uuid', () => uuid.full],
    ['its uuid with dashes and capitals', () => dashed(uuid.full).toUpperCase()],
    ['its Slurm id', () => '601'],
    ['its name', () => 'full'],
    ['its name in quotes', () => '"full"'],
    ['the beginning of its uuid', () => uuid.full.slice(0, 9)],
    ['the beginning of its uuid in capitals', () => uuid.full.slice(0, 9).toUpperCase()],
  ])('finds a job by %s', async (_way, reference) => {
    expect((await slurm(world.ana, 'dm', `show ${reference()}`)).text).toMatch(
      /^\S+ full — Failed/,
    );
  });

  test('takes a number for a Slurm id before it takes it for a name', async () => {
    expect((await slurm(world.ana, 'dm', 'show 614')).text).toMatch(/^\S+ number — Submitted/);
  });

  test('asks which one where several fit, and goes on with the choice', async () => {
    const { ana } = world;
    const choice = await slurm(ana, 'dm', 'info same');
    expect(choice.text).toBe('2 jobs match “same”. Which one?');
    const label = /"(same · 631 · [^"]+)"/.exec(shown(choice))?.[1] ?? '';
    const job = await answer(ana, 'dm', () => ana.choose('dm', choice.ts, label));
    expect(shown(job)).toContain('`631` · bio');
  });

  test('offers recent jobs where none was named', async () => {
    const { ana } = world;
    const choice = await slurm(ana, 'dm', 'show');
    expect(choice.text).toBe('Which job?');
    const label = /"(number · 614 · [^"]+)"/.exec(shown(choice))?.[1] ?? '';
    const job = await answer(ana, 'dm', () => ana.choose('dm', choice.ts, label));
    expect(job.text).toMatch(/^\S+ number — Submitted/);
  });
});

const dashed = (id: string) => id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

describe('refresh', () => {
  test('asks Waldur to read the cluster', async () => {
    const asked = await asksWaldur(world, async () => {
      const told = await slurm(world.ana, JOBS, `refresh ${uuid.refreshed}`);
      expect(told.text).toBe(
        'Asked Waldur to refresh refreshed. The card follows when something changed.',
      );
    });
    const path = `/api/slurm-jobs/${uuid.refreshed}/`;
    expect(asked.filter((line) => line.includes(path))).toEqual([
      `GET ${path} 200`,
      `POST ${path}pull/ 202`,
    ]);
  });

  test.each<[string, Name, string]>([
    ['is still being created', 'making', 'making is still being created; try again in a minute.'],
    ['has no Slurm id', 'idless', 'idless has no Slurm id, so there is nothing to refresh.'],
  ])('of a job that %s is told as it is', async (_what, name, sentence) => {
    const told = await slurm(world.ana, 'dm', `pull ${name}`);
    expect(told.text).toBe(`${sentence} (ref ${refIn(told.text)})`);
    expect(await logged(world, refIn(told.text))).toHaveLength(1);
  });

  test('needs a right, and is not offered to people without it', async () => {
    const offered = async (person = world.guest) => {
      const answers = [
        await slurm(person, 'dm', 'show refreshed'),
        await slurm(person, 'dm', 'list all refreshed'),
      ];
      return answers.map((each) => shown(each).includes('"Refresh"'));
    };
    expect(await offered()).toEqual([false, false]);
    const told = await slurm(world.guest, JOBS, 'refresh refreshed');
    expect(told.text).toBe(
      `You may not do that in Waldur: it needs a right in the job’s project. Nothing was changed. Ask an administrator of the project. (ref ${refIn(told.text)})`,
    );
    expect(await offered(world.ana)).toEqual([true, true]);
  });
});

describe('delete', () => {
  const asksFor = async (name: Name) => {
    await world.ana.command(JOBS, `/slurm delete ${name}`);
    return seesModal(world.ana, `Remove ${name}`);
  };
  const confirm = async (name: Name) => {
    await asksFor(name);
    await world.ana.submit();
  };

  test('names the job and says that it goes on; Keep keeps it', async () => {
    const modal = await asksFor('kept');
    expect(shown(modal)).toContain(
      'Remove kept (`609`) from Waldur? This does not stop the job on the cluster; `scancel 609` does.',
    );
    expect([modal.submit?.text, modal.close?.text]).toEqual(['Delete record', 'Keep']);
    await world.ana.closeModal();
    expect((await world.waldur.jobs()).map(({ name }) => name)).toContain('kept');
  });

  test('204: the record is gone, and its card says who deleted it', async () => {
    const { ana, ben } = world;
    await slurm(ana, JOBS, 'follow deleted');
    await sees(ben, JOBS, /^▶️ deleted — Running\b[\s\S]*`607`/);
    const asked = await asksWaldur(world, async () => {
      await confirm('deleted');
      await seesModal(
        ana,
        'The record of deleted is deleted. The job itself goes on in Slurm if it has not ended.',
      );
    });
    expect(asked.filter((line) => line.startsWith('DELETE'))).toEqual([
      `DELETE /api/slurm-jobs/${uuid.deleted}/ 204`,
    ]);
    await ana.closeModal();
    const card = await until('the card', async () =>
      (await ben.screen(JOBS)).find((seen) => /Ana \w+ deleted its record/.test(shown(seen))),
    );
    expect(card.ephemeral).toBe(false);
    await sees(ben, JOBS, /^\S+ deleted — Record gone/);
  });

  test('202: Waldur does it later', async () => {
    const { ana, waldur } = world;
    await waldur.behave({ deletion: 'scheduled' });
    await confirm('scheduled');
    await seesModal(ana, 'Waldur is deleting the record of scheduled.');
  });

  test('403: it needs the project’s administrator', async () => {
    const { guest } = world;
    await guest.command(JOBS, '/slurm delete kept');
    await seesModal(guest, 'Remove kept');
    await guest.submit();
    const modal = await seesModal(
      guest,
      'You may not delete kept: that needs the project’s administrator. Nothing changed.',
    );
    expect(await logged(world, refIn(shown(modal)))).toHaveLength(1);
    await guest.closeModal();
  });

  test('404: the job of the form is gone', async () => {
    await asksFor('vanished');
    await world.waldur.deleteJob(uuid.vanished);
    await world.ana.submit();
    const modal = await seesModal(
      world.ana,
      'Waldur shows you no vanished any more: somebody deleted it, or you may not see it.',
    );
    expect(await logged(world, refIn(shown(modal)))).toHaveLength(1);
    await world.ana.closeModal();
  });

  test('409: Waldur is busy with it', async () => {
    await confirm('making');
    const modal = await seesModal(
      world.ana,
      'Waldur is busy with making; a record can be deleted when its state is OK or Erred. Try again in a minute.',
    );
    expect(await logged(world, refIn(shown(modal)))).toHaveLength(1);
    await world.ana.closeModal();
  });

  test('500: nothing changed, and that was looked up', async () => {
    const { ana, waldur } = world;
    await waldur.fault({ match: { method: 'DELETE' }, kind: 'http500' });
    const asked = await asksWaldur(world, async () => {
      await confirm('stuck');
      const modal = await seesModal(
        ana,
        'This Waldur cannot delete job records (it answered 500). Nothing changed. Waldur’s staff can unlink it.',
      );
      expect(await logged(world, refIn(shown(modal)))).toHaveLength(1);
    });
    const path = `/api/slurm-jobs/${uuid.stuck}/`;
    expect(asked.filter((line) => line.includes(path))).toEqual([
      `GET ${path} 200`,
      `DELETE ${path} 500`,
      `GET ${path} 200`,
    ]);
    await ana.closeModal();
    expect((await waldur.jobs()).map(({ name }) => name)).toContain('stuck');
  });

  test('the answer goes to the person where the form was closed meanwhile', async () => {
    const { ana, waldur } = world;
    await asksFor('kept');
    await waldur.fault({ match: { method: 'DELETE' }, kind: 'slow', ms: 300 });
    await answer(
      ana,
      'dm',
      async () => {
        await ana.submit();
        await ana.closeModal();
      },
      /^The record of kept is deleted\./,
    );
  });
});

/** Follows the job of that name in #jobs, and gives its card. */
async function followed(): Promise<SeenMessage> {
  await slurm(world.ana, JOBS, 'follow followed');
  return sees(world.ana, JOBS, /^⏳ followed — Queued\b[\s\S]*`612`/);
}

describe('follow', () => {
  test('posts one card where it was asked for', async () => {
    const { ana, ben } = world;
    const told = await slurm(ana, JOBS, 'follow followed');
    expect(told.text).toBe('Following followed here.');
    const card = await sees(ben, JOBS, /^⏳ followed — Queued\b[\s\S]*`612`/);
    expect(card.ephemeral).toBe(false);
    const again = await slurm(ana, JOBS, 'watch 612');
    expect(again.text).toBe(`That job is followed here already. (ref ${refIn(again.text)})`);
  });

  test('in a conversation without the bot it goes to the direct message, and says why', async () => {
    const { ana } = world;
    const told = await slurm(ana, GENERAL, 'follow elsewhere');
    expect(told.text).toBe(
      'I am not in this channel, so I can’t post here. Following elsewhere in your direct messages.',
    );
    await sees(ana, 'dm', /^⏳ elsewhere — Queued\b[\s\S]*`613`/);
  });

  test('a job that has ended shows its end, in one card', async () => {
    const { ana } = world;
    const told = await slurm(ana, JOBS, 'follow full');
    expect(told.text).toBe('❌ full — Failed: time limit. Its card is here.');
    await sees(ana, JOBS, /^❌ full — Failed/);
    const again = await slurm(ana, JOBS, 'follow full');
    expect(again.text).toMatch(/^That job has ended, and its card is here already\. /);
  });

  test('scancel is offered only while there is something to stop', async () => {
    const { ana } = world;
    await ana.command(JOBS, '/slurm delete full');
    const modal = await seesModal(ana, 'Remove full');
    expect(shown(modal)).toContain('from Waldur? The job has left the queue.');
    expect(shown(modal)).not.toContain('scancel');
    await ana.closeModal();
  });

  test('the buttons of a card work for everyone, with the rights of the person who presses', async () => {
    const { ana, guest } = world;
    const card = await followed();
    const theirs = await answer(guest, JOBS, () => guest.click(JOBS, card.ts, 'Details'));
    expect(theirs.text).toMatch(/^\S+ followed — Queued/);
    expect(shown(theirs)).not.toContain('"Refresh"');
    const details = await answer(ana, JOBS, () => ana.click(JOBS, card.ts, 'Details'));
    expect(details.text).toMatch(/^\S+ followed — Queued/);
    const done = await answer(ana, JOBS, () => ana.click(JOBS, details.ts, 'Refresh'));
    expect(done.text).toMatch(/^Asked Waldur to refresh followed\./);
  });
});

describe('in a thread the job is that of the thread', () => {
  test.each([
    ['show', /^\S+ followed — Queued/],
    ['refresh', /^Asked Waldur to refresh followed\./],
  ])('@slurm %s', async (words, expected) => {
    const { ana } = world;
    const card = await followed();
    const told = await answer(
      ana,
      JOBS,
      () => ana.say(JOBS, `<@U0SLURMBOT> ${words}`, { thread_ts: card.ts }),
      expected,
    );
    expect(told.thread_ts).toBe(card.ts);
    expect(told.ephemeral).toBe(true);
  });

  test('@slurm delete answers with a button, since a message opens no form', async () => {
    const { ana } = world;
    const card = await followed();
    const told = await answer(ana, JOBS, () =>
      ana.say(JOBS, '<@U0SLURMBOT> delete', { thread_ts: card.ts }),
    );
    expect(told.text).toBe('This needs a form: press the button.');
    await ana.click(JOBS, told.ts, 'Open…');
    await seesModal(ana, 'Remove followed (`612`) from Waldur?');
    await ana.closeModal();
  });

  test('Slack itself refuses a slash command there', async () => {
    const card = await followed();
    const { refused } = await world.ana.command(JOBS, '/slurm show', { thread_ts: card.ts });
    expect(refused).toBe('not_supported_in_threads');
  });
});
