import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  botEnvironment,
  type Started,
  startBotProcess,
  startSlackProcess,
  startWaldurProcess,
} from '../processes.ts';
import { controlSlack, type SlackControl } from '../slack/control.ts';
import { ANA, BEN, BOT, dmWith, GENERAL, JOBS } from '../slack/world.ts';
import { type Cluster, createCluster } from './cluster.ts';
import type { Reader } from './plain-text.ts';

/** Both sandboxes and the real bot, each in its own process. */
export interface World {
  slack: SlackControl;
  cluster: Cluster;
  /** Waldur tokens by username. */
  tokens: Record<string, string | undefined>;
  bot: Started;
  stop(): Promise<void>;
}

export async function startWorld(as: 'documented' | 'recorded'): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'slurm-for-slack-demo-'));
  const starting: Promise<Started>[] = [];
  const keep = <T extends Started>(one: Promise<T>): Promise<T> => {
    starting.push(one);
    return one;
  };
  const stop = async () => {
    const started = await Promise.allSettled(starting);
    await Promise.all(started.map((one) => one.status === 'fulfilled' && one.value.stop()));
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const [slack, waldur] = await Promise.all([
      keep(startSlackProcess()),
      keep(startWaldurProcess('--as', as, '--speed', '20')),
    ]);
    const pace = { POLL_MIN_SECONDS: '0.2', POLL_MAX_SECONDS: '0.5', LOST_ANSWER_SECONDS: '2' };
    const settings = { ...botEnvironment(slack, waldur), ...pace };
    const bot = await keep(startBotProcess(directory, settings));
    const cluster = createCluster(waldur.url);
    return { slack: controlSlack(slack.url), cluster, tokens: waldur.tokens, bot, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The people and places of the local Slack, as the transcript calls them. */
export const reader: Reader = {
  names: {
    [ANA]: 'Ana',
    [BEN]: 'Ben',
    [BOT]: 'Slurm',
    [GENERAL]: '#general',
    [JOBS]: '#jobs',
    [dmWith(ANA)]: 'the direct messages with Slurm',
  },
  now: () => new Date(),
};
