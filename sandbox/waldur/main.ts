import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { demoSeed, emptySeed } from './demo-seed.ts';
import { languages } from './languages.ts';
import { type Seed, SeedSchema } from './seed.ts';
import { startWaldur } from './server.ts';

const Flags = z.object({
  port: z.coerce.number().int().min(0).max(65_535).default(0),
  as: z.enum(['documented', 'recorded']).default('documented'),
  speed: z.coerce.number().nonnegative().default(1),
  seed: z.string().default('demo'),
  'hourly-task': z.enum(['works', 'dies']).default('works'),
  deletion: z.enum(['at once', 'scheduled']).default('at once'),
  states: z.enum(['labels', 'constants']).default('labels'),
  language: z.enum(languages).default('en'),
  'delay-ms': z.coerce.number().nonnegative().default(0),
});

function readFlags() {
  const names = Object.keys(Flags.shape);
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  return Flags.parse(parseArgs({ options }).values);
}

/** `demo`, `empty`, or a file with another seed as JSON. */
function readSeed(name: string): Seed {
  if (name === 'demo') return demoSeed;
  if (name === 'empty') return emptySeed;
  const text: unknown = JSON.parse(readFileSync(name, 'utf8'));
  return SeedSchema.parse(text);
}

function printLine(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const flags = readFlags();
const seed = readSeed(flags.seed);
const waldur = await startWaldur({
  port: flags.port,
  as: flags.as,
  speed: flags.speed,
  seed,
  hourlyTask: flags['hourly-task'],
  deletion: flags.deletion,
  states: flags.states,
  language: flags.language,
  delayMs: flags['delay-ms'],
  log: (event) => printLine({ event }),
});
// The tokens are made up and known from the seed, so printing them gives nothing away.
const tokens = Object.fromEntries(seed.users.map((user) => [user.username, user.token]));
printLine({ ready: { url: waldur.url, as: flags.as, tokens } });

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void waldur.close().then(() => process.exit(0)));
}
