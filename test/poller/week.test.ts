import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { emptySeed } from '../../sandbox/waldur/demo-seed.ts';
import { newKey } from '../../src/accounts/key.ts';
import { createLinkedAccounts } from '../../src/accounts/linked.ts';
import { createSealer } from '../../src/accounts/seal.ts';
import { waldurDispatcher } from '../../src/api/http.ts';
import { createAbilities } from '../../src/jobs/abilities.ts';
import { phaseOf } from '../../src/jobs/phase.ts';
import { boltLogger, createLog } from '../../src/logging/logger.ts';
import { pausesFrom } from '../../src/machine/pauses.ts';
import { createOutage } from '../../src/poller/outage.ts';
import type { PollerContext } from '../../src/poller/poller-context.ts';
import { sweepOnce } from '../../src/poller/sweep.ts';
import { createSlackClient } from '../../src/slack/client.ts';
import { createPace } from '../../src/slack/pace.ts';
import { openDatabase } from '../../src/store/database.ts';
import { recordScript } from '../../src/store/scripts.ts';
import { advanceSubmission, commitSubmission } from '../../src/store/submissions.ts';
import { insertWatch, type Watch, watchesOfJob } from '../../src/store/watches.ts';
import { type Running, submit, withWaldur } from '../sandbox/waldur-with.ts';
import { link } from './rig.ts';

/** Jobs followed by sweeps against a Waldur whose time, and ours, moves by hand. */

const ana = { team: 'T0SANDBOX1', user: 'U0ANA00001' };
const LONG = '#!/bin/sh\n#SBATCH -J long -t 20-0\nsleep 15d\n';
const MARK = '7f3a9c7f3a9c';
/** Jobs may run for weeks here. */
const seed = {
  ...emptySeed,
  clusters: emptySeed.clusters.map((each) => ({
    ...each,
    partitions: [{ name: 'compute', maxMinutes: 60_000 }],
  })),
};
const options = { as: 'recorded' as const, seed };

interface Simulation extends Running {
  /** Submits a script as Ana, and follows the job. */
  follow(script: string, more?: { allocation?: string }): Promise<string>;
  /** Lets time go by, with three sweeps an hour. */
  hours(count: number): Promise<void>;
  /** Sets the state of the first job in Slurm. */
  slurmSays(state: string): Promise<void>;
  watch(uuid: string): Promise<Watch>;
  /** What the thread is told, in order. */
  told(): Promise<string[]>;
}

async function simulate(
  settings: Partial<Parameters<typeof withWaldur>[0]>,
  run: (simulation: Simulation) => Promise<void>,
): Promise<void> {
  await withWaldur({ ...options, ...settings }, async (running) => {
    const { url, waldur } = running;
    const db = await openDatabase(':memory:');
    let passed = 0;
    const start = Date.now();
    const now = () => new Date(start + passed * 1000);
    const log = createLog({ level: 'error', write: () => undefined });
    const logger = boltLogger(log);
    const sealer = createSealer([newKey()]);
    const accounts = createLinkedAccounts({
      db,
      keyring: async () => sealer,
      waldurUrl: url,
      dispatcher: waldurDispatcher(),
      timeoutMs: 10_000,
      now,
    });
    const slack = createSlackClient({ token: 'none', apiUrl: 'http://127.0.0.1:9/', logger });
    const parts: PollerContext = {
      db,
      accounts,
      slack,
      log,
      pace: createPace(pausesFrom(10_000, 1000).failedCall),
      isShared: async () => false,
      abilities: createAbilities(now),
      waldur: { by: 'token', waldurUrl: url },
      poll: { minMs: 5000, maxMs: 300_000 },
      pauses: pausesFrom(10_000, 1000),
      now,
    };
    const outage = createOutage();
    await link(accounts, ana, emptySeed.users[0]?.token ?? '');
    const sweep = async () => {
      await db
        .updateTable('watches')
        .set({ dueAt: new Date(0) })
        .execute();
      await sweepOnce(parts, outage);
    };
    try {
      await run({
        ...running,
        async slurmSays(state) {
          const [{ id = '' } = {}] = await running.waldur.slurm();
          expect(await running.waldur.setSlurmJob(id, { state })).toBe(true);
        },
        async follow(script, more) {
          const uuid = await submit(url, 'ana', script, more);
          const shared = await recordScript(db, {
            team: ana.team,
            message: null,
            sharedBy: ana.user,
            fileId: 'F1',
            fileName: 'job.sh',
          });
          const { account, waldur: asAna } = await accounts.actingAs(ana);
          const job = await asAna.getJob(uuid);
          const id = randomBytes(6).toString('hex');
          await commitSubmission(db, {
            id,
            convert: false,
            changes: [],
            ...ana,
            scriptId: shared.id,
            sha256: '',
            name: 'typed',
            description: '',
            allocation: {
              uuid: MARK,
              name: '',
              project: '',
              serviceSettings: '',
              projectName: '',
              serviceName: '',
              isActive: true,
              usage: { cpu: 0, gpu: 0, ram: 0 },
              limit: { cpu: 0, gpu: 0, ram: 0 },
            },
            follow: null,
            viewId: '',
            createdAt: now(),
            again: null,
            ref: '',
          });
          await advanceSubmission(db, id, {
            from: ['committed'],
            to: 'accepted',
            slurmName: 'long',
            jobUuid: uuid,
          });
          await insertWatch(db, {
            ...ana,
            channel: ana.user,
            threadTs: null,
            job,
            submissionId: id,
            name: 'typed',
            projectName: job.projectName,
            serviceSettings: job.serviceSettings,
            ownerName: account.fullName,
            phase: phaseOf(job),
            seenAt: now(),
          });
          return uuid;
        },
        async hours(count) {
          for (let step = 0; step < count * 3; step += 1) {
            await waldur.advance(1200);
            passed += 1200;
            await sweep();
          }
        },
        async watch(uuid) {
          const [watch] = await watchesOfJob(db, uuid);
          if (watch === undefined) throw new Error('there is no such watch');
          return watch;
        },
        async told() {
          const rows = await db
            .selectFrom('transitions')
            .selectAll()
            .where('reply', '=', 'owed')
            .orderBy('id')
            .execute();
          return rows.map((row) => `${row.watchId} ${row.kind}: ${row.fromPhase} → ${row.toPhase}`);
        },
      });
    } finally {
      await db.destroy();
    }
  });
}

test(
  'a job of another project is followed through its twin, and keeps the name that was typed',
  () =>
    simulate({}, async ({ follow, hours, watch, told, waldur }) => {
      const uuid = await follow(LONG, { allocation: 'climate-2026' });
      await hours(2);
      expect(await watch(uuid)).toMatchObject({
        phase: 'running',
        name: 'typed',
        projectName: 'climate',
        jobUuid: uuid,
      });
      expect((await waldur.jobs()).map(({ name, project }) => [name, project])).toContainEqual([
        'long',
        'bio',
      ]);
      await hours(5 * 24);
      expect(await told()).toEqual(['1 started: submitted → running']);
      const places = (await waldur.requests()).filter(
        ({ query }) => query.includes('user_uuid') && !query.includes('page='),
      );
      expect(places).toHaveLength(1);
    }),
  60_000,
);

test(
  'a job that others outlast has left the queue: the thread hears it once, and the job is watched for one more day',
  () =>
    simulate({}, async ({ follow, hours, watch, told, url, slurmSays }) => {
      const uuid = await follow(LONG);
      await submit(url, 'ana', LONG);
      await hours(26);
      await slurmSays('COMPLETED');
      await hours(2);
      expect(await watch(uuid)).toMatchObject({
        phase: 'left the queue',
        runtimeState: 'RUNNING',
        closed: null,
      });
      await hours(12);
      expect((await watch(uuid)).closed).toBeNull();
      await hours(14);
      expect(await watch(uuid)).toMatchObject({
        phase: 'left the queue',
        closed: 'ended',
        cardDue: true,
      });
      expect(await told()).toEqual([
        '1 started: submitted → running',
        '1 ended: running → left the queue',
      ]);
    }),
  60_000,
);

test(
  'nothing is concluded if nothing else is refreshed, and after 7 days the watch ends with a sentence',
  () =>
    simulate({}, async ({ follow, hours, watch, told, slurmSays }) => {
      const uuid = await follow(LONG);
      await hours(2);
      await slurmSays('COMPLETED');
      await hours(24 * 6);
      expect(await watch(uuid)).toMatchObject({ phase: 'running', closed: null });
      await hours(24 * 2);
      expect(await watch(uuid)).toMatchObject({ phase: 'running', closed: 'no news' });
      expect(await told()).toEqual([
        '1 started: submitted → running',
        '1 no news: running → running',
      ]);
    }),
  60_000,
);

test(
  'silence proves nothing if the hourly task dies',
  () =>
    simulate({ hourlyTask: 'dies' }, async ({ follow, hours, watch, told, url }) => {
      const uuid = await follow(LONG);
      await submit(url, 'ana', LONG);
      await hours(24 * 6);
      expect(await watch(uuid)).toMatchObject({ phase: 'submitted', closed: null });
      await hours(24 * 2);
      expect(await watch(uuid)).toMatchObject({ phase: 'submitted', closed: 'no news' });
      expect(await told()).toEqual(['1 no news: submitted → submitted']);
    }),
  60_000,
);

test(
  'a job that comes back is told so, and followed on',
  () =>
    simulate({}, async ({ follow, hours, watch, told, url, slurmSays }) => {
      const uuid = await follow(LONG);
      await submit(url, 'ana', LONG);
      await hours(3);
      await slurmSays('NODE_FAIL');
      await hours(3);
      await slurmSays('PENDING');
      await hours(2);
      expect(await watch(uuid)).toMatchObject({ phase: 'queued', closed: null, endedAt: null });
      await slurmSays('RUNNING');
      await hours(2);
      await slurmSays('COMPLETED');
      await hours(30);
      expect(await told()).toEqual([
        '1 started: submitted → running',
        '1 ended: running → left the queue',
        '1 requeued: left the queue → queued',
        '1 started: queued → running',
        '1 ended: running → left the queue',
      ]);
    }),
  60_000,
);

test(
  'a job outside the page that Waldur reads of a long queue does not count as gone',
  () =>
    simulate({}, async ({ follow, hours, watch, told, url, waldur }) => {
      const uuid = await follow(LONG);
      await hours(2);
      expect((await watch(uuid)).phase).toBe('running');
      for (let count = 0; count < 30; count += 1) await submit(url, 'ana', LONG);
      await hours(24);
      expect(await waldur.slurm()).toHaveLength(31);
      expect(await watch(uuid)).toMatchObject({ phase: 'running', closed: null });
      expect(await told()).toEqual([
        '1 started: submitted → running',
        '1 not shown: running → running',
      ]);
    }),
  60_000,
);

test(
  'an array is one job: it starts once, and ends when all of its tasks have',
  () =>
    simulate({}, async ({ follow, hours, watch, told, url }) => {
      const uuid = await follow('#!/bin/sh\n#SBATCH -J many -t 1-0 --array=1-6%2\nsleep 2h\n');
      await submit(url, 'ana', LONG);
      await hours(2);
      expect(await watch(uuid)).toMatchObject({
        phase: 'running',
        tasks: expect.stringMatching(/2 running/),
      });
      await hours(2);
      expect((await watch(uuid)).phase).toBe('running');
      await hours(6);
      expect(await watch(uuid)).toMatchObject({
        phase: 'left the queue',
        tasks: '6 left the queue',
      });
      expect(await told()).toEqual([
        '1 started: submitted → running',
        '1 ended: running → left the queue',
      ]);
    }),
  60_000,
);

test(
  'after an error of warnings only, the row that may be the job is offered once',
  () =>
    simulate({}, async ({ follow, hours, watch, told, waldur }) => {
      const uuid = await follow(LONG.replace('-t 20-0', '-t 20-0 -N2 -n1'));
      const running = { name: 'long', runtime_state: 'RUNNING' };
      await waldur.addJobs([
        { ...running, backend_id: '1', cluster: 'Old cluster' },
        { ...running, backend_id: '2', user: 'ben' },
        { ...running, backend_id: '3', name: 'other' },
      ]);
      await hours(4);
      const found = (await waldur.jobs()).find(
        ({ user, cluster, name }) => user === null && cluster === 'Hydra' && name === 'long',
      );
      expect(await watch(uuid)).toMatchObject({ phase: 'erred', found: found?.uuid });
      expect(await told()).toEqual([
        '1 not submitted: submitting → erred',
        '1 found: erred → erred',
      ]);
    }),
  60_000,
);

test(
  'a Waldur that follows its jobs by itself: that another job changed later says nothing about this one',
  () =>
    simulate({ as: 'documented' }, async ({ follow, hours, watch, told, url }) => {
      const uuid = await follow(LONG);
      await hours(5);
      await submit(url, 'ana', '#!/bin/sh\n#SBATCH -J short\nsleep 600\n');
      await hours(24);
      expect(await watch(uuid)).toMatchObject({ phase: 'running', closed: null });
      expect(await told()).toEqual(['1 started: submitting → running']);
    }),
  60_000,
);

test(
  'that rows of another cluster are written says nothing about this one',
  () =>
    simulate({}, async ({ follow, hours, watch, waldur }) => {
      const uuid = await follow(LONG);
      const running = { runtime_state: 'RUNNING', backend_id: '7', cluster: 'Old cluster' };
      const [other = ''] = await waldur.addJobs([{ ...running, user: 'ana' }]);
      await hours(2);
      await waldur.setUser('ana', { signInExpired: true });
      for (let run = 0; run < 5; run += 1) {
        await waldur.setJob(other, {});
        await hours(1);
      }
      expect(await watch(uuid)).toMatchObject({ phase: 'running', silentRuns: 0 });
    }),
  60_000,
);

test(
  'before anything is concluded, the list is read to its end',
  () =>
    simulate({}, async ({ follow, hours, watch, waldur, slurmSays, url }) => {
      await waldur.addJobs(400);
      const uuid = await follow(LONG);
      await submit(url, 'ana', LONG);
      await hours(2);
      await slurmSays('COMPLETED');
      await hours(3);
      expect(await watch(uuid)).toMatchObject({ phase: 'left the queue' });
    }),
  60_000,
);

test(
  'a row that cannot be read may have filled the page',
  () =>
    simulate({}, async ({ follow, hours, watch, waldur, slurmSays }) => {
      const uuid = await follow(LONG);
      await hours(2);
      await slurmSays('COMPLETED');
      const running = { runtime_state: 'RUNNING', user: 'ana' };
      const rows = Array.from({ length: 25 }, (_, id) => ({ ...running, backend_id: `${id}` }));
      const uuids = await waldur.addJobs(rows);
      // The row in the middle of all 26, newest first, does not fit.
      const [odd = ''] = uuids.splice(11, 1);
      await waldur.fault({ kind: 'odd_row', match: { path: 'page_size=300' }, times: 'always' });
      await hours(1);
      for (const each of uuids) await waldur.setJob(each, {});
      await hours(1);
      expect(await waldur.faultsFired()).not.toEqual([]);
      expect((await watch(uuid)).phase).toBe('running');
      await waldur.clearFaults();
      await waldur.deleteJob(odd);
      for (const each of uuids) await waldur.setJob(each, {});
      await hours(1);
      expect((await watch(uuid)).phase).toBe('left the queue');
    }),
  60_000,
);

test(
  'a person whose sign-in to the cluster has expired: that others are read says nothing about her jobs',
  () =>
    simulate({}, async ({ follow, hours, watch, told, waldur, url }) => {
      await waldur.setRole('ben', 'bio', 'PROJECT.MEMBER');
      await waldur.setRole('ben', 'climate', null);
      const uuid = await follow(LONG);
      await submit(url, 'ana', LONG);
      await submit(url, 'ben', LONG);
      await submit(url, 'ben', LONG);
      await hours(3);
      await waldur.setUser('ana', { signInExpired: true });
      await hours(8);
      expect(await watch(uuid)).toMatchObject({ phase: 'running', closed: null });
      expect(await told()).toEqual([
        '1 started: submitted → running',
        '1 not shown: running → running',
      ]);
      await waldur.setUser('ana', { signInExpired: false });
      await hours(2);
      expect(await watch(uuid)).toMatchObject({ phase: 'running', silentRuns: 0 });
      expect(await told()).toHaveLength(2);
    }),
  60_000,
);

test(
  'an edited job does not count as one that was read from the queue',
  () =>
    simulate({}, async ({ follow, hours, watch, told, waldur, url }) => {
      const uuid = await follow(LONG);
      const other = await submit(url, 'ana', LONG);
      await hours(3);
      await waldur.behave({ hourlyTask: 'dies' });
      for (const description of ['one', 'two', 'three']) {
        await waldur.setJob(other, { description });
        await hours(2);
      }
      expect(await watch(uuid)).toMatchObject({ phase: 'running', closed: null });
      expect(await told()).toEqual(['1 started: submitted → running']);
    }),
  60_000,
);

test(
  'a job that a run has not reached yet has not left the queue',
  () =>
    simulate(
      {
        seed: {
          ...seed,
          clusters: seed.clusters.map((each) => ({ ...each, queueReadSeconds: 1000 })),
        },
      },
      async ({ follow, hours, watch, told, waldur, url }) => {
        // Of four people Ana is the first; her jobs are read at once, those of the others up to an hour later.
        await waldur.setRole('ben', 'bio', 'PROJECT.MEMBER');
        await waldur.setRole('ben', 'climate', null);
        const uuid = await follow(LONG);
        await submit(url, 'ana', LONG);
        await submit(url, 'ben', LONG);
        await hours(12);
        expect(await watch(uuid)).toMatchObject({ phase: 'running', closed: null });
        expect(await told()).toEqual(['1 started: submitted → running']);
      },
    ),
  60_000,
);

test.each(['401', '500', 'no answer'] as const)(
  'after the script was taken and asking for the result ended with %s, the job that turns up is offered',
  (afterUpload) =>
    simulate({ afterUpload }, async ({ follow, hours, watch, told, waldur }) => {
      const uuid = await follow(LONG);
      await hours(4);
      const found = (await waldur.jobs()).find(({ user }) => user === null);
      expect(await watch(uuid)).toMatchObject({ phase: 'erred', found: found?.uuid });
      expect(await told()).toEqual([
        '1 not submitted: submitting → erred',
        '1 found: erred → erred',
      ]);
    }),
  60_000,
);
