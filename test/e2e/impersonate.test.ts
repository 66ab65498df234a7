import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Person } from '../../sandbox/slack/control.ts';
import { JOBS } from '../../sandbox/slack/world.ts';
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

/** People of Waldur, all of them with Ana's roles; each test has its own. */
const NAMES = 'cyr dee eli fay gus hal ida jan kim lou max nia oda one other'.split(' ');
const FULL_NAME = 'New Comer';
const MATCHES: Record<string, string> = {
  cyr: 'Cy.Rus@lab.example',
  one: 'twins@lab.example',
  other: 'twins@lab.example',
};

let world: World;
let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'impersonate-'));
  const roles = demoSeed.users.find(({ username }) => username === 'ana')?.roles ?? [];
  const people = NAMES.map((username) => ({
    uuid: uuidOf(`user ${username}`),
    username,
    fullName: FULL_NAME,
    email: MATCHES[username] ?? `${username}@lab.example`,
    token: fakeToken(username),
    roles,
  }));
  const seed = { ...demoSeed, users: [...demoSeed.users, ...people] };
  writeFileSync(join(folder, 'seed.json'), JSON.stringify(seed));
  world = await startWorld({
    waldur: ['--speed', '20', '--seed', join(folder, 'seed.json')],
    environment: { WALDUR_AUTH: 'impersonate', WALDUR_STAFF_TOKEN: fakeToken('stan') },
  });
});
afterEach(() => world.startOver());
afterAll(async () => {
  await world.stop();
  rmSync(folder, { recursive: true });
});

type Fields = Parameters<World['slack']['setUser']>[1];

const idOf = (name: string) => `U0${name.toUpperCase().padEnd(8, '0')}`;

/** A member of the workspace whom the bot has not met. */
async function newcomer(name: string, fields: Fields = {}): Promise<Person> {
  await world.slack.addMember(idOf(name));
  await world.slack.setUser(idOf(name), { email: `${name}@lab.example`, ...fields });
  return world.slack.person(idOf(name));
}

async function confirm(person: Person): Promise<void> {
  await seesModal(person, 'Is that you?');
  await person.submit();
  await seesModal(person, `Connected to Waldur as ${FULL_NAME}`);
  await person.closeModal();
}

async function connected(name: string): Promise<Person> {
  const person = await newcomer(name);
  await person.command('dm', '/slurm connect');
  await confirm(person);
  return person;
}

/** Slack's answer about a person is believed for a minute: a new start asks again. */
async function change(name: string, fields: Fields) {
  await world.slack.setUser(idOf(name), fields);
  await world.bot().stop();
  await world.startBot();
}

const addJob = (user: string, name: string, backend_id: string, runtime_state = '') =>
  world.waldur.addJobs([
    { cluster: 'Hydra', project: 'bio', user, state: 'OK', name, backend_id, runtime_state },
  ]);

const soFar = async () => (await world.waldur.requests()).length;
/** The requests to Waldur since then, and in whose name. */
const askedSince = async (after: number, name: string) =>
  (await world.waldur.requests(after))
    .filter(({ as, path }) => as === name || path.includes(uuidOf(`user ${name}`)))
    .map(({ method, path, as, status, token }) => `${token} as ${as}: ${method} ${path} ${status}`);

test('whom the bot found is shown, and has to be confirmed; then what was wanted is done', async () => {
  const dee = await newcomer('dee', { email: 'Dee@Lab.example' });
  await addJob('dee', 'hers', '801');
  const offer = await slurm(dee, 'dm', 'list');
  expect(offer.text).toBe('Connect your Waldur account to list your jobs.');
  const after = await soFar();
  await dee.click('dm', offer.ts, 'Connect…');
  expect(shown(await seesModal(dee, 'Is that you?'))).toContain(`${FULL_NAME} (dee)`);
  expect(await askedSince(after, 'dee')).toEqual([]);
  await dee.submit();
  await seesModal(dee, `Connected to Waldur as ${FULL_NAME}`);
  await sees(dee, 'dm', /^\*Your jobs\*|^You have no jobs/);
  await dee.closeModal();
});

test('an address that Waldur has with the capitals of a name', async () => {
  const cyr = await newcomer('cyr', { email: 'cy.rus@lab.example' });
  await cyr.command('dm', '/slurm connect');
  expect(shown(await seesModal(cyr, 'Is that you?'))).toContain(`${FULL_NAME} (cyr)`);
  await confirm(cyr);
});

test('a job is created as the person, who is asked to be active right before', async () => {
  const { waldur } = world;
  const eli = await connected('eli');
  const prompt = await share(eli, 'dm', { name: 'proven.sh', content: script('proven', 60) });
  const after = await soFar();
  await submitFrom(eli, 'dm', prompt);
  await eli.closeModal();
  await sees(eli, 'dm', /proven completed/);
  const asked = (await askedSince(after, 'eli')).filter((line) => !line.includes('GET /api/slurm'));
  expect(asked).toEqual([
    `stan as stan: GET /api/users/${uuidOf('user eli')}/ 200`,
    'stan as eli: POST /api/slurm-jobs/ 201',
  ]);
  expect((await waldur.jobs()).find(({ name }) => name === 'proven')?.user).toBe('eli');
});

describe('who is not found, or not trusted', () => {
  const told = async (person: Person) => {
    await person.command('dm', '/slurm connect');
    const text = shown(await seesModal(person, /\(ref [0-9a-f]{6}\)/));
    await person.closeModal();
    return text;
  };

  test.each<[string, string, Fields, string]>([
    ['a guest', 'g1', { is_restricted: true, email: 'ben@lab.example' }, 'not for guests'],
    ['a stranger', 'g2', { is_stranger: true }, 'from other organisations'],
    ['an address that is not confirmed', 'g3', { is_email_confirmed: false }, 'is not confirmed'],
    ['nobody has the address', 'g4', {}, 'Waldur knows nobody with your address'],
    ['several have it', 'g5', { email: 'twins@lab.example' }, 'Waldur knows several people'],
    [
      'an address in letters that cannot be compared',
      'g6',
      { email: 'b\u0435n@lab.example' },
      'letters that cannot be compared safely',
    ],
  ])('%s', async (_name, name, fields, sentence) => {
    const person = await newcomer(name, fields);
    const after = await soFar();
    expect(await told(person)).toContain(sentence);
    expect(await askedSince(after, name)).toEqual([]);
  });

  test('a person who has not signed in to Waldur', async () => {
    const { waldur } = world;
    const fay = await newcomer('fay');
    await waldur.revokeToken('fay');
    await fay.command('dm', '/slurm connect');
    await seesModal(fay, 'Is that you?');
    await fay.submit();
    await seesModal(fay, 'Waldur wants you to sign in again');
    await fay.closeModal();
    await waldur.setUser('fay', { token: fakeToken('fay') });
    await fay.command('dm', '/slurm connect');
    await confirm(fay);
  });

  test('a person who is deactivated in Waldur', async () => {
    const gus = await newcomer('gus');
    await world.waldur.setUser('gus', { active: false });
    expect(await told(gus)).toContain('Your account in Waldur is deactivated');
  });

  test('a person who later becomes a guest, and one who gets another address', async () => {
    const hal = await connected('hal');
    await change('hal', { is_restricted: true });
    expect((await slurm(hal, 'dm', 'list')).text).toMatch(/not for guests/);
    await change('hal', { is_restricted: false, email: 'olga@lab.example' });
    expect((await slurm(hal, 'dm', 'list')).text).toMatch(/^Connect your Waldur account/);
    await change('hal', { email: 'HAL@lab.example' });
    expect((await slurm(hal, 'dm', 'list')).text).toMatch(/^\*Your jobs\*|^You have no jobs/);
  });
});

test('a person who becomes a guest loses the menu in an open form', async () => {
  const ida = await connected('ida');
  const prompt = await share(ida, 'dm', { name: 'guest.sh', content: script('guest', 60) });
  await ida.click('dm', prompt.ts, 'Submit…');
  await seesModal(ida, 'Allocation');
  expect(await ida.suggest('Allocation', '')).not.toEqual([]);
  await change('ida', { is_restricted: true });
  expect(await ida.suggest('Allocation', '')).toEqual([]);
  await ida.closeModal();
});

test('a person who is deactivated in Waldur: the form changes nothing, jobs are paused, and the bot says why', async () => {
  const { waldur } = world;
  const jan = await connected('jan');
  await addJob('jan', 'paused', '802', 'RUNNING');
  await slurm(jan, 'dm', 'follow 802');
  await sees(jan, 'dm', /^\S+ paused — /);
  const prompt = await share(jan, 'dm', { name: 'idle.sh', content: script('idle', 60) });
  await jan.click('dm', prompt.ts, 'Submit…');
  await seesModal(jan, 'Allocation');
  const [allocation] = await jan.suggest('Allocation', '');
  await waldur.setUser('jan', { active: false });
  const after = await soFar();
  await jan.submit({ Allocation: allocation?.text.text ?? '' });
  await seesModal(jan, 'Nothing was submitted');
  await jan.closeModal();
  const asked = await askedSince(after, 'jan');
  expect(asked.filter((line) => line.includes('POST'))).toEqual([]);
  await jan.command('dm', '/slurm list');
  await sees(jan, 'dm', /^Your account in Waldur is deactivated\. Ask Waldur’s staff/);
  await sees(jan, 'dm', /1 job I follow for you is paused/);
  const before = await soFar();
  await waldur.fault({ match: { path: uuidOf('user jan') }, kind: 'hang', times: 'always' });
  const suggestion = { type: 'block_suggestion', action_id: 'allocation', block_id: 'allocation' };
  const acts = await Promise.all(
    Array.from({ length: 60 }, () => jan.forge('dm', { ...suggestion, value: '' })),
  );
  expect(acts.map(({ body }) => body)).toEqual(acts.map(() => ({ options: [] })));
  // It is looked up only once for all menus that somebody loads at the same time.
  expect(await askedSince(before, 'jan')).toHaveLength(1);
  await waldur.clearFaults();
  await waldur.setUser('jan', { active: true });
  await jan.command('dm', '/slurm connect');
  await confirm(jan);
});

test('a session that ends: one message, a pause, and the missed news after signing in', async () => {
  const { waldur } = world;
  const kim = await connected('kim');
  const [uuid = ''] = await addJob('kim', 'waits', '810', 'RUNNING');
  await slurm(kim, 'dm', 'follow 810');
  await waldur.revokeToken('kim');
  const notice = await sees(kim, 'dm', /^Waldur doesn’t let me act for you any more/);
  await waldur.setJob(uuid, { runtime_state: 'COMPLETED' });
  await waldur.setUser('kim', { token: fakeToken('kim') });
  await kim.click('dm', notice.ts, 'Connect…');
  await confirm(kim);
  await sees(kim, 'dm', /waits completed/);
});

test('Waldur answers as staff: none of it is shown, an alarm is raised, and nothing more is asked', async () => {
  const { slack, waldur } = world;
  const lou = await connected('lou');
  await slack.setMembership(JOBS, idOf('lou'), true);
  await addJob('lou', 'victim', '820', 'PENDING');
  await slurm(lou, JOBS, 'follow 820');
  await sees(lou, JOBS, /^\S+ victim — /);
  await waldur.deleteUser('lou');
  await until('the alarm', async () =>
    world
      .bot()
      .lines.find((line) => line.includes('ERROR ALARM: Waldur answered as somebody else')),
  );
  await sees(lou, 'dm', /^Waldur doesn’t let me act for you any more/);
  const told = await slurm(lou, JOBS, 'list');
  expect(told.text).toMatch(/^Waldur wants you to sign in again/);
  const typed = await answer(lou, JOBS, () => lou.command(JOBS, '/slurm refresh 820'));
  expect(typed.text).toMatch(/^Waldur wants you to sign in again/);
  const changes = (await waldur.requests()).filter(
    ({ method, as }) => method !== 'GET' && as === 'stan',
  );
  expect(changes).toEqual([]);
});

test('the staff token dies: people are told who has to act, one alarm is raised, and nobody is disconnected', async () => {
  const { waldur } = world;
  const max = await connected('max');
  const followers = [max, await connected('nia'), await connected('oda')];
  for (const [index, person] of followers.entries()) {
    await addJob('max', `watched-${index}`, `83${index}`, 'RUNNING');
    await slurm(person, 'dm', `follow 83${index}`);
    await sees(person, 'dm', /^\S+ watched-\d — Running\b[\s\S]*seen/);
  }
  const from = world.bot().lines.length;
  await waldur.expireToken('stan');
  for (const words of ['list', 'whoami']) {
    expect((await slurm(max, 'dm', words)).text).toMatch(/^My own access to Waldur does not work/);
  }
  const alarms = world
    .bot()
    .lines.slice(from)
    .filter((line) => line.includes('ALARM'));
  expect(alarms).toEqual([expect.stringContaining('Waldur does not take WALDUR_STAFF_TOKEN.')]);
  for (const person of followers) await sees(person, 'dm', 'I couldn’t read this job in Waldur');
  const warnings = world
    .bot()
    .lines.slice(from)
    .filter((line) => line.includes(' WARN Waldur '));
  expect(warnings).toEqual([expect.stringContaining('Waldur not asked')]);
  await waldur.setUser('stan', { token: fakeToken('stan') });
  expect((await slurm(max, 'dm', 'list')).text).toMatch(/^\*Your jobs\*|^You have no jobs/);
});
