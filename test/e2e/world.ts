import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
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
  type FileToSend,
  type Person,
  type SeenMessage,
  type SlackControl,
} from '../../sandbox/slack/control.ts';
import { ANA, BEN, BOT, GUEST } from '../../sandbox/slack/world.ts';
import { controlWaldur, type WaldurControl } from '../../sandbox/waldur/control.ts';
import { readable } from '../../src/logging/readable.ts';

/** The real bot with both sandboxes, each in its own process, and the people who use it. */
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
  /** Where Slack delivers to; null in Socket Mode. */
  requestUrl: string | null;
  /** The bot as it runs now. */
  bot(): Started;
  /** Starts the bot (again), without stopping it before. */
  startBot(environment?: Environment): Promise<Started>;
  /**
   * Leaves nothing of a test behind, which may have sent people away or changed anything: the app is removed, so that
   * the bot drops everything, and both stand-ins begin anew. The bot itself runs on: where it was started otherwise, or
   * has learnt what it keeps to itself, it has to be new, which takes longer.
   */
  startOver(bot?: 'new'): Promise<void>;
  stop(): Promise<void>;
}

type Environment = Record<string, string>;

export interface WorldOptions {
  /** Arguments of sandbox/waldur/main.ts besides the port. */
  waldur?: string[];
  slack?: string[];
  environment?: Environment;
  /** Signed HTTP (SLACK_SIGNING_SECRET and PORT) instead of Socket Mode. */
  http?: boolean;
}

const quick = {
  POLL_MIN_SECONDS: '0.2',
  POLL_MAX_SECONDS: '0.5',
  LOST_ANSWER_SECONDS: '2',
  RETRY_SECONDS: '0.1',
  LOG_LEVEL: 'info',
};

/** Both sandboxes, without a bot. */
export async function startSandboxes({
  slack = [],
  waldur = ['--speed', '20'],
  http = false,
}: WorldOptions) {
  const port = http ? await freePort() : null;
  const requestUrl = port === null ? null : `http://127.0.0.1:${port}/slack/events`;
  const delivery = requestUrl === null ? [] : ['--http', requestUrl];
  const started = [
    startSlackProcess(...delivery, ...slack),
    startWaldurProcess(...waldur),
  ] as const;
  const [slackReady, waldurReady] = await Promise.all(started);
  return { slack: slackReady, waldur: waldurReady, port, requestUrl };
}

/** Starts everything; a test file does this once, and gives each test names of its own. */
export async function startWorld(
  options: WorldOptions = {},
  sandboxes?: Awaited<ReturnType<typeof startSandboxes>>,
): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'slurm-for-slack-'));
  const { slack, waldur, port, requestUrl } = sandboxes ?? (await startSandboxes(options));
  const control = controlSlack(slack.url);
  let bot: Started | null = null;
  const startBot = async (environment: Environment = {}) => {
    const settings = {
      ...botEnvironment(slack, waldur),
      ...(port !== null && {
        SLACK_APP_TOKEN: '',
        SLACK_SIGNING_SECRET: slack.signingSecret,
        PORT: String(port),
      }),
      ...quick,
      ...options.environment,
    };
    const started = await startBotProcess(directory, { ...settings, ...environment });
    bot = {
      ...started,
      get lines() {
        return started.lines.map(asRead);
      },
    };
    return bot;
  };
  await startBot();
  const waldurControl = controlWaldur(waldur.url);
  return {
    slack: control,
    waldur: waldurControl,
    slackReady: slack,
    waldurReady: waldur,
    ana: control.person(ANA),
    ben: control.person(BEN),
    guest: control.person(GUEST),
    tokens: waldur.tokens,
    directory,
    requestUrl,
    bot() {
      if (bot === null) throw new Error('the bot has not been started');
      return bot;
    },
    startBot,
    async startOver(which) {
      if (which === 'new') {
        await bot?.stop();
        rmSync(join(directory, 'data'), { recursive: true, force: true });
      } else {
        await control.uninstall();
      }
      await Promise.all([control.startOver(), waldurControl.startOver()]);
      if (which === 'new') await startBot();
    },
    async stop() {
      await bot?.kill();
      await Promise.all([slack.stop(), waldur.stop()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A line of the bot's log as a person reads it on a terminal. */
function asRead(line: string): string {
  return line.startsWith('{') ? readable(JSON.parse(line)) : line;
}

/** A port that was free a moment ago: Slack has to know it before the bot listens there. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Waits until `probe` gives something. The failure has its last answer or error. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | null | undefined | false>,
  timeoutMs = 45_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (let pause = 5; ; pause = Math.min(50, pause * 2)) {
    const found = await probe();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await sleep(pause);
  }
}

/** Waits until a person sees a message whose text fits. The failure says what they see instead. */
export async function sees(
  person: Person,
  channel: string,
  text: string | RegExp,
  timeoutMs = 45_000,
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

/** Waits until the modal on top of a person's screen contains this text. */
export async function seesModal(person: Person, text: string | RegExp, timeoutMs = 45_000) {
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

/** A script to share, and what is written with it. */
interface Shared extends FileToSend {
  text?: string;
}

/** Shares a script in a conversation, and gives the bot's prompt, and the file's id. */
export async function share(
  person: Person,
  channel: string,
  { text = '', ...file }: Shared,
): Promise<SeenMessage & { fileId: string }> {
  const { ts, files } = await person.say(channel, text, { files: [file] });
  const prompt = await until(`the prompt for ${file.name}`, async () =>
    (await person.screen(channel)).find((message) => message.thread_ts === ts && message.ts !== ts),
  );
  return { ...prompt, fileId: files[0]?.id ?? '' };
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

/** True for the bot's own news about followed jobs, which can come at any time and answers nobody. */
const byItself =
  /^\S+ (<@U\w+> |\S+ started|.* — (Submitting|Submitted|Queued|Running|Completed|Failed|Cancelled)\b)/;

/** Does something, and returns the next message of the bot that is new to the person. */
export async function answer(
  person: Person,
  channel: string,
  act: () => Promise<unknown>,
  fits?: RegExp,
): Promise<SeenMessage> {
  const before = new Set((await person.screen(channel)).map(({ ts }) => ts));
  await act();
  const isAnswer = (text: string) => fits?.test(text) ?? !byItself.test(text);
  return until(`an answer that fits ${fits}`, async () =>
    (await person.screen(channel)).find(
      ({ ts, user, text, ephemeral }) =>
        user === BOT && !before.has(ts) && (isAnswer(text) || (ephemeral && fits === undefined)),
    ),
  );
}

/** Types `/slurm …`, and gives the answer. */
export function slurm(person: Person, channel: string, words: string): Promise<SeenMessage> {
  return answer(person, channel, () => person.command(channel, `/slurm ${words}`));
}

/** Everything a message or modal shows, as one text. */
export function shown(seen: { text?: string; blocks?: unknown } | null): string {
  return `${seen?.text ?? ''}\n${JSON.stringify(seen?.blocks ?? [])}`;
}

/** The reference that a person was told. */
export function refIn(text: string): string {
  const ref = /\bref ([0-9a-f]{6})\b/.exec(text)?.[1];
  if (ref === undefined) throw new Error(`there is no reference in: ${text}`);
  return ref;
}

/** The lines of the bot's log with this reference, once there is one. */
export function logged(world: World, ref: string): Promise<string[]> {
  return until(`a line with ref=${ref}`, async () => {
    const lines = world.bot().lines.filter((line) => line.includes(`ref=${ref}`));
    return lines.length > 0 && lines;
  });
}

/** The requests of an act to Waldur, as `GET /api/users/me/ 200`. */
export async function asksWaldur(world: World, act: () => Promise<unknown>): Promise<string[]> {
  const before = (await world.waldur.requests()).length;
  await act();
  const after = await world.waldur.requests(before);
  return after.map(({ method, path, status }) => `${method} ${path} ${status}`);
}

/** Something that went wrong: what the person was told, and what else it left behind. */
export interface GoneWrong {
  /** Without the reference; all blocks if it was a modal. */
  told: string;
  /** Of the bot's log, with that reference. */
  lines: string[];
  /** Of Waldur: see `asksWaldur`. */
  asked: string[];
}

/** Does something that goes wrong, up to what the person is told. */
export async function goesWrong(
  world: World,
  act: () => Promise<{ text?: string; blocks?: unknown }>,
): Promise<GoneWrong> {
  let seen: { text?: string; blocks?: unknown } = {};
  const asked = await asksWaldur(world, async () => {
    seen = await act();
  });
  const ref = refIn(shown(seen));
  const told = (seen.text ?? shown(seen)).replace(` (ref ${ref})`, '');
  return { told, asked, lines: await logged(world, ref) };
}
