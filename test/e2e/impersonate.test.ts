import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ANA, BEN, BOT, JOBS } from '../../sandbox/slack/world.ts';
import { demoSeed } from '../../sandbox/waldur/demo-seed.ts';
import { fakeToken, uuidOf } from '../../sandbox/waldur/ids.ts';
import {
  answer,
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

const BIO = { cluster: 'Hydra', project: 'bio', user: 'ana', state: 'OK' } as const;

let world: World;
let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'impersonate-'));
  const twin = (username: string) => ({
    uuid: uuidOf(`user ${username}`),
    username,
    fullName: 'Two Of Them',
    email: 'twins@example.org',
    token: fakeToken(username),
  });
  const seed = { ...demoSeed, users: [...demoSeed.users, twin('one'), twin('other')] };
  writeFileSync(join(folder, 'seed.json'), JSON.stringify(seed));
  world = await startWorld({
    waldur: ['--speed', '20', '--seed', join(folder, 'seed.json')],
    environment: { WALDUR_AUTH: 'impersonate', WALDUR_STAFF_TOKEN: fakeToken('stan') },
  });
});
afterAll(async () => {
  await world.stop();
  rmSync(folder, { recursive: true });
});

const soFar = async () => (await world.waldur.requests()).length;
/** What was asked of Waldur since then: as whom, and what. */
const askedSince = async (after: number) =>
  (await world.waldur.requests(after)).map(({ method, path, as, status }) => ({
    asked: `${method} ${path}`,
    as,
    status,
  }));
/** Slack's answer about a person is believed for a minute: a new start asks again. */
async function change(user: string, fields: Parameters<World['slack']['setUser']>[1]) {
  await world.slack.setUser(user, fields);
  await world.bot().stop();
  await world.startBot();
}

test('whom the bot found is shown, and has to be confirmed; then what was wanted is done', async () => {
  const { ana, slack, waldur } = world;
  await slack.setUser(ANA, { email: 'Ana@Lab.example' });
  await waldur.addJobs([{ ...BIO, name: 'hers', backend_id: '801' }]);
  await waldur.addJobs([
    { ...BIO, project: 'climate', user: 'ben', name: 'his', backend_id: '802' },
  ]);
  const offer = await slurm(ana, 'dm', 'list');
  expect(offer.text).toBe('Connect your Waldur account to list your jobs.');
  const after = await soFar();
  await ana.click('dm', offer.ts, 'Connect…');
  const form = await seesModal(ana, 'Is that you?');
  expect(shown(form)).toContain('Ana Tamm (ana)');
  expect((await askedSince(after)).map(({ as }) => as)).toEqual(['stan']);
  await ana.submit();
  await seesModal(ana, 'Connected to Waldur as Ana Tamm');
  await sees(ana, 'dm', /records, newest first/);
  await ana.closeModal();
});

test('a job is created as the person, after a proof and before another', async () => {
  const { ana, waldur } = world;
  const content = script('proven', 60);
  const prompt = await share(ana, JOBS, { name: 'proven.sh', content, text: `<@${BOT}> go` });
  const after = await soFar();
  await submitFrom(ana, JOBS, prompt);
  await ana.closeModal();
  await sees(ana, JOBS, /proven completed/);
  const asked = (await askedSince(after)).filter(
    ({ asked: what }) => !what.startsWith('GET /api/slurm-'),
  );
  const post = asked.findIndex(({ asked: what }) => what === 'POST /api/slurm-jobs/');
  expect(asked.slice(post - 1, post + 2)).toEqual([
    { asked: 'GET /api/users/me/', as: 'ana', status: 200 },
    { asked: 'POST /api/slurm-jobs/', as: 'ana', status: 201 },
    { asked: 'GET /api/users/me/', as: 'ana', status: 200 },
  ]);
  expect((await waldur.jobs()).find(({ name }) => name === 'proven')?.user).toBe('ana');
  // Everything but the search for people and the bot's look at itself is done as the person.
  const all = await waldur.requests(after);
  expect([...new Set(all.map(({ as, token }) => `${token} as ${as}`))]).toEqual(['stan as ana']);
});

describe('who is not found, or not trusted', () => {
  const told = async (person: World['ana']) => {
    await person.command('dm', '/slurm connect');
    return shown(await seesModal(person, /\(ref [0-9a-f]{6}\)/));
  };

  test.each<[string, Parameters<World['slack']['setUser']>[1], string]>([
    ['a guest', { is_restricted: true, email: 'ben@lab.example' }, 'not for guests'],
    ['a stranger', { is_restricted: false, is_stranger: true }, 'from other organisations'],
    [
      'an address that is not confirmed',
      { is_stranger: false, is_email_confirmed: false },
      'is not confirmed',
    ],
    [
      'nobody has the address',
      { is_email_confirmed: true, email: 'nobody@example.org' },
      'Waldur knows nobody with your address',
    ],
    ['several have it', { email: 'twins@example.org' }, 'Waldur knows several people'],
  ])('%s', async (_name, fields, sentence) => {
    await change(BEN, fields);
    const after = await soFar();
    expect(await told(world.ben)).toContain(sentence);
    const asked = await askedSince(after);
    expect(asked.filter(({ asked: what }) => !/users/.test(what))).toEqual([]);
    await world.ben.closeModal();
  });

  test('who has not signed in to Waldur', async () => {
    const { ben, waldur } = world;
    await change(BEN, { email: 'ben@lab.example' });
    await waldur.revokeToken('ben');
    await ben.command('dm', '/slurm connect');
    await seesModal(ben, 'Is that you?');
    await ben.submit();
    await seesModal(ben, 'Waldur wants you to sign in again');
    await ben.closeModal();
    await waldur.setUser('ben', { token: world.tokens.ben ?? '' });
    await ben.command('dm', '/slurm connect');
    await seesModal(ben, 'Is that you?');
    await ben.submit();
    await seesModal(ben, 'Connected to Waldur as Ben Okafor');
    await ben.closeModal();
  });

  test('who becomes a guest later, and who gets another address', async () => {
    await change(BEN, { is_restricted: true });
    expect((await slurm(world.ben, 'dm', 'list')).text).toMatch(/not for guests/);
    await change(BEN, { is_restricted: false, email: 'olga@lab.example' });
    expect((await slurm(world.ben, 'dm', 'list')).text).toMatch(/^Connect your Waldur account/);
    await change(BEN, { email: 'ben@lab.example' });
    expect((await slurm(world.ben, 'dm', 'list')).text).toMatch(/newest first/);
  });
});

test('the session that ends: one message, a pause, and what was missed after signing in', async () => {
  const { ben, waldur } = world;
  await waldur.addJobs([
    {
      ...BIO,
      project: 'climate',
      user: 'ben',
      name: 'waits',
      backend_id: '810',
      runtime_state: 'RUNNING',
    },
  ]);
  await slurm(ben, 'dm', 'follow 810');
  await waldur.revokeToken('ben');
  const notice = await sees(ben, 'dm', /^Waldur does not let the bot act for you any more/);
  const [job] = (await waldur.jobs()).filter(({ name }) => name === 'waits');
  await waldur.setJob(job?.uuid ?? '', { runtime_state: 'COMPLETED' });
  await waldur.setUser('ben', { token: world.tokens.ben ?? '' });
  await ben.click('dm', notice.ts, 'Connect…');
  await seesModal(ben, 'Is that you?');
  await ben.submit();
  await sees(ben, 'dm', /waits completed/);
  await ben.closeModal();
});

test('Waldur answers as staff: nothing of it is shown, an alarm is raised, nothing more is asked', async () => {
  const { ana, waldur } = world;
  await waldur.addJobs([{ ...BIO, name: 'victim', backend_id: '820', runtime_state: 'PENDING' }]);
  await slurm(ana, JOBS, 'follow 820');
  await sees(ana, JOBS, /^victim: /);
  await waldur.deleteUser('ana');
  await until('the alarm', async () =>
    world
      .bot()
      .lines.find((line) => line.includes('ERROR ALARM: Waldur answered as somebody else')),
  );
  await sees(ana, 'dm', /^Waldur does not let the bot act for you any more/);
  const after = await soFar();
  const told = await slurm(ana, JOBS, 'list');
  expect(told.text).toMatch(/^Waldur wants you to sign in again/);
  const typed = await answer(ana, JOBS, () => ana.command(JOBS, '/slurm refresh 820'));
  expect(typed.text).toMatch(/^Waldur wants you to sign in again/);
  const asked = await askedSince(after);
  expect(asked.filter(({ as, asked: what }) => as === 'stan' && what.includes('slurm'))).toEqual(
    [],
  );
  const changes = (await waldur.requests()).filter(
    ({ method, as }) => method !== 'GET' && as === 'stan',
  );
  expect(changes).toEqual([]);
});

test('the staff token dies: people are told whose matter that is, and nobody is disconnected', async () => {
  const { ben, waldur } = world;
  await waldur.expireToken('stan');
  expect((await slurm(ben, 'dm', 'list')).text).toMatch(
    /^Waldur does not take the bot’s own token/,
  );
  await waldur.setUser('stan', { token: fakeToken('stan') });
  expect((await slurm(ben, 'dm', 'list')).text).toMatch(/newest first/);
});
