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
  const spelled = { ...twin('tamm'), fullName: 'Capital Tamm', email: 'Cy.Tamm@example.org' };
  const users = [...demoSeed.users, twin('one'), twin('other'), spelled];
  const seed = { ...demoSeed, users };
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
  // As Slack has it, then in small letters.
  expect((await askedSince(after)).map(({ as }) => as)).toEqual(['stan', 'stan']);
  await ana.submit();
  await seesModal(ana, 'Connected to Waldur as Ana Tamm');
  await sees(ana, 'dm', /records, newest first/);
  await ana.closeModal();
});

test('a job is created as the person, who is asked to be active right before', async () => {
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
  const active = `GET /api/users/${uuidOf('user ana')}/`;
  expect(asked).toEqual([
    { asked: active, as: 'stan', status: 200 },
    { asked: 'POST /api/slurm-jobs/', as: 'ana', status: 201 },
  ]);
  expect((await waldur.jobs()).find(({ name }) => name === 'proven')?.user).toBe('ana');
  // Everything else is done as the person.
  const all = (await waldur.requests(after)).filter(({ path }) => !path.startsWith('/api/users/'));
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
    [
      'an address in letters that cannot be compared',
      { email: 'b\u0435n@lab.example' },
      'letters that cannot be compared safely',
    ],
    ['several have it', { email: 'twins@example.org' }, 'Waldur knows several people'],
  ])('%s', async (_name, fields, sentence) => {
    await change(BEN, fields);
    const after = await soFar();
    expect(await told(world.ben)).toContain(sentence);
    const asked = await askedSince(after);
    // Ana's jobs are looked at meanwhile.
    const more = asked.filter(({ as, asked: what }) => as !== 'ana' && !/users/.test(what));
    expect(more).toEqual([]);
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

  test('who is deactivated in Waldur', async () => {
    const { ben, waldur } = world;
    await waldur.setUser('ben', { active: false });
    expect(await told(ben)).toContain('Your account in Waldur is deactivated');
    await ben.closeModal();
    await waldur.setUser('ben', { active: true });
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

test('an address that Waldur has with the capitals of a name', async () => {
  const { slack } = world;
  const user = 'U0TAMM0001';
  await slack.addMember(user);
  await slack.setUser(user, { email: 'cy.tamm@example.org' });
  const cy = slack.person(user);
  await cy.command('dm', '/slurm connect');
  expect(shown(await seesModal(cy, 'Is that you?'))).toContain('Capital Tamm (tamm)');
  await cy.submit();
  await seesModal(cy, 'Connected to Waldur as Capital Tamm');
  await cy.closeModal();
});

test('who becomes a guest loses the menu in a form that is open', async () => {
  const { ben } = world;
  const content = script('guest', 60);
  const prompt = await share(ben, 'dm', { name: 'guest.sh', content });
  await ben.click('dm', prompt.ts, 'Submit…');
  await seesModal(ben, 'Allocation');
  expect(await ben.suggest('Allocation', '')).not.toEqual([]);
  await change(BEN, { is_restricted: true });
  expect(await ben.suggest('Allocation', '')).toEqual([]);
  await change(BEN, { is_restricted: false });
  await ben.closeModal();
});

test('who is deactivated in Waldur: the form changes nothing, their jobs are paused, and the bot says why', async () => {
  const { ben, waldur } = world;
  const content = script('idle', 60);
  const prompt = await share(ben, 'dm', { name: 'idle.sh', content });
  await ben.click('dm', prompt.ts, 'Submit…');
  await seesModal(ben, 'Allocation');
  const [allocation] = await ben.suggest('Allocation', '');
  await waldur.setUser('ben', { active: false });
  const after = await soFar();
  await ben.submit({ Allocation: allocation?.text.text ?? '' });
  await seesModal(ben, 'Nothing was submitted');
  expect((await askedSince(after)).filter(({ asked: what }) => what.startsWith('POST'))).toEqual(
    [],
  );
  await ben.closeModal();
  const told = await slurm(ben, 'dm', 'list');
  expect(told.text).toMatch(/^Your account in Waldur is deactivated\. Ask Waldur’s staff/);
  await waldur.setUser('ben', { active: true });
  await ben.command('dm', '/slurm connect');
  await seesModal(ben, 'Is that you?');
  await ben.submit();
  await seesModal(ben, 'Connected to Waldur as Ben Okafor');
  await ben.closeModal();
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

test('the staff token dies: people are told whose matter that is, one alarm is raised, and nobody is disconnected', async () => {
  const { ben, waldur } = world;
  const from = world.bot().lines.length;
  await waldur.expireToken('stan');
  for (const words of ['list', 'whoami']) {
    expect((await slurm(ben, 'dm', words)).text).toMatch(/^My own access to Waldur does not work/);
  }
  const alarms = world
    .bot()
    .lines.slice(from)
    .filter((line) => line.includes('ALARM'));
  expect(alarms).toEqual([expect.stringContaining('Waldur does not take WALDUR_STAFF_TOKEN.')]);
  await waldur.setUser('stan', { token: fakeToken('stan') });
  expect((await slurm(ben, 'dm', 'list')).text).toMatch(/newest first/);
});
