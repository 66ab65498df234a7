import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { addMilliseconds } from 'date-fns';
import { ANA, BEN, TEAM } from '../../sandbox/slack/world.ts';
import { controlWaldur } from '../../sandbox/waldur/control.ts';
import type { JobChange } from '../../sandbox/waldur/control-words.ts';
import { emptySeed } from '../../sandbox/waldur/demo-seed.ts';
import type { Fault } from '../../sandbox/waldur/faults.ts';
import { startWaldur, type WaldurSandbox } from '../../sandbox/waldur/server.ts';
import type { Job } from '../../src/jobs/job.ts';
import { deliverNotices } from '../../src/poller/deliver-notices.ts';
import { createOutage } from '../../src/poller/outage.ts';
import type { PollerContext } from '../../src/poller/poller-context.ts';
import { sweepOnce } from '../../src/poller/sweep.ts';
import { forgetPerson } from '../../src/store/leaving.ts';
import { owedNotices } from '../../src/store/notices.ts';
import { owedTransitions } from '../../src/store/transitions.ts';
import { updateWatch, type Watch, watchesOfJob } from '../../src/store/watches.ts';
import { reply } from '../../src/views/reply.ts';
import { type Gate, startGate } from '../e2e/gate.ts';
import { follow, job, link, type Rig, startRig } from './rig.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const person = { team: TEAM.id, user: ANA };
const CHEAP =
  'uuid name description state runtime_state backend_id created modified error_message'.split(' ');

let rig: Rig;
let server: WaldurSandbox;
let waldur: ReturnType<typeof controlWaldur>;
let parts: PollerContext;
let outage = createOutage();

beforeAll(async () => {
  rig = await startRig();
});
/** A Waldur for each test, because the rows that one leaves would be more pages for the next. */
beforeEach(async () => {
  server = await startWaldur({ as: 'documented', speed: 0, seed: emptySeed, log: () => undefined });
  waldur = controlWaldur(server.url);
  parts = rig.partsFor(server.url);
  outage = createOutage();
  await rig.db.deleteFrom('watches').execute();
  rig.lines.length = 0;
  await link(parts.accounts, person, tokenOf('ana'));
});
afterEach(() => server.close());
afterAll(() => rig.stop());

function tokenOf(username: string): string {
  return emptySeed.users.find((user) => user.username === username)?.token ?? '';
}

/** Jobs of Ana's in Waldur, each followed. */
async function followed(changes: JobChange[]): Promise<Watch[]> {
  const uuids = await waldur.addJobs(
    changes.map((change) => ({ project: 'bio', user: 'ana', state: 'OK', ...change })),
  );
  const rows = new Map((await waldur.jobs()).map((row) => [row.uuid, row]));
  const watches: Watch[] = [];
  for (const uuid of uuids) {
    const row = rows.get(uuid);
    if (row === undefined) throw new Error('the job was not added');
    const known: Partial<Job> = {
      uuid,
      name: row.name,
      slurmId: row.backend_id,
      runtimeState: row.runtime_state,
      created: new Date(row.created),
      modified: new Date(row.modified),
    };
    watches.push(await follow(rig, { job: job(known), seenAt: new Date() }));
  }
  return watches;
}

/** Makes every watch due, and sweeps. Gives the requests that Waldur got. */
async function sweep() {
  await rig.db
    .updateTable('watches')
    .set({ dueAt: new Date(0) })
    .execute();
  const last = (await waldur.requests()).at(-1)?.seq ?? 0;
  await sweepOnce(parts, outage);
  return waldur.requests(last);
}

async function now({ jobUuid }: Watch): Promise<Watch> {
  const [found] = await watchesOfJob(rig.db, jobUuid);
  if (found === undefined) throw new Error('the watch is gone');
  return found;
}

const fieldsOf = (query: string) => new URLSearchParams(query).getAll('field');
const warnings = () => rig.lines.filter((line) => / (WARN|ERROR) /.test(line));

describe('many jobs of one account', () => {
  test('cost a sweep pages of 300 with the cheap fields, and no single reads once they have a Slurm id', async () => {
    const many = Array.from({ length: 320 }, (_, index) => ({
      name: `many-${index}`,
      backend_id: `${5000 + index}`,
      runtime_state: 'RUNNING',
    }));
    await followed([...many, { name: 'fresh', state: 'Creating', backend_id: '' }]);
    const requests = await sweep();
    const pages = requests.filter(({ path }) => path === '/api/slurm-jobs/');
    expect(pages.map(({ query }) => new URLSearchParams(query).get('page'))).toEqual(['1', '2']);
    for (const { query } of pages) {
      expect(new URLSearchParams(query).get('page_size')).toBe('300');
      expect(fieldsOf(query).toSorted()).toEqual(CHEAP.toSorted());
    }
    const singles = requests.filter((request) => !pages.includes(request));
    expect(singles).toHaveLength(1);
    expect(fieldsOf(singles[0]?.query ?? '').toSorted()).toEqual(CHEAP.toSorted());
  });

  test('are read down to the oldest followed one, and no further', async () => {
    await waldur.addJobs(700);
    await followed([{ name: 'young', backend_id: '9001', runtime_state: 'RUNNING' }]);
    const requests = await sweep();
    expect(requests.filter(({ path }) => path === '/api/slurm-jobs/')).toHaveLength(1);
    expect(requests).toHaveLength(1);
  });
});

describe('an outage', () => {
  test('of several sweeps changes no state, is one line in the log, and its news is told in order after it', async () => {
    const [watch] = await followed([{ name: 'dark', backend_id: '1', runtime_state: 'PENDING' }]);
    if (watch === undefined) throw new Error('nothing is followed');
    await sweep();
    await waldur.fault({ kind: 'http502', times: 'always' });
    await sweep();
    expect((await now(watch)).failures).toBe(1);
    await updateWatch(rig.db, watch.id, { cardDue: false });
    await sweep();
    expect(await now(watch)).toMatchObject({ failures: 2, cardDue: true, phase: 'queued' });
    await waldur.setJob(watch.jobUuid, { runtime_state: 'COMPLETED' });
    await sweep();
    expect((await now(watch)).phase).toBe('queued');
    expect((await waldur.faultsFired()).length).toBeGreaterThanOrEqual(3);
    await waldur.clearFaults();
    await sweep();
    expect(await now(watch)).toMatchObject({ failures: 0, phase: 'completed', closed: null });
    expect(await owedTransitions(rig.db, watch.id)).toMatchObject([{ toPhase: 'completed' }]);
    expect(warnings()).toEqual([expect.stringContaining('Waldur does not answer')]);
  });

  test('begins in the middle of a sweep: the jobs read before count, the rest waits', async () => {
    const fresh = { state: 'Creating' as const, backend_id: '' };
    const [one, two, three] = await followed([
      { name: 'one', ...fresh },
      { name: 'two', ...fresh },
      { name: 'three', ...fresh },
    ]);
    if (!one || !two || !three) throw new Error('nothing is followed');
    await waldur.fault({ kind: 'http503', match: { path: two.jobUuid } });
    const requests = await sweep();
    expect((await now(one)).failures).toBe(0);
    expect((await now(two)).failures).toBe(1);
    expect((await now(three)).failures).toBe(1);
    expect(requests).toHaveLength(2);
  });
});

describe('an outage is one line in the log', () => {
  const ben = { team: TEAM.id, user: BEN };
  const fresh = { state: 'Creating' as const, backend_id: '' };

  /** A job of Ana's that is read alone, and one of Ben's that is read in pages. */
  async function ofTwo() {
    await link(parts.accounts, ben, tokenOf('ben'));
    const [alone] = await followed([{ name: 'alone', ...fresh }]);
    const [paged] = await followed([{ name: 'paged', backend_id: '1', runtime_state: 'PENDING' }]);
    if (!alone || !paged) throw new Error('nothing is followed');
    await rig.db.updateTable('watches').set({ user: BEN }).where('id', '=', paged.id).execute();
    await sweep();
    rig.lines.length = 0;
    return { alone, paged };
  }
  async function often() {
    for (let count = 0; count < 5; count += 1) await sweep();
  }

  test.each<[string, Omit<Fault, 'match' | 'times'>]>([
    ['fails', { kind: 'http500' }],
    ['does not answer', { kind: 'cut' }],
    ['is something else', { kind: 'wrong_shape' }],
    ['is a web page', { kind: 'html' }],
  ])('though every look of everybody fails: Waldur %s', async (_, fault) => {
    await ofTwo();
    await waldur.fault({ ...fault, match: { path: '/slurm-jobs/' }, times: 'always' });
    await often();
    expect(rig.lines).toEqual([expect.stringContaining('Waldur does not answer')]);
    await waldur.clearFaults();
    await often();
    expect(rig.lines).toHaveLength(2);
    expect(rig.lines[1]).toContain('Waldur answers again');
  });

  test('though it answers somebody else all the time', async () => {
    const { alone, paged } = await ofTwo();
    await waldur.fault({ kind: 'cut', match: { path: alone.jobUuid }, times: 'always' });
    await often();
    expect(rig.lines).toEqual([expect.stringContaining('Waldur does not answer')]);
    expect((await now(paged)).failures).toBe(0);
  });

  test('and the next one is another, though the person left in the middle of the first', async () => {
    const { alone } = await ofTwo();
    await waldur.fault({ kind: 'cut', match: { path: alone.jobUuid }, times: 'always' });
    await sweep();
    await parts.accounts.disconnect(person);
    await sweep();
    await waldur.clearFaults();
    await waldur.fault({ kind: 'cut', match: { path: '/slurm-jobs/' }, times: 'always' });
    rig.lines.length = 0;
    await often();
    expect(rig.lines).toEqual([expect.stringContaining('Waldur does not answer')]);
  });
});

test('a job whose row cannot be read holds up nobody else', async () => {
  const fresh = { state: 'Creating' as const, backend_id: '' };
  const [broken, healthy] = await followed([
    { name: 'broken', ...fresh },
    { name: 'healthy', ...fresh },
  ]);
  if (!broken || !healthy) throw new Error('nothing is followed');
  await waldur.fault({ kind: 'http500', match: { path: broken.jobUuid }, times: 'always' });
  await waldur.setJob(healthy.jobUuid, { state: 'OK', backend_id: '77', runtime_state: 'RUNNING' });
  await sweep();
  await sweep();
  expect(await now(healthy)).toMatchObject({ phase: 'running', failures: 0 });
  expect((await now(broken)).failures).toBe(2);
  expect(warnings()).toHaveLength(1);
});

describe('a token that is refused', () => {
  /** A job that goes on, one that has ended, and how their cards are. */
  async function both(changes: JobChange[]) {
    const watches = await followed(changes);
    await sweep();
    await rig.db.updateTable('watches').set({ cardDue: false }).execute();
    await waldur.revokeToken('ana');
    await sweep();
    return Promise.all(watches.map(now));
  }
  const ended = { name: 'ended', backend_id: '1', runtime_state: 'COMPLETED' };

  test('pauses the jobs that go on, and counts those only; ended cards stay as they are', async () => {
    const going = { name: 'going', backend_id: '2', runtime_state: 'RUNNING' };
    const watches = await both([ended, going]);
    expect(watches.map(({ cardDue }) => cardDue)).toEqual([false, true]);
    expect(await owedNotices(rig.db)).toMatchObject([{ watches: 1 }]);
    expect(rig.lines.join('')).toMatch(/ INFO paused .*jobs=1/);
    expect(await sweep()).toEqual([]);
  });

  test('is no news if all jobs have ended', async () => {
    expect(await both([ended])).toMatchObject([{ cardDue: false }]);
    expect(await owedNotices(rig.db)).toEqual([]);
  });
});

test('a token that is refused in the middle of a sweep concludes nothing, and is not used again', async () => {
  const fresh = { state: 'Creating' as const, backend_id: '' };
  const [one, two] = await followed([
    { name: 'before', ...fresh },
    { name: 'after', ...fresh },
  ]);
  if (!one || !two) throw new Error('nothing is followed');
  await waldur.revokeToken('ana');
  const refused = await sweep();
  expect(refused.map(({ status }) => status)).toEqual([401]);
  expect(await sweep()).toEqual([]);
  expect(await now(two)).toMatchObject({ closed: null, phase: two.phase, missingSince: null });
  expect(await now(two)).toMatchObject({ paused: true });
  expect((await parts.accounts.find(person))?.expiredAt).not.toBeNull();
  expect(warnings()).toEqual([]);
  expect(rig.lines.filter((line) => line.includes(' INFO paused '))).toHaveLength(1);
  await deliverNotices(parts);
  await deliverNotices(parts);
  const seen = await rig.slack.person(ANA).screen('dm');
  expect(seen.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^Waldur rejected your token, so \d jobs? /),
  ]);
  await waldur.setUser('ana', { token: tokenOf('ana') });
});

describe('a record that is missing', () => {
  test('once is nothing; twice, at some distance, is told as gone', async () => {
    const [watch] = await followed([{ name: 'gone', backend_id: '3', runtime_state: 'PENDING' }]);
    if (watch === undefined) throw new Error('nothing is followed');
    await sweep();
    await waldur.deleteJob(watch.jobUuid);
    await sweep();
    await sweep();
    expect(await now(watch)).toMatchObject({ closed: null, phase: 'queued' });
    expect(await owedTransitions(rig.db, watch.id)).toEqual([]);
    await updateWatch(rig.db, watch.id, { missingSince: new Date(Date.now() - 10_000) });
    await sweep();
    expect(await now(watch)).toMatchObject({ closed: null, phase: 'gone', failures: 0 });
    expect(await owedTransitions(rig.db, watch.id)).toMatchObject([{ toPhase: 'gone' }]);
    await sweep();
    expect(await owedTransitions(rig.db, watch.id)).toHaveLength(1);
    await updateWatch(rig.db, watch.id, { endedAt: new Date(Date.now() - DAY_MS) });
    await sweep();
    expect(await now(watch)).toMatchObject({ closed: 'ended', phase: 'gone' });
  });

  test('of an ended job is no news: the card keeps its end', async () => {
    const [watch] = await followed([{ name: 'over', backend_id: '5', runtime_state: 'FAILED' }]);
    if (watch === undefined) throw new Error('nothing is followed');
    await sweep();
    await waldur.deleteJob(watch.jobUuid);
    await updateWatch(rig.db, watch.id, { missingSince: new Date(Date.now() - 10_000) });
    const before = await owedTransitions(rig.db, watch.id);
    await sweep();
    expect(await now(watch)).toMatchObject({ closed: 'gone', phase: 'failed', cardDue: true });
    expect(await owedTransitions(rig.db, watch.id)).toEqual(before);
  });

  test('that somebody unlinked is taken up again when it is listed again, under another uuid', async () => {
    const running = { backend_id: '6', runtime_state: 'RUNNING' };
    const [old] = await followed([{ name: 'back', ...running }]);
    if (old === undefined) throw new Error('nothing is followed');
    const asAna = await parts.accounts.actingAs(person);
    const { serviceSettings } = await asAna.waldur.getPlace(old.jobUuid);
    await updateWatch(rig.db, old.id, { serviceSettings });
    await sweep();
    await waldur.deleteJob(old.jobUuid);
    await updateWatch(rig.db, old.id, { missingSince: new Date(Date.now() - 10_000) });
    await sweep();
    const [uuid = ''] = await waldur.addJobs([{ project: 'bio', state: 'OK', ...running }]);
    await sweep();
    const [watch] = await watchesOfJob(rig.db, uuid);
    expect(watch).toMatchObject({ id: old.id, phase: 'running', closed: null, endedAt: null });
    const told = await owedTransitions(rig.db, old.id);
    expect(told.map(({ kind, toPhase }) => `${kind} ${toPhase}`)).toEqual([
      'started running',
      'ended gone',
      'requeued running',
    ]);
    const changes = told.slice(-1);
    const about = {
      uuid,
      name: 'back',
      slurmId: '6',
      errorMessage: '',
      person: ANA,
      tasks: '',
      asked: null,
    };
    const message = reply({ ...about, changes, output: null, submissionId: null });
    expect(message.text).toBe('▶️ back is in Waldur again: running.');
  });

  test('is not replaced by a row of another cluster with the same Slurm id', async () => {
    const [watch] = await followed([{ name: 'here', backend_id: '7', runtime_state: 'PENDING' }]);
    if (watch === undefined) throw new Error('nothing is followed');
    const { waldur: asAna } = await parts.accounts.actingAs(person);
    const { serviceSettings } = await asAna.getPlace(watch.jobUuid);
    await updateWatch(rig.db, watch.id, { serviceSettings });
    const elsewhere = { cluster: 'Old cluster', backend_id: '7', runtime_state: 'FAILED' };
    await waldur.addJobs([{ project: 'bio', user: 'ana', ...elsewhere }]);
    await sweep();
    expect(await now(watch)).toMatchObject({ phase: 'queued', tasks: '' });
    await waldur.deleteJob(watch.jobUuid);
    await updateWatch(rig.db, watch.id, { missingSince: new Date(Date.now() - 10_000) });
    await sweep();
    expect(await now(watch)).toMatchObject({ phase: 'gone', jobUuid: watch.jobUuid });
  });

  test('from a list only is read directly, and is there', async () => {
    // The page that should hold it is empty once, because rows moved while it was read.
    const [watch] = await followed([{ name: 'moved', backend_id: '4', runtime_state: 'RUNNING' }]);
    if (watch === undefined) throw new Error('nothing is followed');
    const later = new Date(Date.now() + 60_000);
    const newer = { created: later.toISOString() };
    await waldur.addJobs(Array.from({ length: 300 }, () => newer));
    await rig.db
      .updateTable('watches')
      .set({ jobCreated: addMilliseconds(later, 1) })
      .execute();
    const requests = await sweep();
    expect(requests.map(({ path }) => path)).toEqual([
      '/api/slurm-jobs/',
      `/api/slurm-jobs/${watch.jobUuid}/`,
    ]);
    expect(await now(watch)).toMatchObject({ missingSince: null, phase: 'running' });
  });
});

describe('what happens while Waldur is being asked', () => {
  let gate: Gate;
  beforeEach(async () => {
    gate = await startGate(server.url);
  });
  afterEach(() => gate.close());

  /** Sweeps, and does something when Waldur has answered about this watch but the answer is not here yet. */
  async function meanwhile({ jobUuid }: Watch, happen: () => Promise<void>): Promise<void> {
    const answered = gate.hold({ path: jobUuid, stop: 'answer' });
    await rig.db
      .updateTable('watches')
      .set({ dueAt: new Date(0) })
      .execute();
    const gated = rig.partsFor(gate.url);
    await link(gated.accounts, person, tokenOf('ana'));
    const sweeping = sweepOnce(gated, outage);
    const { release } = await answered;
    await happen();
    release();
    await sweeping;
  }

  test('a person who leaves is not followed again', async () => {
    const [watch] = await followed([{ name: 'left', state: 'Creating', backend_id: '' }]);
    if (watch === undefined) throw new Error('nothing is followed');
    await waldur.setJob(watch.jobUuid, { state: 'OK', backend_id: '9', runtime_state: 'RUNNING' });
    await meanwhile(watch, () => forgetPerson(rig.db, person));
    expect(await now(watch)).toMatchObject({ closed: 'person left', phase: watch.phase });
    expect(await owedTransitions(rig.db, watch.id)).toEqual([]);
  });

  test('a record that somebody deletes is not told as lost, and is looked for soon', async () => {
    const [watch] = await followed([{ name: 'cut', state: 'Creating', backend_id: '' }]);
    if (watch === undefined) throw new Error('nothing is followed');
    await waldur.deleteJob(watch.jobUuid);
    await updateWatch(rig.db, watch.id, { missingSince: new Date(Date.now() - 10_000) });
    await meanwhile(watch, () => updateWatch(rig.db, watch.id, { deletedBy: 'Ana' }));
    expect(await now(watch)).toMatchObject({ closed: 'gone', deletedBy: 'Ana' });
    expect(await owedTransitions(rig.db, watch.id)).toEqual([]);
  });

  test('a look that somebody asks for is not put off', async () => {
    const [watch] = await followed([{ name: 'soon', state: 'Creating', backend_id: '' }]);
    if (watch === undefined) throw new Error('nothing is followed');
    const dueAt = new Date(1000);
    await meanwhile(watch, () => updateWatch(rig.db, watch.id, { dueAt }));
    expect((await now(watch)).dueAt).toEqual(dueAt);
  });
});
