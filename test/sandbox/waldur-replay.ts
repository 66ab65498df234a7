import { FormData, request } from 'undici';
import { differences, type Pairs } from './waldur-compare.ts';
import type { Exchange } from './waldur-recordings.ts';

const RECORDED_HOST = 'https://waldur.example.org';

/** Headers whose presence and value are compared. The others belong to the server software. */
const HEADERS = [
  'Content-Type',
  'Content-Disposition',
  'Content-Language',
  'Allow',
  'Link',
  'Location',
  'Vary',
  'WWW-Authenticate',
  'X-Result-Count',
  'X-impersonator-uuid',
];

/** An answer of the sandbox in the words of the recording: its own address replaced. */
export interface Replayed {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** Sends a recorded request to the sandbox. */
export async function replay(url: string, exchange: Exchange, pairs: Pairs): Promise<Replayed> {
  const { method, path, headers, body } = exchange.request;
  const translate = (text: string) => pairs.ours(text).replaceAll(RECORDED_HOST, url);
  const entries = Object.entries(headers).filter(([, value]) => !value.startsWith('multipart/'));
  const answer = await request(url + translate(path), {
    method,
    headers: Object.fromEntries(entries.map(([name, value]) => [name, translate(value)])),
    body: toSend(body, translate),
  });
  const text = (await answer.body.text()).replaceAll(url, RECORDED_HOST);
  const ours = HEADERS.flatMap((name) => {
    const value = answer.headers[name.toLowerCase()];
    return value === undefined ? [] : [[name, String(value).replaceAll(url, RECORDED_HOST)]];
  });
  return {
    status: answer.statusCode,
    headers: Object.fromEntries(ours),
    body: readText(text, String(answer.headers['content-type'] ?? '')),
  };
}

function readText(text: string, type: string): unknown {
  if (text === '') return null;
  return type === 'application/json' ? JSON.parse(text) : text;
}

function toSend(
  body: Exchange['request']['body'],
  translate: (text: string) => string,
): string | FormData | null {
  if (body === null) return null;
  if ('raw' in body && typeof body.raw === 'string') return body.raw;
  return isForm(body) ? formOf(body, translate) : translate(JSON.stringify(body));
}

type FormBody = Extract<Exchange['request']['body'], { form: Record<string, string> }>;

function isForm(body: object): body is FormBody {
  return 'form' in body && 'files' in body;
}

function formOf({ form, files }: FormBody, translate: (text: string) => string): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(form)) data.set(name, translate(value));
  for (const [name, { filename, type, text }] of Object.entries(files)) {
    data.set(name, new File([scriptBytes(text)], filename, { type }));
  }
  return data;
}

/** The stand-in cluster refused each `#reject`; ours refuses more memory than a node has. U+FFFD was a Latin-1 é. */
function scriptBytes(text: string): Uint8Array<ArrayBuffer> {
  if (text.includes('\uFFFD'))
    return Uint8Array.from(Buffer.from(text.replace('\uFFFD', '\xe9'), 'latin1'));
  return Uint8Array.from(Buffer.from(text.replace('#reject', '#SBATCH --mem=9999G')));
}

/** The differences between the recorded answer and ours. */
export function compare({ response }: Exchange, ours: Replayed, pairs: Pairs): string[] {
  const headers = HEADERS.filter((name) => response.headers[name] !== undefined);
  const recorded = Object.fromEntries(headers.map((name) => [name, response.headers[name]]));
  return [
    ...differences(response.status, ours.status, pairs, 'status'),
    ...differences(recorded, ours.headers, pairs, 'headers'),
    ...bodyDifferences(response.body, ours.body, pairs),
  ];
}

function bodyDifferences(recorded: unknown, ours: unknown, pairs: Pairs): string[] {
  const isLongPage = typeof recorded === 'string' && recorded.includes('name="robots"');
  if (!isLongPage) return differences(recorded, ours, pairs, 'body');
  // The browsable page is recorded only in part, and is not for programs: it has to be a page.
  return String(ours).trimStart().startsWith('<!DOCTYPE html>') ? [] : ['body: not a page'];
}
