import { readScript } from '../src/scripts/script.ts';
import { quantile, type Row, table } from './numbers.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const ROUNDS = 40;

/** The lines that fill a script: those of most scripts, and those that are the hardest for the reader. */
const bodies: Record<string, string> = {
  commands: 'srun --ntasks=4 ./train --data "$DATA" > "out.$SLURM_JOB_ID" 2>&1 # a step\n',
  'here-documents': 'cat <<EOF > child.sh\n#SBATCH --mem=4G\nEOF\n#SBATCH --mem=4G\n',
  directives: '#SBATCH --job-name="a b" --mem 4G -n4 # enough\n',
  'misspelt options': '#SBATCH --ntsaks=4 --mme=4G\n',
  'quotes and escapes': `a="\\"b\\"'c'" 'd"e' \\' f#g $'h\\'i' <<< "j" $((1 << 2))\n`,
};

function scriptOf(body: string, bytes: number): Buffer {
  const head = '#!/bin/bash\n#SBATCH --job-name=bench\n';
  return Buffer.from(`${head}${body.repeat(Math.ceil(bytes / body.length))}`.slice(0, bytes));
}

/** Nanoseconds per byte: the median of many rounds, each over at least 1 MiB. */
function pace(script: Buffer): number {
  const times: number[] = [];
  const repeats = Math.ceil(MIB / script.length);
  for (let round = 0; round < ROUNDS; round += 1) {
    const begin = performance.now();
    for (let time = 0; time < repeats; time += 1) readScript(script, { maxBytes: 20 * MIB });
    times.push(((performance.now() - begin) * 1e6) / (repeats * script.length));
  }
  return quantile(times.slice(ROUNDS / 10), 0.5);
}

/** How long the reader takes for a byte of a large script, against a byte of a small one: linear in size is 1. */
export function readerRows(): Row[] {
  return Object.entries(bodies).map(([name, body]) => {
    const floor = pace(scriptOf(body, 10 * KIB));
    const ours = pace(scriptOf(body, MIB));
    const speed = Math.round(1e9 / ours / MIB);
    const what = `reading a script of ${name} at ${speed} MiB/s: 1 MiB against 10 KiB (both ours)`;
    return { what, unit: 'ns/byte', aim: 1.1, ours, floor };
  });
}

if (import.meta.main) process.stdout.write(`${table(readerRows())}\n`);
