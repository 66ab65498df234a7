import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { botEnvironment, type Started, startBotProcess, startNode } from '../sandbox/processes.ts';
import { controlSlack, type Person, type SlackControl } from '../sandbox/slack/control.ts';
import { startSlack } from '../sandbox/slack/server.ts';
import { ANA } from '../sandbox/slack/world.ts';
import { demoSeed } from '../sandbox/waldur/demo-seed.ts';
import { startWaldur } from '../sandbox/waldur/server.ts';

export type Which = 'ours' | 'floor';

/** One side of a comparison: a program in its own process, with a Slack and a Waldur in this one. */
export interface Stage {
  which: Which;
  slack: SlackControl;
  slackUrl: string;
  ana: Person;
  program: Started;
  /** Milliseconds from starting the program until it listens. */
  startMs: number;
  /** When the sandbox next writes a line that fits: its time in milliseconds. */
  next(fits: (line: string) => boolean): Promise<number>;
  close(): Promise<void>;
}

const floorFile = fileURLToPath(new URL('floor.ts', import.meta.url));
const runtime = fileURLToPath(new URL('../runtime.js', import.meta.url));

/** Starts our bot or the floor. `environment` has its settings besides the addresses of Slack and Waldur. */
export async function startStage(
  which: Which,
  environment: Record<string, string> = {},
): Promise<Stage> {
  const listeners = new Set<(line: string) => void>();
  const log = (line: string) => {
    for (const listener of listeners) listener(line);
  };
  const slack = await startSlack({ manifest: 'manifest.yml', log });
  const waldur = await startWaldur({ as: 'documented', speed: 1, seed: demoSeed, log });
  const point = botEnvironment({ ready: true, ...slack }, { url: waldur.url, tokens: {} });
  const began = performance.now();
  const program = await startProgram(which, { ...point, ...environment });
  const control = controlSlack(slack.url);
  return {
    which,
    slack: control,
    slackUrl: slack.url,
    ana: control.person(ANA),
    program,
    startMs: performance.now() - began,
    next: (fits) => {
      const { promise, resolve } = Promise.withResolvers<number>();
      const listener = (line: string) => {
        if (!fits(line)) return;
        listeners.delete(listener);
        resolve(performance.now());
      };
      listeners.add(listener);
      return promise;
    },
    async close() {
      await program.kill();
      await Promise.all([slack.close(), waldur.close()]);
    },
  };
}

async function startProgram(which: Which, environment: Record<string, string>): Promise<Started> {
  const directory = mkdtempSync(join(tmpdir(), 'slurm-bench-'));
  if (which === 'ours') return startBotProcess(directory, environment);
  const started = startNode(['--import', runtime, floorFile], environment, directory);
  await started.line((line) => line.includes('INFO started'));
  return started;
}

/** Links a person's account, so that our bot can ask Waldur. */
export async function connect(person: Person, token: string): Promise<void> {
  await person.command('dm', '/slurm connect');
  await seen(async () => (await person.modal()) ?? undefined);
  await person.submit({ 'Waldur API token': token });
  await seen(async () => {
    const view = await person.modal();
    return JSON.stringify(view).includes('Connected to Waldur') ? true : undefined;
  });
  await person.closeModal();
}

/** Polls until there is something. */
export async function seen<T>(probe: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 400; tries += 1) {
    const found = await probe();
    if (found !== undefined) return found;
    await sleep(25);
  }
  throw new Error('the bot did not answer within 10 s');
}
