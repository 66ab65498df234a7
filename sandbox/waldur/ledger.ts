import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { type Body, readBody } from './body.ts';
import type { Answered } from './django.ts';
import type { World } from './world.ts';

const LARGEST_BODY = 16 * 1024;

/** One request that the sandbox received. Appended when it arrives, complete once it is answered. */
export const LedgerEntry = z.object({
  seq: z.number(),
  /** When it arrived, by the sandbox's wall clock. */
  at: z.string(),
  method: z.string(),
  /** Path without the query. */
  path: z.string(),
  query: z.string(),
  /** Username of whom it was answered as; null for nobody. */
  as: z.string().nullable(),
  /** Whose token came with it ("ana"), "unknown", or null for none. Never the token itself. */
  token: z.string().nullable(),
  /** The header X-Impersonated-User-Uuid. */
  impersonates: z.string().nullable(),
  contentType: z.string().nullable(),
  /** Fields of a form, without its files. */
  fields: z.record(z.string(), z.string()),
  file: z.object({ filename: z.string(), bytes: z.number(), sha256: z.string() }).nullable(),
  /** Kind of the fault that hit it. */
  fault: z.string().nullable(),
  /** Null until it is answered, and for ever if it never is. */
  status: z.number().nullable(),
  /** The answer, without tokens, if it is JSON and small. */
  body: z.unknown(),
});

export type LedgerEntry = z.infer<typeof LedgerEntry>;

export function newEntry(
  world: World,
  seq: number,
  at: string,
  request: IncomingMessage,
  url: URL,
): LedgerEntry {
  const impersonates = request.headers['x-impersonated-user-uuid'];
  return {
    seq,
    at,
    method: request.method ?? '',
    path: url.pathname,
    query: url.search.slice(1),
    as: null,
    token: tokenId(world, request.headers.authorization),
    impersonates: typeof impersonates === 'string' ? impersonates : null,
    contentType: request.headers['content-type'] ?? null,
    fields: {},
    file: null,
    fault: null,
    status: null,
    body: null,
  };
}

function tokenId(world: World, header: string | undefined): string | null {
  if (header === undefined) return null;
  const token = header.split(/\s+/)[1];
  return world.users.find((user) => user.token === token)?.username ?? 'unknown';
}

/** Reads the body and records its contents. */
export async function noteBody(entry: LedgerEntry, request: IncomingMessage): Promise<Body> {
  const body = await readBody(request);
  if (body.kind !== 'form') return body;
  entry.fields = { ...body.fields };
  const [file] = body.files;
  if (file) entry.file = { filename: file.filename, bytes: file.bytes.length, sha256: file.sha256 };
  return body;
}

export function noteAnswer(entry: LedgerEntry, { answer, user }: Answered): void {
  entry.as = user?.username ?? null;
  entry.status = answer.status;
  const isJson = answer.headers['Content-Type'] === 'application/json';
  if (!answer.body || !isJson || answer.body.length > LARGEST_BODY) return;
  try {
    entry.body = JSON.parse(answer.body.toString('utf8'), (key, value) =>
      key === 'token' ? '(left out)' : value,
    );
  } catch {
    entry.body = answer.body.toString('utf8');
  }
}
