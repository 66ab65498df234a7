import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { answering } from './scripted-server.ts';

const exchange = z.object({
  name: z.string(),
  request: z.object({ method: z.string(), path: z.string() }),
  response: z.object({
    status: z.number(),
    headers: z.record(z.string(), z.string()),
    body: z.unknown(),
  }),
});

export type Exchange = z.infer<typeof exchange>;

const FILES = new URL('../fixtures/waldur/', import.meta.url);

/** The exchanges of one file of recordings, by name. */
export async function recordings(file: string): Promise<Map<string, Exchange>> {
  const text = await readFile(new URL(`${file}.json`, FILES), 'utf8');
  return new Map(
    z
      .array(exchange)
      .parse(JSON.parse(text))
      .map((item) => [item.name, item]),
  );
}

/** Answers as a real Waldur was recorded to do. */
export function replaying({ response }: Exchange) {
  const { 'Content-Type': type = 'text/html', ...others } = response.headers;
  return answering(response.status, response.body ?? '', { ...others, 'content-type': type });
}
