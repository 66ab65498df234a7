import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { GENERAL, JOBS } from '../../sandbox/slack/world.ts';
import {
  answer,
  asksWaldur,
  connect,
  sees,
  seesModal,
  shown,
  slurm,
  startWorld,
  until,
  type World,
} from './world.ts';

let world: World;
let uuids: string[];

const HYDRA = { cluster: 'Hydra', project: 'bio', user: 'ana', state: 'OK' } as const;
const TWICE = '▶️ *twice* — Running\n`504` · climate · Ana Tamm';
/** A Slurm id that is too long to be part of a uuid by chance, since a list is searched for both. */
const WAITING_ID = '90000503';
const WAITING = `⏳ *waiting* — Queued\n\`${WAITING_ID}\` · bio · Ana Tamm`;
const OLDEST = '✅ *oldest* — Completed\n`501` · bio · Ana Tamm';
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  await Promise.all([connect(world, world.ana, 'ana'), connect(world, world.ben, 'ben')]);
  // Above the fourteen old jobs of the seed, oldest first.
  uuids = await world.waldur.addJobs([
    {
      ...HYDRA,
      name: 'oldest',
      backend_id: '501',
      runtime_state: 'COMPLETED',
      created: minutesAgo(9),
    },
    {
      ...HYDRA,
      name: 'mended',
      backend_id: '502',
      runtime_state: 'FAILED',
      user: 'ben',
      project: 'climate',
      created: minutesAgo(8),
    },
    {
      ...HYDRA,
      name: 'waiting',
      backend_id: WAITING_ID,
      runtime_state: 'PENDING',
      created: minutesAgo(7),
    },
    { ...HYDRA, name: 'twice', backend_id: '504', project: 'climate', created: minutesAgo(6) },
    {
      ...HYDRA,
      name: 'twice',
      backend_id: '504',
      user: null,
      runtime_state: 'RUNNING',
      created: minutesAgo(5),
    },
  ]);
});
afterEach(() => world.startOver());
afterAll(() => world.stop());

/** The rows of a list, each without its date. */
function rows(message: { blocks: Record<string, unknown>[] }): string[] {
  return message.blocks.slice(1).flatMap(({ type, text }) => {
    if (type !== 'section' || typeof text !== 'object' || text === null) return [];
    return 'text' in text ? [String(text.text).replace(/ · <!date[^>]*>$/, '')] : [];
  });
}

describe('/slurm list', () => {
  test('shows the newest ten, only to the asker, and reads one page of Waldur', async () => {
    const asked = await asksWaldur(world, async () => {
      const list = await slurm(world.ana, JOBS, 'list all');
      expect(list.ephemeral).toBe(true);
      expect(list.text).toMatch(/^\*Jobs you can see\* · 1–11 of 19 records · as of /);
      expect(rows(list).slice(0, 4)).toEqual([
        TWICE,
        WAITING,
        '❌ *mended* — Failed\n`502` · climate · Ben Okafor',
        OLDEST,
      ]);
      expect(rows(list)).toHaveLength(10);
    });
    expect(asked).toEqual(['GET /api/slurm-jobs/ 200']);
    expect(shown({ blocks: await world.ben.screen(JOBS) })).not.toContain('twice');
  });

  test('goes to older jobs and back in place', async () => {
    const { ana } = world;
    const list = await slurm(ana, 'dm', 'list all');
    const first = rows(list);
    await ana.click('dm', list.ts, 'Older');
    const older = await sees(ana, 'dm', /· 12–19 of 19 records/);
    expect(older.ts).toBe(list.ts);
    expect(older.edited).toBe(true);
    expect(rows(older)).toHaveLength(8);
    expect(rows(older).filter((row) => first.includes(row))).toEqual([]);
    expect(shown(older)).not.toContain('"Older"');
    await ana.click('dm', list.ts, 'Newer');
    const again = await until('the first page', async () =>
      (await ana.screen('dm')).find(({ ts, text }) => ts === list.ts && text.includes('· 1–11 of')),
    );
    expect(rows(again)).toEqual(first);
    expect(shown(again)).not.toContain('"Newer"');
  });

  test.each([
    ['list running', [TWICE]],
    ['list pending', [WAITING]],
    ['list state:queued project:BIO', [WAITING]],
    ['list all failed mended', ['❌ *mended* — Failed\n`502` · climate · Ben Okafor']],
    ['ls "twice"', [TWICE]],
    [`jobs ${WAITING_ID}`, [WAITING]],
    ['list mine mended', []],
  ])('/slurm %s', async (words, expected) => {
    const list = await slurm(world.ana, 'dm', words);
    expect(rows(list)).toEqual(expected);
  });

  test('says what was searched for, and how far', async () => {
    const list = await slurm(world.ana, 'dm', 'list mine queued waiting');
    expect(list.text).toMatch(/^\*Your jobs\* · “queued waiting” · 1–1 of 1 · as of /);
    const none = await slurm(world.ana, 'dm', 'list nosuchword');
    expect(none.text).toBe('No jobs match “nosuchword”.');
    const near = await slurm(world.ana, 'dm', 'list quued');
    expect(near.text).toBe('No jobs match “quued”. Did you mean queued?');
    await world.ana.click('dm', near.ts, 'Queued');
    await until('what was meant in its place', async () =>
      (await world.ana.screen('dm')).find(
        ({ ts, text }) => ts === near.ts && text.startsWith('*Your jobs* · “queued” · 1–1 of 1'),
      ),
    );
  });

  test('goes from one’s own jobs to all that one may see, and back, in place', async () => {
    const { ana } = world;
    const list = await slurm(ana, 'dm', 'list mended');
    expect(list.text).toBe('No jobs match “mended”.');
    await ana.click('dm', list.ts, 'All I can see');
    const all = await sees(ana, 'dm', /^\*Jobs you can see\* · “mended” · 1–1 of 1/);
    expect(all.ts).toBe(list.ts);
    expect(shown(all)).toContain('"Only mine"');
  });

  test('is one’s own: others see the jobs of their projects', async () => {
    const list = await slurm(world.ben, 'dm', 'list mine');
    expect(rows(list)[0]).toBe('❌ *mended* — Failed\n`502` · climate · Ben Okafor');
    const all = await slurm(world.ben, 'dm', 'list waiting');
    expect(rows(all)).toEqual([]);
  });

  test.each([
    ['the channel', JOBS],
    ['a channel without the bot', GENERAL],
  ])('posts a page to %s, without buttons', async (_what, channel) => {
    const { ana, ben } = world;
    const list = await slurm(ana, channel, 'list queued');
    const posted = await answer(ben, channel, () => ana.click(channel, list.ts, 'Post to channel'));
    expect(posted.ephemeral).toBe(false);
    expect(rows(posted)).toEqual([WAITING]);
    expect(shown(posted)).not.toMatch(/"(button|overflow)"/);
  });

  test('is asked for and paged in a thread, too', async () => {
    const { ana } = world;
    const { ts } = await ana.say(JOBS, 'a thread');
    const list = await answer(ana, JOBS, () =>
      ana.say(JOBS, '<@U0SLURMBOT> list all', { thread_ts: ts }),
    );
    expect([list.thread_ts, list.ephemeral]).toEqual([ts, true]);
    await ana.click(JOBS, list.ts, 'Older');
    const older = await sees(ana, JOBS, /· 12–19 of 19 records/);
    expect([older.ts, older.thread_ts]).toEqual([list.ts, ts]);
  });

  test('has nothing to post in a direct message', async () => {
    expect(shown(await slurm(world.ana, 'dm', 'list'))).not.toContain('Post to channel');
  });
});

describe('the menu of a job in the list', () => {
  test.each([
    ['Details', /^\S+ waiting — Queued/],
    ['Refresh', /^Asked Waldur to refresh waiting\./],
    ['Follow here', /^Following waiting here\.$/],
  ])('%s', async (label, expected) => {
    const { ana } = world;
    const list = await slurm(ana, JOBS, 'list waiting');
    const told = await answer(ana, JOBS, () => ana.choose(JOBS, list.ts, label), expected);
    expect(told.ephemeral).toBe(true);
  });

  test('Follow here puts a card there for everyone', async () => {
    const { ana, ben } = world;
    const list = await slurm(ana, JOBS, 'list waiting');
    await ana.choose(JOBS, list.ts, 'Follow here');
    const card = await sees(ben, JOBS, /^⏳ waiting — Queued/);
    expect(card.ephemeral).toBe(false);
  });

  test('Details offer to delete, and the twin is shown as the job that people know', async () => {
    const { ana } = world;
    const list = await slurm(ana, 'dm', 'list twice');
    const details = await answer(ana, 'dm', () => ana.choose('dm', list.ts, 'Details'), /twice/);
    await ana.click('dm', details.ts, 'Delete record…');
    const modal = await seesModal(ana, 'Remove twice (`504`) from Waldur?');
    expect(modal.private_metadata).toContain(uuids[3]);
    await ana.closeModal();
  });
});

test('a list that changes between two pages neither repeats nor skips a job', async () => {
  const { ana, waldur } = world;
  const list = await slurm(ana, 'dm', 'list all');
  const first = rows(list);
  await waldur.addJobs(
    Array.from({ length: 3 }, (_, index) => ({ ...HYDRA, name: `late-${index}` })),
  );
  await ana.click('dm', list.ts, 'Older');
  const older = await sees(ana, 'dm', /· 15–22 of 22 records/);
  expect(rows(older)).toHaveLength(8);
  expect(rows(older).filter((row) => first.includes(row))).toEqual([]);
});

test('a search stops after 3,000 records, says so, and goes on', async () => {
  const { ana, waldur } = world;
  await waldur.addJobs(
    Array.from({ length: 3000 }, (_, index) => ({ ...HYDRA, name: `bulk-${index}` })),
  );
  const list = await slurm(ana, 'dm', 'list oldest');
  expect(list.text).toBe('No jobs match “oldest”. I searched the newest 3,000 of 3,019.');
  await ana.click('dm', list.ts, 'Search further');
  const found = await sees(ana, 'dm', /^\*Your jobs\* · “oldest” · 1–1 of 1$/m);
  expect(found.ts).toBe(list.ts);
  expect(rows(found)).toEqual([OLDEST]);
});
