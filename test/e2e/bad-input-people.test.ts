import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { JOBS } from '../../sandbox/slack/world.ts';
import {
  answer,
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

/** People who lack a right, or are too late. */
let world: World;
const BIO = { cluster: 'Hydra', project: 'bio', user: 'ana', state: 'OK' } as const;

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  await connect(world, world.ana, 'ana');
  await world.waldur.addJobs([{ ...BIO, name: 'theirs', backend_id: '951' }]);
});
afterEach(() => world.startOver());
afterAll(() => world.stop());

describe('someone who is not connected', () => {
  test.each([
    ['list', 'list your jobs'],
    ['show 951', 'look at jobs'],
    ['refresh 951', 'refresh jobs'],
    ['delete 951', 'delete job records'],
    ['follow 951', 'follow jobs'],
    ['submit', 'submit'],
    ['whoami', 'see who you are there'],
  ])('/slurm %s', async (words, purpose) => {
    const wrong = await goesWrong(world, () => slurm(world.guest, JOBS, words));
    expect(wrong.told).toBe(`Connect your Waldur account to ${purpose}.`);
    expect(wrong.lines).toEqual([expect.stringMatching(/ INFO not connected ref=/)]);
    expect(wrong.asked).toEqual([]);
  });
});

describe('a token', () => {
  test.each([
    ['that Waldur does not know', 'nonsense', 'Invalid token.', 1],
    [
      'that cannot be one',
      'naïve',
      'Invalid token header. Token string should not contain invalid characters.',
      0,
    ],
  ])(
    '%s is not stored, and the form comes back without it',
    async (_what, token, said, requests) => {
      const { guest } = world;
      await guest.command('dm', '/slurm connect');
      await seesModal(guest, 'Waldur API token');
      const wrong = await goesWrong(world, async () => {
        await guest.submit({ 'Waldur API token': token });
        return seesModal(guest, `Waldur does not take this token: ${said}`);
      });
      expect(wrong.told).not.toContain(token);
      expect(wrong.told).toContain('Copy it again; nothing was stored.');
      expect(wrong.lines).toEqual([expect.stringMatching(/ INFO not connected ref=/)]);
      expect(wrong.lines.join()).not.toContain(token);
      expect(wrong.asked).toHaveLength(requests);
      await guest.closeModal();
      expect((await slurm(guest, 'dm', 'list')).text).toMatch(/^Connect your Waldur account/);
    },
  );

  test('cannot be checked while Waldur is down', async () => {
    const { guest, waldur } = world;
    await waldur.fault({ match: { path: '/users/me/' }, kind: 'http502' });
    await guest.command('dm', '/slurm connect');
    await seesModal(guest, 'Waldur API token');
    const wrong = await goesWrong(world, async () => {
      await guest.submit({ 'Waldur API token': world.tokens.mia ?? '' });
      return seesModal(
        guest,
        'Waldur failed (it answered 502). Nothing was stored. Try again later.',
      );
    });
    expect(wrong.lines).toHaveLength(1);
    expect(wrong.asked).toEqual(['GET /api/users/me/ 502']);
    await guest.submit({ 'Waldur API token': world.tokens.mia ?? '' });
    await seesModal(guest, 'Connected to Waldur as');
    await guest.closeModal();
  });

  test('that has expired is asked for again, and what was wanted is done', async () => {
    const { guest, waldur } = world;
    await connect(world, guest, 'mia');
    await waldur.expireToken('mia');
    let offer = { ts: '' };
    const wrong = await goesWrong(world, async () => {
      const told = await slurm(guest, JOBS, 'show 951');
      offer = told;
      return told;
    });
    expect(wrong.told).toBe('Waldur rejected your token. Connect again to look at jobs.');
    expect(wrong.lines).toEqual([
      expect.stringMatching(/ INFO not connected ref=.*Token has expired/),
    ]);
    expect(wrong.asked).toEqual(['GET /api/slurm-jobs/ 401']);
    // From now on the bot knows, and does not even ask.
    expect(await asksWaldur(world, () => slurm(guest, JOBS, 'list'))).toEqual([]);
    await waldur.setUser('mia', { token: 'a-new-token-of-mia' });
    await guest.click(JOBS, offer.ts, 'Connect…');
    await seesModal(guest, 'Waldur API token');
    const job = await answer(guest, JOBS, () =>
      guest.submit({ 'Waldur API token': 'a-new-token-of-mia' }),
    );
    expect(job.text).toMatch(/^\S+ theirs — Submitted/);
    await guest.closeModal();
  });

  test('that expired while the form was filled in: nothing was submitted, and the script is not lost', async () => {
    const { ana, waldur } = world;
    const prompt = await share(ana, 'dm', { name: 'slow.sh', content: script('slow', 1) });
    await ana.click('dm', prompt.ts, 'Submit…');
    await seesModal(ana, 'Allocation');
    await ana.suggest('Allocation', '');
    await waldur.expireToken('ana');
    const wrong = await goesWrong(world, async () => {
      await ana.submit({ Allocation: 'bio-gpu · 82 % of GPU hours used' });
      return seesModal(
        ana,
        'Waldur does not take your token: Token has expired. Nothing was submitted. Use /slurm connect.',
      );
    });
    expect(wrong.asked).toEqual(['POST /api/slurm-jobs/ 401']);
    expect(wrong.lines).toHaveLength(1);

    // In the meantime another command learns of it. The form that is handed in now leads to the token and back.
    await slurm(ana, 'dm', 'list');
    const known = await goesWrong(world, async () => {
      const { ok } = await ana.submit();
      expect(ok).toBe(true);
      return seesModal(ana, 'Waldur rejected your token. Connect again to submit.');
    });
    expect(known.asked).toEqual([]);
    expect(known.lines).toHaveLength(1);
    await waldur.setUser('ana', { token: 'a-new-token-of-ana' });
    await ana.clickInModal('Connect…');
    await seesModal(ana, 'Waldur API token');
    await ana.submit({ 'Waldur API token': 'a-new-token-of-ana' });
    const form = await seesModal(ana, 'Allocation');
    expect(shown(form)).toContain('*slow.sh* · ');
    await ana.closeModal();
  });
});

test('a token that expired while a deletion was confirmed: connecting leads back to the question', async () => {
  const { guest, waldur } = world;
  await connect(world, guest, 'mia');
  const [uuid] = await waldur.addJobs([{ ...BIO, name: 'asked', backend_id: '952' }]);
  await guest.command(JOBS, `/slurm delete ${uuid}`);
  await seesModal(guest, 'Remove asked');
  await waldur.expireToken('mia');
  const wrong = await goesWrong(world, async () => {
    await guest.submit();
    return seesModal(guest, 'Connect again to delete job records.');
  });
  expect(wrong.asked).toEqual([`DELETE /api/slurm-jobs/${uuid}/ 401`]);
  expect(wrong.lines).toEqual([expect.stringMatching(/ INFO not connected ref=/)]);
  await waldur.setUser('mia', { token: 'the-third-token-of-mia' });
  await guest.clickInModal('Connect…');
  await seesModal(guest, 'Waldur API token');
  await guest.submit({ 'Waldur API token': 'the-third-token-of-mia' });
  await seesModal(guest, 'Remove asked');
  await guest.closeModal();
});

describe('a trigger that has expired', () => {
  test.each([
    ['connect', 'Waldur API token'],
    ['submit', 'Batch script'],
    ['delete 951', 'Remove theirs'],
  ])('/slurm %s answers with a button', async (words, inModal) => {
    const { ana, slack } = world;
    await slack.setTriggerLife(-1);
    let told = { ts: '' };
    const wrong = await goesWrong(world, async () => {
      const message = await slurm(ana, JOBS, words);
      told = message;
      return message;
    });
    expect(wrong.told).toBe('Slack did not open the form in time: press the button.');
    expect(wrong.lines).toEqual([expect.stringMatching(/ WARN form not opened ref=/)]);
    expect(wrong.asked).toEqual([]);
    await slack.setTriggerLife(3000);
    await ana.click(JOBS, told.ts, 'Open…');
    await seesModal(ana, inModal);
    await ana.closeModal();
  });
});
