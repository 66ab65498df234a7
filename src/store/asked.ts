import { z } from 'zod';
import type { AskedFor } from '../jobs/asked-for.ts';

const number = z.number();

const askedJson: z.ZodType<AskedFor> = z.object({
  partition: z.string().nullable(),
  nodes: z.object({ least: number, most: number }).nullable(),
  gpus: z
    .object({
      count: number,
      type: z.string(),
      per: z.enum(['job', 'node', 'task', 'socket']),
    })
    .nullable(),
  memory: z
    .object({
      megabytes: z.union([number, z.literal('all')]),
      per: z.enum(['node', 'cpu', 'gpu']),
    })
    .nullable(),
  minutes: z.union([number, z.literal('none')]).nullable(),
});

/** What a script asked for, as its submission keeps it. */
export function readAsked(text: string | null): AskedFor | null {
  return text === null ? null : askedJson.nullable().parse(JSON.parse(text));
}
