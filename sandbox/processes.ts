/** Starts the sandbox's servers and the bot in their own processes, for the demo, tests and benchmarks. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A process that was started, and the lines it has printed so far. */
export interface Started {
  process: ChildProcess;
  lines: string[];
  /** Waits for a line. Rejects if the process ends, or if the line does not come in time. */
  line(fits: (line: string) => boolean, timeoutMs?: number): Promise<string>;
  /** Gets every line from now on. */
  follow(each: (line: string) => void): void;
  /** Ends it as a supervisor would, and waits. */
  stop(): Promise<void>;
  /** Ends it at once (SIGKILL), and waits. */
  kill(): Promise<void>;
}

const slackReady = z.object({
  ready: z.literal(true),
  url: z.string(),
  apiUrl: z.string(),
  filesOrigin: z.string(),
  botToken: z.string(),
  appToken: z.string(),
  signingSecret: z.string(),
});
const waldurReady = z.object({
  ready: z.object({ url: z.string(), tokens: z.record(z.string(), z.string()) }),
});

export type SlackReady = z.infer<typeof slackReady>;
export type WaldurReady = z.infer<typeof waldurReady>['ready'];

/** The local Slack, with the arguments of sandbox/slack/main.ts. */
export async function startSlackProcess(...args: string[]): Promise<Started & SlackReady> {
  const started = startNode(['sandbox/slack/main.ts', ...args], {});
  const ready = await started.line((line) => line.startsWith('{"ready"'));
  return { ...started, ...slackReady.parse(JSON.parse(ready)) };
}

/** The local Waldur, with the arguments of sandbox/waldur/main.ts. */
export async function startWaldurProcess(...args: string[]): Promise<Started & WaldurReady> {
  const started = startNode(['sandbox/waldur/main.ts', ...args], {});
  const ready = await started.line((line) => line.startsWith('{"ready"'));
  return { ...started, ...waldurReady.parse(JSON.parse(ready)).ready };
}

/** What points a bot at a sandbox, besides its own settings. */
export function botEnvironment(slack: SlackReady, waldur: WaldurReady): Record<string, string> {
  return {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    SLACK_FILES_ORIGIN: slack.filesOrigin,
    WALDUR_URL: waldur.url,
  };
}

/** V8 lets the space for new objects grow to 16 MiB, three times over. With this the bot is smaller, and not slower. */
const YOUNG = '--max-semi-space-size=4';

/** Starts the real bot, unchanged, in a folder of its own: its data is there, and it reads no .env. */
export async function startBotProcess(
  directory: string,
  environment: Record<string, string>,
): Promise<Started> {
  const started = startNode([YOUNG, `${root}src/app.ts`], environment, directory);
  await started.line((line) => line.includes('"msg":"started"'));
  return started;
}

/** Runs a file with this Node, as package.json's scripts do. The lines of both stderr and stdout are kept. */
export function startNode(
  args: string[],
  environment: Record<string, string>,
  directory = root,
): Started {
  const child = spawn(process.execPath, ['--import', `${root}runtime.js`, ...args], {
    cwd: directory,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const followers = new Set<(line: string) => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const check of waiting) check();
      for (const each of followers) each(line);
    });
  }
  const ended = once(child, 'exit');
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await ended;
    }
  };
  return {
    process: child,
    lines,
    line: (fits, timeoutMs = 45_000) => waitForLine({ child, lines, waiting, fits, timeoutMs }),
    follow: (each) => followers.add(each),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

interface Waiting {
  child: ChildProcess;
  lines: string[];
  waiting: Set<() => void>;
  fits: (line: string) => boolean;
  timeoutMs: number;
}

function waitForLine({ child, lines, waiting, fits, timeoutMs }: Waiting): Promise<string> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      clearTimeout(timer);
      waiting.delete(check);
      child.off('exit', exited);
      end();
    };
    const check = () => {
      const found = lines.find(fits);
      if (found !== undefined) settle(() => resolve(found));
    };
    const tail = () => lines.slice(-20).join('\n');
    const exited = () => settle(() => reject(new Error(`The process ended:\n${tail()}`)));
    const timer = setTimeout(
      () => settle(() => reject(new Error(`No such line within ${timeoutMs} ms:\n${tail()}`))),
      timeoutMs,
    );
    waiting.add(check);
    child.once('exit', exited);
    check();
  });
}
