import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { JOBS } from '../../sandbox/slack/world.ts';
import type { Fault } from '../../sandbox/waldur/faults.ts';
import {
  asksWaldur,
  connect,
  goesWrong,
  script,
  seesModal,
  share,
  shown,
  slurm,
  startWorld,
  type World,
} from './world.ts';

/**
 * Nothing is followed in this world, so that each request to Waldur belongs to the tested act. Each case asserts the
 * sentence, exactly one line in the log with its reference, and the requests.
 */
let world: World;
let uuid: string;

const BIO = { cluster: 'Hydra', project: 'bio', user: 'ana', state: 'OK' } as const;
const NO_UUID = 'd2035c217d01467ba3a1309afa2bf5c3';
const LIST = 'GET /api/slurm-jobs/ 200';

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  await Promise.all([connect(world, world.ana, 'ana'), connect(world, world.guest, 'mia')]);
  const [first = ''] = await world.waldur.addJobs([
    { ...BIO, name: 'plain', backend_id: '901' },
    { ...BIO, name: 'pair', backend_id: '902' },
    { ...BIO, name: 'pair', backend_id: '903' },
  ]);
  uuid = first;
});
afterEach(() => world.startOver());
afterAll(() => world.stop());

describe('what was typed', () => {
  const where =
    'Use its Slurm id, its name or how that begins, or its uuid; /slurm list shows them.';
  const gone = 'Waldur shows you no such job: it is gone, or you may not see it.';
  test.each<[string, string, string, string[]]>([
    [
      'an unknown job',
      'show nosuch',
      `There is no job “nosuch” among your 17 jobs. ${where}`,
      [LIST],
    ],
    [
      'a malformed uuid',
      `show ${NO_UUID}0`,
      `There is no job “${NO_UUID}0” among your 17 jobs. ${where}`,
      [LIST],
    ],
    [
      'too little of a uuid',
      'show d20',
      `There is no job “d20” among your 17 jobs. ${where}`,
      [LIST],
    ],
    ['a uuid of no job', `show ${NO_UUID}`, gone, [`GET /api/slurm-jobs/${NO_UUID}/ 404`]],
    [
      'a path for a uuid',
      'show ../../users/me/',
      `There is no job “../../users/me/” among your 17 jobs. ${where}`,
      [LIST],
    ],
    [
      'a job to refresh that nobody knows',
      'refresh nosuch',
      `There is no job “nosuch” among your 17 jobs. ${where}`,
      [LIST],
    ],
    [
      'a job to follow that nobody knows',
      'follow nosuch',
      `There is no job “nosuch” among your 17 jobs. ${where}`,
      [LIST],
    ],
    [
      'a hostile name',
      'show <!channel> \u202exe `id`',
      `There is no job “&lt;!channel&gt; xe \`'id'\`” among your 17 jobs. ${where}`,
      [LIST],
    ],
    [
      'a name of 150 characters and more',
      `show ${'x'.repeat(200)}`,
      `There is no job “${'x'.repeat(99)}…” among your 17 jobs. ${where}`,
      [LIST],
    ],
    [
      'a name of 10,000 characters',
      `show ${'x'.repeat(10_000)}`,
      'That has 10,005 characters; a command has at most 1,800. Name a job by its Slurm id or the beginning of its uuid; /slurm list shows them.',
      [],
    ],
    [
      'a filter that nobody knows',
      'list owner:ben',
      'There is no filter "owner:". There are project:NAME and state:STATE. To search for the text itself, put it in quotes.',
      [],
    ],
    [
      'a state that nobody knows',
      'list state:runing',
      'There is no state "runing". Did you mean "running"? There are submitting, submitted, queued, running, completed, failed, cancelled, erred, deleting, unknown, left, pending, error, canceled.',
      [],
    ],
    [
      'a filter without its value',
      'list project:',
      'Say which project is meant, for instance project:bio.',
      [],
    ],
    [
      'a script that is counted',
      'submit #1',
      'A script cannot be named in words. Send it to me, or use /slurm submit alone and upload it.',
      [],
    ],
    [
      'a submission that is named',
      'submit again 0123456789ab',
      'A script cannot be named in words. Send it to me, or use /slurm submit alone and upload it.',
      [],
    ],
  ])('%s', async (_what, words, sentence, requests) => {
    const { told, asked, lines } = await goesWrong(world, () => slurm(world.ana, 'dm', words));
    expect(told).toBe(sentence);
    expect(lines).toEqual([expect.stringMatching(/ INFO failed ref=/)]);
    expect(asked).toEqual(requests);
  });

  test('an ambiguous name is no failure but a choice', async () => {
    const asked = await asksWaldur(world, async () => {
      const choice = await slurm(world.ana, 'dm', 'refresh pair');
      expect(choice.text).toBe('2 jobs match “pair”. Which one?');
    });
    expect(asked.filter((line) => line.startsWith('POST'))).toEqual([]);
  });

  test('someone who sees no job at all is told so', async () => {
    await world.waldur.setRole('mia', 'bio', null);
    const { told, asked } = await goesWrong(world, () => slurm(world.guest, JOBS, 'show'));
    expect(told).toBe('There are no jobs that you may see in Waldur.');
    expect(asked).toEqual([LIST]);
  });
});

describe('what Waldur answers', () => {
  const refused = 'Waldur refused it: The sandbox was told to refuse this.';
  const failed = (status: number) => `Waldur failed (it answered ${status}). Try again later.`;
  const odd = 'Waldur answered something I don’t understand. Tell the people who run the bot.';
  const cases: [string, Omit<Fault, 'match'>, string, number | null][] = [
    ['400', { kind: 'http400' }, refused, 400],
    [
      '429',
      { kind: 'http429', retryAfter: 1 },
      'Waldur is being asked too much (429). Try again in 1 s.',
      429,
    ],
    ['500', { kind: 'http500' }, failed(500), 500],
    ['502', { kind: 'http502' }, failed(502), 502],
    ['503', { kind: 'http503' }, 'Waldur failed (it answered 503). Try again in 1 s.', 503],
    ['a web page', { kind: 'html' }, odd, 200],
    ['no JSON', { kind: 'not_json' }, odd, 200],
    ['another shape', { kind: 'wrong_shape' }, odd, 200],
    ['a redirect', { kind: 'redirect' }, odd, 302],
    ['nothing', { kind: 'cut' }, 'Waldur could not be reached. Try again in a minute.', null],
  ];

  test.each(cases)('%s to a list', async (_what, fault, sentence, status) => {
    await world.waldur.fault({ ...fault, match: { path: '/api/slurm-jobs/' } });
    const { told, asked, lines } = await goesWrong(world, () => slurm(world.ana, JOBS, 'list'));
    expect(told).toBe(sentence);
    expect(asked).toEqual([`GET /api/slurm-jobs/ ${status}`]);
    const line =
      status === 400 ? / INFO failed .*command=list why=/ : / WARN failed .*command=list error=/;
    expect(lines).toEqual([expect.stringMatching(line)]);
    expect(await world.waldur.faultsFired()).toHaveLength(1);
  });

  test.each<[string, Omit<Fault, 'match'>, string, number | null]>([
    ['400', { kind: 'http400' }, `${refused} Nothing was changed.`, 400],
    [
      '429',
      { kind: 'http429', retryAfter: 1 },
      'Waldur is being asked too much (429). Nothing was changed. Try again in 1 s.',
      429,
    ],
    [
      '500',
      { kind: 'http500' },
      'Waldur failed (it answered 500). It is not known whether that was done. Try again later.',
      500,
    ],
    [
      '502',
      { kind: 'http502' },
      'Waldur failed (it answered 502). It is not known whether that was done. Try again later.',
      502,
    ],
    [
      'nothing',
      { kind: 'lost_answer' },
      'Waldur could not be reached. It is not known whether that was done. Look before you try again.',
      null,
    ],
  ])('%s to a refresh, which is asked once', async (_what, fault, sentence, status) => {
    await world.waldur.fault({ ...fault, match: { method: 'POST' } });
    const { told, asked, lines } = await goesWrong(world, () =>
      slurm(world.ana, JOBS, `refresh ${uuid}`),
    );
    expect(told).toBe(sentence);
    const path = `/api/slurm-jobs/${uuid}/`;
    expect(asked).toEqual([`GET ${path} 200`, `POST ${path}pull/ ${status}`]);
    expect(lines).toHaveLength(1);
  });

  test('403 to a refresh', async () => {
    const wrong = await goesWrong(world, () => slurm(world.guest, JOBS, `refresh ${uuid}`));
    expect(wrong.told).toBe(
      'You may not do that in Waldur: it needs a right in the job’s project. Nothing was changed. Ask an administrator of the project.',
    );
    const path = `/api/slurm-jobs/${uuid}/`;
    // Then its project is read: it is not offered to this person there for a day.
    expect(wrong.asked).toEqual([`GET ${path} 200`, `POST ${path}pull/ 403`, `GET ${path} 200`]);
    expect(wrong.lines).toHaveLength(1);
  });

  test.each([
    ['Creating', '', 409, 'busy is still being created; try again in a minute.'],
    ['OK', '', 400, 'busy has no Slurm id, so there is nothing to refresh.'],
  ] as const)('%s %s: %s to a refresh', async (state, backend_id, status, sentence) => {
    const [busy] = await world.waldur.addJobs([{ ...BIO, name: 'busy', state, backend_id }]);
    const wrong = await goesWrong(world, () => slurm(world.ana, JOBS, `refresh ${busy}`));
    expect(wrong.told).toBe(sentence);
    const path = `/api/slurm-jobs/${busy}/`;
    expect(wrong.asked).toEqual([`GET ${path} 200`, `POST ${path}pull/ ${status}`]);
    expect(wrong.lines).toEqual([expect.stringMatching(/ INFO refused ref=/)]);
  });

  test.each<[string, Omit<Fault, 'match'>, string]>([
    [
      '502',
      { kind: 'http502' },
      'Waldur failed (it answered 502). It is not known whether that was done. Try again later.',
    ],
    [
      '429',
      { kind: 'http429', retryAfter: 1 },
      'Waldur is being asked too much (429). Nothing was changed. Try again in 1 s.',
    ],
    [
      'a web page',
      { kind: 'html' },
      'Waldur answered something I don’t understand. It is not known whether that was done. Tell the people who run the bot.',
    ],
  ])('%s to a deletion', async (_what, fault, sentence) => {
    const { ana, waldur } = world;
    await ana.command(JOBS, `/slurm delete ${uuid}`);
    await seesModal(ana, 'Remove plain');
    await waldur.fault({ ...fault, match: { method: 'DELETE' } });
    const { asked, lines } = await goesWrong(world, async () => {
      await ana.submit();
      return seesModal(ana, sentence);
    });
    expect(asked.filter((line) => line.startsWith('DELETE'))).toHaveLength(1);
    expect(lines).toHaveLength(1);
    await ana.closeModal();
    expect((await waldur.jobs()).map(({ name }) => name)).toContain('plain');
  });

  test('404 to a job whose form is open', async () => {
    const { ana, waldur } = world;
    const [doomed = ''] = await waldur.addJobs([{ ...BIO, name: 'doomed', backend_id: '904' }]);
    await ana.command(JOBS, `/slurm delete ${doomed}`);
    await seesModal(ana, 'Remove doomed');
    await waldur.deleteJob(doomed);
    const { asked, lines } = await goesWrong(world, async () => {
      await ana.submit();
      return seesModal(
        ana,
        'Waldur shows you no doomed any more: somebody deleted it, or you may not see it.',
      );
    });
    expect(asked).toEqual([`DELETE /api/slurm-jobs/${doomed}/ 404`]);
    expect(lines).toHaveLength(1);
    await ana.closeModal();
  });
});

describe('a submission that Waldur refuses: the form comes back filled in, and nothing was sent twice', () => {
  test.each<[string, Omit<Fault, 'match'>, string]>([
    [
      '400',
      { kind: 'http400' },
      'Waldur refused it: The sandbox was told to refuse this. Nothing was submitted.',
    ],
    [
      '429',
      { kind: 'http429', retryAfter: 1 },
      'Waldur is being asked too much (429). Nothing was submitted. Try again in 1 s.',
    ],
  ])('%s', async (_what, fault, sentence) => {
    const { ana, waldur } = world;
    const name = `refused-${fault.kind}`;
    const form = await openForm(name);
    await waldur.fault({ ...fault, match: { method: 'POST' } });
    const { asked, lines } = await goesWrong(world, async () => {
      await ana.submit({ Allocation: 'bio-gpu · 82 % of GPU hours used', Description: 'mine' });
      return seesModal(ana, sentence);
    });
    expect(asked.filter((line) => line.startsWith('POST'))).toHaveLength(1);
    expect(lines).toEqual([expect.stringMatching(/ (INFO|WARN) not submitted ref=/)]);
    const again = await ana.modal();
    expect(again?.id).toBe(form.id);
    expect(shown(again)).toContain('"initial_value":"mine"');
    await ana.closeModal();
    expect((await waldur.jobs()).map((job) => job.name)).not.toContain(name);
  });

  test('403 of a project that was left meanwhile is Waldur’s own sentence', async () => {
    const { guest, waldur } = world;
    await guest.command('dm', '/slurm submit');
    await seesModal(guest, 'Batch script');
    await guest.suggest('Allocation', '');
    await waldur.setRole('mia', 'bio', null);
    const { asked, lines } = await goesWrong(world, async () => {
      await guest.submit({
        'Batch script': [{ name: 'left.sh', content: script('left', 1) }],
        Allocation: 'bio-gpu · 82 % of GPU hours used',
      });
      return seesModal(
        guest,
        'You may no longer use this allocation. Nothing was submitted. Choose another one.',
      );
    });
    expect(asked).toEqual(['POST /api/slurm-jobs/ 400']);
    expect(lines).toHaveLength(1);
    await guest.closeModal();
  });

  test('someone without an active allocation has nothing to submit to', async () => {
    const { guest } = world;
    await world.waldur.setRole('mia', 'bio', null);
    const asked = await asksWaldur(world, async () => {
      const told = await answerInModal(() => guest.command('dm', '/slurm submit'));
      expect(told).toContain(
        'Waldur shows you no active allocation, so there is nothing to submit to. Ask the manager of your project.',
      );
    });
    expect(asked).toEqual(['GET /api/slurm-allocations/ 200']);
    await guest.closeModal();
  });

  async function answerInModal(act: () => Promise<unknown>) {
    await act();
    return shown(await seesModal(world.guest, /ref \w{6}/));
  }
});

async function openForm(name: string) {
  const { ana } = world;
  const prompt = await share(ana, 'dm', { name: `${name}.sh`, content: script(name, 1) });
  await ana.click('dm', prompt.ts, 'Submit…');
  const form = await seesModal(ana, 'Allocation');
  await ana.suggest('Allocation', '');
  return form;
}
