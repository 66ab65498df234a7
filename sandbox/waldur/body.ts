import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import busboy from 'busboy';
import { refuse } from './http-answer.ts';

export interface UploadedFile {
  field: string;
  filename: string;
  bytes: Buffer;
  sha256: string;
}

/** The body of a request as it came; `formData` says what it means. */
export type Body =
  | { kind: 'none' }
  | { kind: 'form'; fields: Record<string, string>; files: UploadedFile[] }
  | { kind: 'json'; text: string }
  | { kind: 'broken form' }
  | { kind: 'unsupported'; type: string };

/** The input of a serializer: values and files by name. */
export interface FormData {
  values: Record<string, unknown>;
  files: Record<string, UploadedFile>;
}

/**
 * Reads the whole body. Never refuses: a wrong body matters only once the caller is known to be allowed.
 * Rejects when the client goes away before all of it has come.
 */
export async function readBody(request: IncomingMessage): Promise<Body> {
  const type = request.headers['content-type'] ?? '';
  const kind = type.split(';')[0]?.trim().toLowerCase() ?? '';
  if (kind === 'multipart/form-data') return readMultipart(request);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString('utf8');
  if (kind === 'application/json') return { kind: 'json', text };
  if (kind === 'application/x-www-form-urlencoded')
    return { kind: 'form', fields: Object.fromEntries(new URLSearchParams(text)), files: [] };
  return text === '' ? { kind: 'none' } : { kind: 'unsupported', type };
}

function readMultipart(request: IncomingMessage): Promise<Body> {
  const fields: Record<string, string> = {};
  const files: UploadedFile[] = [];
  return new Promise((resolve, reject) => {
    request.once('close', () => {
      if (!request.complete) reject(new Error('the client went away'));
    });
    const broken = () => {
      request.resume();
      resolve({ kind: 'broken form' });
    };
    try {
      const parser = busboy({ headers: request.headers, defParamCharset: 'utf8' });
      parser.on('field', (name, value) => {
        fields[name] = value;
      });
      parser.on('file', (field, stream, info) => {
        collect(stream, (bytes, sha256) => {
          files.push({ field, filename: info.filename ?? '', bytes, sha256 });
        });
      });
      parser.on('close', () => resolve({ kind: 'form', fields, files }));
      parser.on('error', broken);
      request.pipe(parser);
    } catch {
      broken();
    }
  });
}

/** Keeps the bytes and hashes them. */
function collect(stream: Readable, done: (bytes: Buffer, sha256: string) => void): void {
  const hash = createHash('sha256');
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => {
    hash.update(chunk);
    chunks.push(chunk);
  });
  stream.on('close', () => done(Buffer.concat(chunks), hash.digest('hex')));
}

/** The body as DRF's parsers give it; refuses with 415 or 400 in their words. */
export function formData(body: Body): FormData {
  switch (body.kind) {
    case 'none':
      return { values: {}, files: {} };
    case 'form': {
      const files = Object.fromEntries(body.files.map((file) => [file.field, file]));
      return { values: body.fields, files };
    }
    case 'json':
      return { values: parseJson(body.text), files: {} };
    case 'broken form':
      return refuse(400, 'Multipart form parse error - Invalid boundary in multipart: None');
    case 'unsupported':
      return refuse(415, `Unsupported media type "${body.type}" in request.`);
  }
}

function parseJson(text: string): Record<string, unknown> {
  if (text === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const message = Error.isError(error) ? error.message : '';
    return refuse(400, `JSON parse error - ${pythonPosition(text, message)}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  return refuse(400, 'Invalid data. Expected a dictionary.');
}

/** Python says where a value is missing; Node says it otherwise, or says only that the text ended. */
function pythonPosition(text: string, message: string): string {
  const at = Number(/at position (\d+)/.exec(message)?.[1] ?? text.length);
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  const column = at - before.lastIndexOf('\n');
  return `Expecting value: line ${line} column ${column} (char ${at})`;
}
