import { expect } from '@jest/globals';
import { BOT } from '../../sandbox/slack/world.ts';
import { type Gate, type Held, type Point, startGate } from './gate.ts';
import { startSandboxes, startWorld, until, type World, type WorldOptions } from './world.ts';

/** A world whose bot reaches Slack and Waldur through gates, and can be killed at any request. */
export interface DeadlyWorld extends World {
  slackGate: Gate;
  waldurGate: Gate;
  /** Sends SIGKILL. Fails if the bot had ended by itself. */
  kill(): Promise<void>;
  /** Kills the bot exactly while it waits at this point, and starts it again. The test fails if it never gets there. */
  killAt(gate: Gate, point: Point, act: () => Promise<unknown>): Promise<void>;
  /** Starts the bot again, behind the gates. */
  revive(): Promise<void>;
}

export async function startDeadlyWorld(options: WorldOptions = {}): Promise<DeadlyWorld> {
  const sandboxes = await startSandboxes(options);
  const [slackGate, waldurGate] = await Promise.all([
    startGate(new URL(sandboxes.slack.apiUrl).origin),
    startGate(sandboxes.waldur.url),
  ]);
  const environment = {
    ...options.environment,
    SLACK_API_URL: `${slackGate.url}/api/`,
    WALDUR_URL: waldurGate.url,
  };
  const world = await startWorld({ ...options, environment }, sandboxes);
  const revive = async () => {
    await world.startBot();
  };
  const kill = async () => {
    const { process: bot } = world.bot();
    expect(bot.exitCode).toBeNull();
    await world.bot().kill();
    expect(bot.signalCode).toBe('SIGKILL');
    slackGate.cut();
    waldurGate.cut();
  };
  return {
    ...world,
    slackGate,
    waldurGate,
    kill,
    revive,
    async killAt(gate, point, act) {
      let held: Held | null = null;
      gate.hold(point).then((caught) => {
        held = caught;
      });
      // What a person does may go unanswered: the bot dies meanwhile.
      const acted = act().catch((error: unknown) => error);
      await until(`the bot at ${JSON.stringify(point)}`, async () => held !== null);
      await kill();
      await acted;
      await revive();
    },
    async stop() {
      await world.stop();
      await Promise.all([slackGate.close(), waldurGate.close()]);
    },
  };
}

/** The bot's messages in a thread, as everyone sees them. */
export async function threadOf(world: World, channel: string, root: string): Promise<string[]> {
  const seen = await world.ana.screen(channel);
  return seen
    .filter(({ user, ephemeral, thread_ts }) => user === BOT && !ephemeral && thread_ts === root)
    .map(({ text }) => text);
}

/** Scripts with this name that were sent to Waldur, as its ledger has them. */
export async function sent(world: World, name: string) {
  const requests = await world.waldur.requests();
  return requests.filter(({ method, fields }) => method === 'POST' && fields.name === name);
}

/** The Slurm id of a job, once Slurm has it. */
export function slurmId(world: World, name: string): Promise<string> {
  return until(`a Slurm id of ${name}`, async () => {
    const jobs = await world.waldur.jobs();
    return jobs.find((job) => job.name === name)?.backend_id || null;
  });
}

/** Moves a Slurm job to a state for good. */
export async function moves(world: World, name: string, state: string): Promise<void> {
  expect(await world.waldur.setSlurmJob(await slurmId(world, name), { state })).toBe(true);
}
