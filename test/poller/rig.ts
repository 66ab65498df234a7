import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { controlSlack } from '../../sandbox/slack/control.ts';
import { createRates } from '../../sandbox/slack/rates.ts';
import { startSlack } from '../../sandbox/slack/server.ts';
import { ANA, dmWith, TEAM } from '../../sandbox/slack/world.ts';
import { newKey } from '../../src/accounts/key.ts';
import { createLinkedAccounts } from '../../src/accounts/linked.ts';
import { createSealer } from '../../src/accounts/seal.ts';
import type { Accounts } from '../../src/accounts/waldur-accounts.ts';
import { waldurDispatcher } from '../../src/api/http.ts';
import { createAbilities } from '../../src/jobs/abilities.ts';
import type { Job } from '../../src/jobs/job.ts';
import { boltLogger, createLog } from '../../src/logging/logger.ts';
import { pausesFrom } from '../../src/machine/pauses.ts';
import type { PollerContext } from '../../src/poller/poller-context.ts';
import { createSlackClient } from '../../src/slack/client.ts';
import { createPace } from '../../src/slack/pace.ts';
import { createSharing } from '../../src/slack/places.ts';
import type { Person } from '../../src/store/accounts.ts';
import { openDatabase } from '../../src/store/database.ts';
import { insertWatch, type NewWatch, watchesOfJob } from '../../src/store/watches.ts';
import { startGate } from '../e2e/gate.ts';

/** A clock that goes on as time does, and can be advanced, so that no test sleeps while the bot would wait. */
export function startClock() {
  let aheadMs = 0;
  return {
    now: () => new Date(Date.now() + aheadMs),
    /** Milliseconds that never jump. */
    ms: () => performance.now() + aheadMs,
    advance(ms: number) {
      aheadMs += ms;
    },
  };
}

/** The poller's parts with a real database, against the local Slack; `lines` is the log. */
export async function startRig({
  grantOptional = true,
  now = () => new Date(),
  ms = () => performance.now(),
  rateLimits = false,
} = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'slurm-poller-'));
  const slack = await startSlack({
    manifest: 'manifest.yml',
    grantOptional,
    rateLimits: rateLimits && createRates(ms),
  });
  const gate = await startGate(slack.url);
  const db = await openDatabase(join(directory, 'slurm.db'));
  const lines: string[] = [];
  const log = createLog({ level: 'info', isTerminal: true, write: (line) => lines.push(line) });
  const pauses = pausesFrom(10_000, 1000);
  const pace = createPace(pauses.failedCall, ms);
  const access = {
    token: slack.botToken,
    apiUrl: `${gate.url}/api/`,
    logger: boltLogger(log),
    pace,
  };
  const client = createSlackClient(access);
  const yielding = createSlackClient({ ...access, yields: true });
  const sealer = createSealer([newKey()]);
  const partsFor = (waldurUrl: string): PollerContext => ({
    db,
    slack: yielding,
    pace,
    log,
    poll: { minMs: 50, maxMs: 100 },
    pauses,
    now,
    isShared: createSharing(yielding, now),
    abilities: createAbilities(now),
    waldur: { by: 'token', waldurUrl },
    accounts: createLinkedAccounts({
      db,
      keyring: async () => sealer,
      waldurUrl,
      dispatcher: waldurDispatcher(),
      timeoutMs: 10_000,
      now,
    }),
  });
  return {
    db,
    gate,
    client,
    lines,
    slack: controlSlack(slack.url),
    parts: partsFor('http://127.0.0.1:9'),
    partsFor,
    botToken: slack.botToken,
    apiUrl: slack.apiUrl,
    async stop() {
      await gate.close();
      await slack.close();
      await db.destroy();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Links a person's own token. */
export async function link({ linking }: Accounts, person: Person, token: string): Promise<void> {
  if (linking.by !== 'token') throw new Error('people are not linked by a token here');
  await linking.connect(person, token);
}

export type Rig = Awaited<ReturnType<typeof startRig>>;

/** A job as Waldur gives it, with an id of its own. */
export function job(fields: Partial<Job> = {}): Job {
  return {
    uuid: randomBytes(16).toString('hex'),
    name: 'train',
    description: '',
    state: 'ok',
    runtimeState: 'PENDING',
    slurmId: '4711',
    created: new Date('2026-11-24T12:00:00Z'),
    modified: new Date('2026-11-24T12:00:00Z'),
    errorMessage: '',
    ...fields,
  };
}

/** Follows a job in Ana's direct message, and gives the watch. */
export async function follow({ db }: Rig, watch: Partial<NewWatch> = {}) {
  const followed = watch.job ?? job();
  await insertWatch(db, {
    team: TEAM.id,
    user: ANA,
    channel: dmWith(ANA),
    threadTs: null,
    job: followed,
    submissionId: null,
    name: followed.name,
    projectName: 'bio',
    serviceSettings: '',
    ownerName: 'Ana Tamm',
    phase: 'queued',
    seenAt: new Date('2026-11-24T12:00:00Z'),
    ...watch,
  });
  const [found] = await watchesOfJob(db, followed.uuid);
  if (found === undefined) throw new Error('the watch was not written');
  return found;
}
