import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault } from './faults.ts';
import { appSeesFile } from './file-object.ts';
import { bearer, LOGIN_PAGE, multipart, readBody, sendText } from './http-bodies.ts';
import { hasScope } from './membership.ts';
import type { StoredFile } from './types.ts';
import type { Workspace } from './workspace.ts';

const HTML = 'text/html; charset=utf-8';

const NOT_FOUND =
  '<!DOCTYPE html><html lang="en"><head><title>Slack</title></head><body><h1>File not found</h1></body></html>';

/**
 * Serves url_private as Slack does: it gives the bytes to those who may read them, and a sign-in page (200) or a 404
 * page to all others.
 */
export function serveFile(
  space: Workspace,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const path = new URL(request.url ?? '/', 'http://sandbox').pathname;
  const id = /^\/files-pri\/[A-Z0-9]+-([A-Z0-9]+)\//.exec(path)?.[1] ?? '';
  const fault = space.faults.take('files.download', path);
  const file = space.files.get(id);
  const result = outcomeOf(space, request, file);
  space.ledger.add('download', {
    file: id,
    outcome: result,
    size: file?.bytes.byteLength,
    fault: fault?.kind,
  });
  if (fault === undefined) answer(response, result, file);
  else playFault(response, fault, file);
}

type Outcome = 'sent' | 'login_page' | 'not_found';

function outcomeOf(
  space: Workspace,
  request: IncomingMessage,
  file: StoredFile | undefined,
): Outcome {
  if (bearer(request) !== space.tokens.bot || !hasScope(space, 'files:read')) return 'login_page';
  const hasBytes = file?.complete === true && file.mode !== 'tombstone' && file.mode !== 'external';
  return hasBytes && appSeesFile(space, file) ? 'sent' : 'not_found';
}

function answer(response: ServerResponse, outcome: Outcome, file: StoredFile | undefined): void {
  if (outcome === 'login_page') sendText(response, 200, HTML, LOGIN_PAGE);
  else if (outcome === 'not_found' || file === undefined) sendText(response, 404, HTML, NOT_FOUND);
  else {
    const { mimetype, bytes } = file;
    // Slack hands its own documents over as pages.
    const type = mimetype === 'application/vnd.slack-docs' ? HTML : mimetype;
    response.writeHead(200, { 'content-type': type, 'content-length': bytes.byteLength });
    response.end(bytes);
  }
}

function playFault(response: ServerResponse, fault: Fault, file: StoredFile | undefined): void {
  if (fault.kind === 'hang') return;
  if (fault.kind === 'html') sendText(response, 200, HTML, LOGIN_PAGE);
  else if (fault.kind === 'ratelimited')
    response.writeHead(429, { 'retry-after': String(fault.retryAfter) }).end();
  else if (fault.kind === 'http500') sendText(response, 500, 'text/plain', 'internal error');
  else if (fault.kind === 'http503') sendText(response, 503, 'text/plain', 'unavailable');
  else cutHalfway(response, file?.bytes ?? new Uint8Array());
}

/** Promises the whole length, sends half of it, and cuts the connection. */
function cutHalfway(response: ServerResponse, bytes: Uint8Array): void {
  response.writeHead(200, { 'content-length': bytes.byteLength });
  response.write(bytes.subarray(0, bytes.byteLength / 2), () => response.destroy());
}

/** Takes the bytes of an external upload, raw or as a multipart form. */
export async function serveUpload(
  space: Workspace,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const id = (request.url ?? '').split('/').at(-1) ?? '';
  const file = space.files.get(id);
  const fault = space.faults.take('files.upload', id);
  const body = await readBody(request);
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'cut') {
    response.destroy();
    return;
  }
  if (fault !== undefined && fault.kind !== 'lost_answer')
    return sendText(response, 500, 'text/plain', 'error');
  if (file === undefined || file.complete)
    return sendText(response, 404, 'text/plain', 'not found');
  const isForm = request.headers['content-type']?.startsWith('multipart/form-data') === true;
  file.bytes = isForm ? ((await multipart(request, body)).files[0] ?? new Uint8Array()) : body;
  space.ledger.add('upload', {
    user: file.user,
    file: id,
    name: file.name,
    size: file.bytes.byteLength,
  });
  if (fault?.kind === 'lost_answer') response.destroy();
  else sendText(response, 200, 'text/plain', `OK - ${file.bytes.byteLength}`);
}
