/** `npm run test:steady`: is the suite green ten times in a row? Stops at the first run that is not. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

const orders = Array.from({ length: 3 }, () => Math.floor(Math.random() * 1_000_000));
const runs = [
  ...Array.from({ length: 4 }, () => ({ what: 'as it is', args: [] as string[], busy: false })),
  ...orders.map((seed) => ({
    what: `in another order: --randomize --seed ${seed}`,
    args: ['--randomize', '--seed', String(seed)],
    busy: false,
  })),
  ...Array.from({ length: 3 }, () => ({
    what: 'with every core kept busy',
    args: [] as string[],
    busy: true,
  })),
];
const folder = mkdtempSync(join(tmpdir(), 'slurm-steady-'));

for (const [index, { what, args, busy }] of runs.entries()) {
  const file = join(folder, `run-${index + 1}.log`);
  const spinning = busy ? cpus().map(() => spawn(process.execPath, ['-e', 'for (;;);'])) : [];
  const begun = Date.now();
  const green = await passes(args, file).finally(() => {
    for (const each of spinning) each.kill();
  });
  const seconds = Math.round((Date.now() - begun) / 1000);
  console.log(`${index + 1}. ${green ? 'green' : 'RED'} in ${seconds} s, ${what}`);
  if (!green) {
    console.log(`What it printed: ${file}`);
    process.exitCode = 1;
    break;
  }
}

/** Runs the whole suite, which prints into a file. */
async function passes(args: string[], file: string): Promise<boolean> {
  const log = createWriteStream(file);
  const jest = spawn('npm', ['run', '--silent', 'jest', '--', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  jest.stdout.pipe(log, { end: false });
  jest.stderr.pipe(log, { end: false });
  const [code] = await once(jest, 'close');
  log.end();
  return code === 0;
}
