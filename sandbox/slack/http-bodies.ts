/** Reading requests and writing answers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import busboy from 'busboy';
import { isObject, tryJson } from './json.ts';
import type { Json } from './types.ts';

/** The whole body of a request. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** Answers with text of another type. */
export function sendText(
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** The page that Slack shows instead of what was asked for when nobody is signed in. */
export const LOGIN_PAGE =
  '<!DOCTYPE html><html lang="en"><head><title>Sign in | Slack</title></head><body><h1>Sign in to your workspace</h1></body></html>';

export type Parsed = { kind: 'json' | 'form' | 'none'; args: Json; error?: string };

/** The arguments of a request: from the query, a form, a multipart form, or JSON. `error` is Slack's word. */
export async function parseArgs(request: IncomingMessage, body: Buffer): Promise<Parsed> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const query = Object.fromEntries(url.searchParams);
  if (type === 'application/json') return { kind: 'json', ...jsonArgs(body.toString('utf8')) };
  if (type === 'multipart/form-data')
    return { kind: 'form', ...(await multipartArgs(request, body, query)) };
  if (type === 'application/x-www-form-urlencoded')
    return {
      kind: 'form',
      args: { ...query, ...Object.fromEntries(new URLSearchParams(body.toString('utf8'))) },
    };
  if (body.length === 0) return { kind: 'none', args: query };
  return {
    kind: 'none',
    args: query,
    error: type === '' ? 'missing_post_type' : 'invalid_post_type',
  };
}

async function multipartArgs(
  request: IncomingMessage,
  body: Buffer,
  query: Json,
): Promise<{ args: Json; error?: string }> {
  try {
    return { args: { ...query, ...(await multipart(request, body)).fields } };
  } catch {
    return { args: {}, error: 'invalid_form_data' };
  }
}

function jsonArgs(text: string): { args: Json; error?: string } {
  if (text === '') return { args: {} };
  const value = tryJson(text);
  if (value === undefined) return { args: {}, error: 'invalid_json' };
  return isObject(value) ? { args: value } : { args: {}, error: 'json_not_object' };
}

type Multipart = { fields: Record<string, string>; files: Buffer[] };

/** The fields and files of a multipart form that has been read already. */
export async function multipart(request: IncomingMessage, body: Buffer): Promise<Multipart> {
  const { promise, resolve, reject } = Promise.withResolvers<Multipart>();
  const found: Multipart = { fields: {}, files: [] };
  const parser = busboy({ headers: request.headers });
  parser.on('field', (name, value) => {
    found.fields[name] = value;
  });
  parser.on('file', (_name, stream) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => found.files.push(Buffer.concat(chunks)));
  });
  parser.on('close', () => resolve(found));
  parser.on('error', reject);
  parser.end(body);
  return promise;
}

/** The token of an Authorization header, if it is of the form "Bearer …". */
export const bearer = (request: IncomingMessage): string | undefined =>
  /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
