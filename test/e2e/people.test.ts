import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { botEnvironment, startNode } from '../../sandbox/processes.ts';
import { ANA, BEN, BOT, GUEST, JOBS, PRIVATE_WITH_BOT } from '../../sandbox/slack/world.ts';
import { canary } from '../canaries.ts';
import {
  answer,
  asksWaldur,
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

const BIO = { cluster: 'Hydra', project: 'bio', user: 'ana', state: 'OK' } as const;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  const { ana, ben, guest } = world;
  await Promise.all([
    connect(world, ana, 'ana'),
    connect(world, ben, 'ben'),
    connect(world, guest, 'mia'),
  ]);
});
afterEach(() => world.startOver());
afterAll(() => world.stop());

/** Everything that the bot keeps, byte for byte. */
function kept(): string {
  const files = readdirSync(world.directory, { recursive: true, encoding: 'utf8' });
  return files
    .filter((name) => /\.(db|db-wal|key)$/.test(name))
    .map((name) => readFileSync(join(world.directory, name), 'latin1'))
    .join('\n');
}

function rows(query: string): Record<string, unknown>[] {
  const db = new DatabaseSync(join(world.directory, 'data', 'slurm.db'), { readOnly: true });
  try {
    return db.prepare(query).all();
  } finally {
    db.close();
  }
}

const usersOf = async (after: number) => {
  const requests = await world.waldur.requests(after);
  return [...new Set(requests.map(({ token }) => token))];
};
const soFar = async () => (await world.waldur.requests()).length;

describe('rights', () => {
  test('two people see different jobs', async () => {
    await world.waldur.addJobs([
      { ...BIO, name: 'only-bio', backend_id: '701' },
      { ...BIO, project: 'climate', user: 'ben', name: 'for-both', backend_id: '702' },
    ]);
    const forAna = shown(await slurm(world.ana, 'dm', 'list all'));
    const forBen = shown(await slurm(world.ben, 'dm', 'list all'));
    expect(forAna).toContain('only-bio');
    expect(forAna).toContain('for-both');
    expect(forBen).not.toContain('only-bio');
    expect(forBen).toContain('for-both');
  });

  test('a member may look but not delete, and only they are told so', async () => {
    const { ana, guest } = world;
    await world.waldur.addJobs([{ ...BIO, name: 'looked-at', backend_id: '703' }]);
    expect(shown(await slurm(guest, JOBS, 'show 703'))).toContain('looked-at');
    const before = await ana.screen(JOBS);
    await guest.command(JOBS, '/slurm delete 703');
    await seesModal(guest, 'Remove');
    await guest.submit();
    await seesModal(guest, 'You may not delete looked-at');
    await guest.closeModal();
    expect(await ana.screen(JOBS)).toEqual(before);
    expect((await world.waldur.jobs()).map(({ name }) => name)).toContain('looked-at');
  });

  test('only staff may unlink', async () => {
    const { ana, ben, waldur } = world;
    await waldur.addJobs([{ ...BIO, name: 'unlinked', backend_id: '704' }]);
    const unlink = async (person: typeof ana, says: string) => {
      await person.command(JOBS, '/slurm unlink 704');
      await seesModal(person, 'unlinked (');
      await person.submit();
      await seesModal(person, says);
      await person.closeModal();
    };
    await unlink(ana, 'Only Waldur’s staff may unlink');
    const told = await slurm(ana, JOBS, 'unlink 704');
    expect(told.text).toBe('Only Waldur’s staff may unlink records. Ask them.');
    await waldur.setUser('ben', { staff: true });
    await unlink(ben, 'is out of Waldur');
    expect((await waldur.jobs()).map(({ name }) => name)).not.toContain('unlinked');
  });

  test('a button is pressed with the rights of who presses it, and only they are told', async () => {
    const { ana, ben, guest } = world;
    const content = script('mine', 3000);
    const text = `<@${BOT}> please`;
    const prompt = await share(ana, JOBS, { name: 'mine.sh', content, text });
    await submitFrom(ana, JOBS, prompt);
    await ana.closeModal();
    const card = await sees(ana, JOBS, /^\S+ mine — Running/);
    await sees(ana, JOBS, / started/);
    const [others, owner] = [await guest.screen(JOBS), await ana.screen(JOBS)];
    // The job is left alone, so that only Ben's requests follow.
    await world.waldur.setSpeed(0);
    const after = await soFar();
    const told = await answer(ben, JOBS, () => ben.click(JOBS, card.ts, 'Details'));
    expect(told.ephemeral).toBe(true);
    expect(told.text).toMatch(/^Waldur shows you no such job/);
    const asked = await world.waldur.requests(after);
    const benAsked = asked.filter(({ query }) => !query.includes('field='));
    expect(benAsked.map(({ token, method, status }) => ({ token, method, status }))).toEqual([
      { token: 'ben', method: 'GET', status: 404 },
    ]);
    expect(await ana.screen(JOBS)).toEqual(owner);
    expect(await guest.screen(JOBS)).toEqual(others);
  });

  test('a script that somebody else shared says so, and runs as who submits it', async () => {
    const { ana, ben } = world;
    const content = script('shared', 5);
    const prompt = await share(ana, JOBS, {
      name: 'shared.sh',
      content,
      text: `<@${BOT}> for Ben`,
    });
    const after = await soFar();
    await ben.click(JOBS, prompt.ts, 'Submit…');
    const form = await seesModal(ben, 'Allocation');
    expect(shown(form)).toContain(`Shared by <@${ANA}>. It will run as you.`);
    await ben.suggest('Allocation', '');
    await ben.submit({ Allocation: 'climate-2026 · 41 % of CPU hours used' });
    await until('the job is there', async () =>
      (await world.waldur.jobs()).find(({ name, user }) => name === 'shared' && user === 'ben'),
    );
    const posts = (await world.waldur.requests(after)).filter(({ method }) => method === 'POST');
    expect(posts.map(({ token, status }) => ({ token, status }))).toEqual([
      { token: 'ben', status: 201 },
    ]);
    await ben.closeModal();
    await sees(ben, JOBS, /shared completed/);
  });

  test('a file that changed after it was shown is not sent', async () => {
    const { ana, ben } = world;
    const prompt = await share(ana, JOBS, {
      name: 'changing.sh',
      content: script('changing', 5),
      text: `<@${BOT}> look`,
    });
    await ben.click(JOBS, prompt.ts, 'Submit…');
    await seesModal(ben, 'Allocation');
    expect(await world.slack.editFile(prompt.fileId, script('evil', 5))).toBe(true);
    const after = await soFar();
    await ben.suggest('Allocation', '');
    await ben.submit({ Allocation: 'climate-2026 · 41 % of CPU hours used' });
    const again = await seesModal(ben, 'has changed since it was shown');
    expect(shown(again)).toContain('job-name=evil');
    const posts = (await world.waldur.requests(after)).filter(({ method }) => method === 'POST');
    expect(posts).toEqual([]);
    await ben.closeModal();
  });

  test('a menu is for those only who could use it', async () => {
    const { ana } = world;
    await ana.command('dm', '/slurm submit');
    await seesModal(ana, 'Allocation');
    expect((await ana.suggest('Allocation', '')).length).toBeGreaterThan(0);
    await slurm(ana, JOBS, 'disconnect');
    expect(await ana.suggest('Allocation', '')).toEqual([]);
  });
});

describe('a token in a message', () => {
  test.each([
    ['behind connect', () => `connect ${canary('personal', 1)}`],
    ['in passing', () => `here it is: ${canary('classic', 2)}, please submit`],
    ['of Slack', () => `my ${canary('Slack bot', 3)}`],
    ['that looks like none, behind connect', () => 'connect opensesame'],
  ])('%s: only the author is told, and none of it is kept', async (_name, make) => {
    const { ana, ben } = world;
    const text = make();
    const secret = text.match(/opensesame|[\w-]{30,}/)?.[0] ?? '';
    const others = await ben.screen(JOBS);
    const inChannel = await answer(ana, JOBS, () => ana.say(JOBS, `<@${BOT}> ${text}`));
    const typed = await answer(ana, JOBS, () => ana.command(JOBS, `/slurm ${text}`));
    const direct = await answer(ana, 'dm', () => ana.say('dm', text));
    for (const { text: told } of [inChannel, typed, direct]) {
      expect(told).toMatch(/^That looks like a token.*Revoke it.*delete your message/);
      expect(told).not.toContain(secret);
    }
    expect([inChannel.ephemeral, typed.ephemeral]).toEqual([true, true]);
    const seen = (await ben.screen(JOBS)).filter(({ user }) => user === BOT);
    expect(seen).toEqual(others.filter(({ user }) => user === BOT));
    expect(kept().includes(secret)).toBe(false);
    expect(world.bot().lines.filter((line) => line.includes(secret))).toEqual([]);
  });

  test('in a form it is refused under its field', async () => {
    const { ana } = world;
    const prompt = await share(ana, 'dm', { name: 'told.sh', content: script('told', 5) });
    await ana.click('dm', prompt.ts, 'Submit…');
    await seesModal(ana, 'Allocation');
    await ana.suggest('Allocation', '');
    const result = await ana.submit({
      Allocation: 'bio-gpu · 82 % of GPU hours used',
      Description: `with ${canary('classic', 4)}`,
    });
    expect(result).toMatchObject({
      action: 'errors',
      errors: { description: expect.stringContaining('looks like a token') },
    });
    await ana.closeModal();
  });
});

test('a token that expires: one message, a pause that the card shows, and then the missed news', async () => {
  const { ana, ben, waldur } = world;
  const busy = { ...BIO, project: 'climate', name: 'busy', backend_id: '705' };
  await waldur.addJobs([{ ...busy, runtime_state: 'PENDING' }]);
  await slurm(ben, 'dm', 'follow 705');
  const prompt = await share(ana, 'dm', { name: 'long.sh', content: script('long', 6000) });
  await submitFrom(ana, 'dm', prompt);
  await ana.closeModal();
  const card = await sees(ana, 'dm', /^\S+ long — Running/);
  await waldur.expireToken('ana');
  const notice = await sees(ana, 'dm', /^Waldur rejected your token, so \d+ jobs?/);
  await until('the card says so', async () => {
    const seen = (await ana.screen('dm')).find(({ ts }) => ts === card.ts);
    return shown(seen ?? null).includes('Paused (was running)');
  });
  const [job] = (await waldur.jobs()).filter(({ name }) => name === 'long');
  await waldur.setSlurmJob(job?.backend_id ?? '', { state: 'COMPLETED' });
  await waldur.runHourlyTask();
  // In the meantime Ben's job is read again and again, and Ana's is not.
  const after = await soFar();
  const by = async (name: string) =>
    (await waldur.requests(after)).filter(({ token }) => token === name);
  await until('Ben’s job is looked at', async () => (await by('ben')).length >= 5);
  expect(await by('ana')).toEqual([]);

  await waldur.setUser('ana', { token: world.tokens.ana ?? '' });
  await ana.click('dm', notice.ts, 'Connect…');
  await seesModal(ana, 'Waldur API token');
  await ana.submit({ 'Waldur API token': world.tokens.ana ?? '' });
  await seesModal(ana, 'Connected to Waldur');
  await ana.closeModal();
  await sees(ana, 'dm', /<@U0ANA00001> long completed/);
  const texts = (await ana.screen('dm')).map(({ text }) => text);
  expect(texts.filter((text) => text.startsWith('Waldur rejected your token'))).toHaveLength(1);
  const edited = (await ana.screen('dm')).find(({ ts }) => ts === card.ts);
  expect(shown(edited ?? null)).not.toContain('Paused');
});

describe('a channel that is shared with another organisation', () => {
  // The bot believes for minutes what it has heard of a channel: each test has one of its own.
  const sharedChannel = async (channel: string) => {
    await world.slack.addChannel(channel, 'private', [ANA, BEN, BOT]);
    await world.slack.setShared(channel, true);
    return channel;
  };

  test('gets no card there, but an offer of the direct message', async () => {
    const { ana, ben } = world;
    await world.waldur.addJobs([
      { ...BIO, name: 'inside', backend_id: '710', runtime_state: 'PENDING' },
    ]);
    const channel = await sharedChannel('C0SHARED01');
    const told = await slurm(ana, channel, 'follow 710');
    expect(told.text).toMatch(/^This channel is shared with another organisation/);
    await ana.click(channel, told.ts, 'Follow in direct message');
    await sees(ana, 'dm', /^\S+ inside — /);
    expect(await ben.screen(channel)).toEqual([]);
  });

  test('a script there is answered to its author only, and followed in the direct message', async () => {
    const { ana, ben } = world;
    const channel = await sharedChannel('C0SHARED02');
    const prompt = await answer(ana, channel, () =>
      ana.say(channel, `<@${BOT}> this`, {
        files: [{ name: 'quiet.sh', content: script('quiet', 5) }],
      }),
    );
    expect(prompt.ephemeral).toBe(true);
    expect(shown(prompt)).toContain('shared with another organisation');
    await submitFrom(ana, channel, prompt);
    await ana.closeModal();
    await sees(ana, 'dm', /^\S+ quiet — /);
    const seen = (await ben.screen(channel)).filter(({ user }) => user === BOT);
    expect(seen).toEqual([]);
  });
});

describe('where and for whom', () => {
  afterEach(() => world.startOver('new'));

  test('only in allowed channels and for members of allowed groups', async () => {
    const { ana, ben, slack } = world;
    await slack.setUsergroup('S0HPC00001', [ANA, GUEST]);
    await world.bot().stop();
    await world.startBot({ ALLOWED_CHANNELS: JOBS, ALLOWED_USERGROUPS: 'S0HPC00001' });
    expect((await slurm(ana, JOBS, 'whoami')).text).toMatch(/^You are/);
    expect((await slurm(ana, 'dm', 'whoami')).text).toMatch(/^You are/);
    expect((await slurm(ana, PRIVATE_WITH_BOT, 'whoami')).text).toMatch(
      /^The bot is not used in this channel/,
    );
    const after = await soFar();
    expect((await slurm(ben, JOBS, 'list')).text).toMatch(/^You are not among those who may use/);
    // What he follows goes on: the sweep reads it, with few fields.
    const asked = (await world.waldur.requests(after)).filter(({ token }) => token === 'ben');
    expect(asked.filter(({ query }) => !query.includes('field='))).toEqual([]);
    const told = await answer(ben, 'dm', () =>
      ben.say('dm', '', { files: [{ name: 'not.sh', content: script('not', 5) }] }),
    );
    expect(told.text).toMatch(/^You are not among those who may use/);
  });
});

test('npm run audit prints what was done, by whom and as whom', async () => {
  const { ben, guest, waldur } = world;
  const prompt = await share(ben, 'dm', { name: 'done.sh', content: script('done', 5) });
  await submitFrom(ben, 'dm', prompt, { Allocation: 'climate-2026 · 41 % of CPU hours used' });
  await seesModal(ben, 'Submitted done.');
  const [job] = (await waldur.jobs()).filter(({ name }) => name === 'done');
  const [looked] = await waldur.addJobs([{ ...BIO, name: 'looked-at', backend_id: '706' }]);
  await guest.command(JOBS, '/slurm delete 706');
  await seesModal(guest, 'Remove');
  await guest.submit();
  await seesModal(guest, 'You may not delete looked-at');
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const settings = { ...botEnvironment(world.slackReady, world.waldurReady) };
  const db = new DatabaseSync(join(world.directory, 'data', 'slurm.db'), { timeout: 5000 });
  db.prepare(
    `INSERT INTO audit (id, at, team, user, waldur_uuid, waldur_user, action, outcome, ref)
     VALUES ('steered', ?, 'T', 'U', '', ?, 'edit', 'changed', '')`,
  ).run(Date.now(), 'E\u202Eve\x9b2J');
  db.close();
  const tool = startNode(
    [`${root}src/operator/audit-report.ts`, '--since', '1h'],
    settings,
    world.directory,
  );
  await until('the tool has ended', async () => tool.process.exitCode !== null);
  const lines = tool.lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  expect(lines).toContainEqual({
    at: expect.any(String),
    team: 'T0SANDBOX1',
    user: BEN,
    waldurUuid: expect.stringMatching(/^[0-9a-f]{32}$/),
    waldurUser: 'ben',
    action: 'submit',
    jobUuid: job?.uuid,
    outcome: 'created',
    ref: expect.stringMatching(/^[0-9a-f]{6}$/),
  });
  expect(lines).toContainEqual(
    expect.objectContaining({
      user: GUEST,
      waldurUser: 'mia',
      action: 'delete',
      jobUuid: looked,
      outcome: 'refused (403)',
    }),
  );
  // Nothing in it controls the terminal on which it is read.
  expect(tool.lines.join('\n')).toContain('"waldurUser":"E\\u202eve\\u009b2J"');
});

describe('who leaves', () => {
  // For a minute the bot believes what it has heard of a person.
  afterEach(() => world.startOver('new'));

  test('a person who is deactivated: the token is dropped, and their cards say so', async () => {
    const { ana, ben, slack } = world;
    await world.waldur.addJobs([
      {
        ...BIO,
        project: 'climate',
        user: 'ben',
        name: 'left-behind',
        backend_id: '720',
        runtime_state: 'PENDING',
      },
    ]);
    await slurm(ben, JOBS, 'follow 720');
    const card = await sees(ana, JOBS, /^\S+ left-behind — /);
    await slack.setUser(BEN, { deleted: true });
    await until(
      'the account is gone',
      async () => rows(`SELECT 1 FROM accounts WHERE user = '${BEN}'`).length === 0,
    );
    await until('the card says so', async () => {
      const seen = (await ana.screen(JOBS)).find(({ ts }) => ts === card.ts);
      return shown(seen ?? null).includes('has left the workspace');
    });
    await until(
      'nothing of theirs is left',
      async () => rows(`SELECT 1 FROM watches WHERE user = '${BEN}'`).length === 0,
    );
    const after = await soFar();
    await asksWaldur(world, () => slurm(ana, 'dm', 'list'));
    expect((await usersOf(after)).includes('ben')).toBe(false);
  });

  test('a person who is deactivated while the bot is down', async () => {
    const { slack } = world;
    await world.bot().stop();
    await slack.setUser(GUEST, { deleted: true });
    expect(rows(`SELECT 1 FROM accounts WHERE user = '${GUEST}'`)).toHaveLength(1);
    await world.startBot();
    await until(
      'the account is gone',
      async () => rows(`SELECT 1 FROM accounts WHERE user = '${GUEST}'`).length === 0,
    );
    expect(rows(`SELECT 1 FROM accounts WHERE user = '${ANA}'`)).toHaveLength(1);
  });

  test('a person who never connected: their scripts are forgotten too', async () => {
    const { slack } = world;
    const sharer = 'U0SHARER01';
    await slack.addMember(sharer);
    await share(slack.person(sharer), 'dm', { name: 'of-sharer.sh', content: script('gone', 5) });
    const shared = () => rows(`SELECT 1 FROM scripts WHERE shared_by = '${sharer}'`).length;
    expect(shared()).toBe(1);
    await world.bot().stop();
    await slack.setUser(sharer, { deleted: true });
    await world.startBot();
    await until('the script is gone', async () => shared() === 0);
  });

  test('the app is removed: everything of the workspace is dropped but the audit', async () => {
    const { ana, slack } = world;
    const prompt = await share(ana, 'dm', { name: 'last.sh', content: script('last', 6000) });
    await submitFrom(ana, 'dm', prompt);
    await sees(ana, 'dm', /^\S+ last — Running/);
    await slack.uninstall();
    await until('nothing is left', async () => rows('SELECT 1 FROM accounts').length === 0);
    for (const table of ['watches', 'transitions', 'submissions', 'scripts']) {
      expect({ table, rows: rows(`SELECT 1 FROM ${table}`) }).toEqual({ table, rows: [] });
    }
    expect(rows('SELECT 1 FROM inbox WHERE body IS NOT NULL')).toEqual([]);
    expect(rows('SELECT 1 FROM audit').length).toBeGreaterThan(0);
  });
});
