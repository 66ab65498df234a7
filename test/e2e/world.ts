import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  botEnvironment,
  type SlackReady,
  type Started,
  startBotProcess,
  startSlackProcess,
  startWaldurProcess,
  type WaldurReady,
} from '../../sandbox/processes.ts';
import {
  controlSlack,
  type Person,
  type SeenMessage,
  type SlackControl,
} from '../../sandbox/slack/control.ts';
import { ANA, BEN, GUEST } from '../../sandbox/slack/world.ts';
import { controlWaldur, type WaldurControl } from '../../sandbox/waldur/control.ts';

/** The real bot against both stand-ins, each a process of its own, and the people who use it. */
export interface World {
  slack: SlackControl;
  waldur: WaldurControl;
  slackReady: SlackReady;
  waldurReady: WaldurReady;
  ana: Person;
  ben: Person;
  guest: Person;
  /** Tokens of Waldur by username. */
  tokens: Record<string, string>;
  /** Where the bot keeps its data. */
  directory: string;
  /** The bot as it runs now. */
  bot(): Started;
  /** Starts the bot (again); it is not stopped before. */
  startBot(environment?: Record<string, string>): Promise<Started>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  /** Arguments of sandbox/waldur/main.ts besides the port. */
  waldur?: string[];
  slack?: string[];
  environment?: Record<string, string>;
}

const quick = { POLL_MIN_SECONDS: '0.2', POLL_MAX_SECONDS: '0.5', LOG_LEVEL: 'info' };

/** Starts everything; a test file does this once, and gives each test names of its own. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'slurm-for-slack-'));
  const [slack, waldur] = await Promise.all([
    startSlackProcess(...(options.slack ?? [])),
    startWaldurProcess(...(options.waldur ?? ['--speed', '20'])),
  ]);
  const control = controlSlack(slack.url);
  let bot: Started | null = null;
  const startBot = async (environment: Record<string, string> = {}) => {
    const settings = { ...botEnvironment(slack, waldur), ...quick, ...options.environment };
    bot = await startBotProcess(directory, { ...settings, ...environment });
    return bot;
  };
  await startBot();
  return {
    slack: control,
    waldur: controlWaldur(waldur.url),
    slackReady: slack,
    waldurReady: waldur,
    ana: control.person(ANA),
    ben: control.person(BEN),
    guest: control.person(GUEST),
    tokens: waldur.tokens,
    directory,
    bot() {
      if (bot === null) throw new Error('the bot has not been started');
      return bot;
    },
    startBot,
    async stop() {
      await bot?.kill();
      await Promise.all([slack.stop(), waldur.stop()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Waits until `probe` gives something; its last answer or error is in the failure. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | null | undefined | false>,
  timeoutMs = 10_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await sleep(50);
  }
}

/** Waits until a person sees a message whose text fits; what they see instead is in the failure. */
export async function sees(
  person: Person,
  channel: string,
  text: string | RegExp,
  timeoutMs = 10_000,
): Promise<SeenMessage> {
  let seen: SeenMessage[] = [];
  const fits = (message: SeenMessage) =>
    typeof text === 'string' ? message.text.includes(text) : text.test(message.text);
  try {
    return await until(
      String(text),
      async () => {
        seen = await person.screen(channel);
        return seen.findLast(fits);
      },
      timeoutMs,
    );
  } catch {
    const lines = seen.map((message) => `  ${message.text}`).join('\n');
    throw new Error(`nobody saw ${text} in ${channel}, but:\n${lines}`);
  }
}

/** Waits until the modal on top of a person's screen has this text somewhere. */
export async function seesModal(person: Person, text: string | RegExp, timeoutMs = 10_000) {
  let last = '';
  try {
    return await until(
      String(text),
      async () => {
        const view = await person.modal();
        last = JSON.stringify(view?.blocks ?? null) + JSON.stringify(view?.title ?? null);
        const fits = typeof text === 'string' ? last.includes(text) : text.test(last);
        return view !== null && fits && view;
      },
      timeoutMs,
    );
  } catch {
    throw new Error(`no modal with ${text}, but: ${last}`);
  }
}

/** Links a person to a Waldur identity, through the bot as they would. */
export async function connect(world: World, person: Person, username: string): Promise<void> {
  await person.command('dm', '/slurm connect');
  await seesModal(person, 'Waldur API token');
  await person.submit({ 'Waldur API token': world.tokens[username] ?? username });
  await seesModal(person, 'Connected to Waldur');
  await person.closeModal();
}

/** A script that runs for a while; `more` are lines for the small Slurm (see sandbox/waldur). */
export function script(name: string, seconds: number, ...more: string[]): string {
  return ['#!/bin/bash', `#SBATCH --job-name=${name}`, ...more, `sleep ${seconds}`, ''].join('\n');
}

/** Shares a script in a conversation, and gives the bot's prompt. */
export async function share(
  person: Person,
  channel: string,
  { name, content, text = '' }: { name: string; content: string | Uint8Array; text?: string },
): Promise<SeenMessage> {
  const { ts } = await person.say(channel, text, { files: [{ name, content }] });
  return until(`the prompt for ${name}`, async () =>
    (await person.screen(channel)).find((message) => message.thread_ts === ts && message.ts !== ts),
  );
}

/** Opens the form of a prompt and submits it. */
export async function submitFrom(
  person: Person,
  channel: string,
  prompt: SeenMessage,
  values: Record<string, string> = {},
): Promise<void> {
  await person.click(channel, prompt.ts, 'Submit…');
  await seesModal(person, 'Allocation');
  await person.suggest('Allocation', '');
  await person.submit({ Allocation: 'bio-gpu · 82 % of GPU hours used', ...values });
}
