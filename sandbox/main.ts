/**
 * Runs the local Slack and the local Waldur, each in its own process, for any bot to use: `node sandbox/main.ts [--as
 * documented|recorded] [--speed X] [--slack-port N] [--waldur-port N] [--http URL]`. Prints how, then each event as one
 * line. `--speed` is simulated seconds per second; `--http` delivers signed requests to that address instead of by
 * Socket Mode. Stops at SIGINT (Ctrl-C) or SIGTERM.
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { guide } from './guide.ts';
import { type Started, startSlackProcess, startWaldurProcess } from './processes.ts';

const port = z.coerce.number().int().min(0).max(65_535).default(0);
const flags = z.object({
  as: z.enum(['documented', 'recorded']).default('documented'),
  speed: z.coerce.number().nonnegative().default(20),
  'slack-port': port,
  'waldur-port': port,
  http: z.url().optional(),
});

function readFlags() {
  const names = Object.keys(flags.shape);
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  return flags.parse(parseArgs({ options }).values);
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const starting: Promise<Started>[] = [];
const keep = <T extends Started>(one: Promise<T>): Promise<T> => {
  starting.push(one);
  return one;
};

let code: number | null = null;

/** Stops both and ends; the first reason decides the exit code. */
async function stop(reason: number): Promise<void> {
  code ??= reason;
  const started = await Promise.allSettled(starting);
  await Promise.all(started.map((one) => one.status === 'fulfilled' && one.value.stop()));
  process.exit(code);
}

/** Prints a server's output from now on. If one of the servers ends, so does the sandbox. */
function follow(name: string, server: Started): void {
  server.follow((line) => print(`${name.padEnd(6)} ${eventOf(line)}`));
  server.process.once('exit', () => void stop(1));
}

/** The local Waldur writes its events as JSON. */
function eventOf(line: string): string {
  return /^\{"event":".*"\}$/.test(line) ? String(JSON.parse(line).event) : line;
}

async function main(): Promise<void> {
  const { as, speed, http, ...ports } = readFlags();
  const delivery = http === undefined ? [] : ['--http', http];
  const pace = ['--as', as, '--speed', String(speed)];
  const [slack, waldur] = await Promise.all([
    keep(startSlackProcess('--port', String(ports['slack-port']), ...delivery)),
    keep(startWaldurProcess('--port', String(ports['waldur-port']), ...pace)),
  ]);
  for (const line of guide(slack, waldur, { as, http: http ?? null })) print(line);
  follow('slack', slack);
  follow('waldur', waldur);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(0));

main().catch(async (error: unknown) => {
  const reason = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
  process.stderr.write(`The sandbox did not start.\n${reason}\n`);
  await stop(1);
});

function messageOf(error: unknown): string {
  return Error.isError(error) ? error.message : String(error);
}
