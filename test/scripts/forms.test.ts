import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { readScript, type Script } from '../../src/scripts/script.ts';
import { megabytes, nodeCount } from '../../src/scripts/values.ts';

/** The behaviour of a real Slurm 22.05.8 for each form. The files say how it was asked. */
const recorded = z.object({
  forms: z.array(
    z.object({
      script: z.string(),
      refused: z.string().optional(),
      slurm: z
        .object({
          name: z.string().nullable(),
          time: z.string(),
          nodes: z.string(),
          mem: z.string(),
          array: z.string().optional(),
          tres: z.string().optional(),
          components: z.number().optional(),
        })
        .optional(),
    }),
  ),
});
const forms = ['slurm-forms.json', 'slurm-forms-more.json'].flatMap((file) => {
  const text = readFileSync(new URL(`../fixtures/${file}`, import.meta.url), 'utf8');
  return recorded.parse(JSON.parse(text)).forms;
});

/** Refused by that cluster or that version only: another cluster's name, and sizes that Slurm takes from 23.02 on. */
const elsewhere: ReadonlySet<string> = new Set(['#SBATCH -M x', '--nodes=1,2']);

function read(script: string): Script {
  return readScript(Buffer.from(script), { maxBytes: 1_048_576 });
}

/** As scontrol prints a limit. */
function timeOf(script: Script): string {
  const minutes = script.components[0]?.minutes;
  if (typeof minutes !== 'number') return 'UNLIMITED';
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0');
  const days = Math.floor(minutes / 1440);
  return `${days > 0 ? `${days}-` : ''}${two((minutes % 1440) / 60)}:${two(minutes % 60)}:00`;
}

/** As scontrol prints nodes: `2-2` where they were asked for. */
function nodesOf({ options }: Script): string {
  const nodes = options.nodes === undefined ? null : nodeCount(options.nodes);
  if (nodes === null) return '1';
  return nodes.most === 0 ? String(nodes.least) : `${nodes.least}-${nodes.most}`;
}

/** As scontrol prints memory: in the largest unit that divides it. */
function memoryOf({ options }: Script): string {
  let amount = megabytes(options.mem ?? options['mem-per-cpu'] ?? '0') ?? 0;
  let unit = 0;
  for (; amount > 0 && amount % 1024 === 0; unit += 1) amount /= 1024;
  return amount === 0 ? '0' : `${amount}${'MGT'.charAt(unit)}`;
}

/** As scontrol prints an array: steps written out. */
function arrayOf(script: Script): string | undefined {
  const array = script.components[0]?.array;
  if (!array) return undefined;
  const [, first = '', last = '', step = ''] = /^(\d+)-(\d+):(\d+)$/.exec(array.text) ?? [];
  const indexes: number[] = [];
  for (let at = Number(first); step !== '' && at <= Number(last); at += Number(step)) {
    indexes.push(at);
  }
  const text = step === '' ? array.text : indexes.join(',');
  return array.atATime === null ? text : `${text}%${array.atATime}`;
}

describe('each form as a real Slurm took it', () => {
  const named = forms.map((form): [string, (typeof forms)[number]] => [
    form.script.replace(/^#!\/bin\/bash\n/, '').slice(0, 70),
    form,
  ]);
  test.each(named)('%j', (_name, { script: text, refused, slurm }) => {
    const script = read(text);
    if (refused !== undefined) {
      const isElsewhere = [...elsewhere].some((word) => text.includes(word));
      expect(script.refusals.length > 0).toBe(!isElsewhere);
      return;
    }
    expect(script.refusals).toEqual([]);
    expect(script.options['job-name'] ?? null).toBe(slurm?.name);
    expect(timeOf(script)).toBe(slurm?.time);
    expect(nodesOf(script)).toBe(slurm?.nodes);
    expect(memoryOf(script)).toBe(slurm?.mem);
    expect(arrayOf(script)).toBe(slurm?.array);
    expect(script.components).toHaveLength(slurm?.components ?? 1);
  });
});
