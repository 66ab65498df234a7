import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answered, answerCall } from './django.ts';
import { type Faults, type FullFault, faultAnswer, withOddRow } from './faults.ts';
import type { Answer } from './http-answer.ts';
import { type LedgerEntry, newEntry, noteAnswer, noteBody } from './ledger.ts';
import type { Route } from './routes.ts';
import type { Site } from './site.ts';

/** One request and the place of its answer. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** `http://` and the Host header. */
  origin: string;
  url: URL;
}

/** Everything that answering needs besides the request. */
interface Desk {
  site: Site;
  routes: Route[];
  ledger: LedgerEntry[];
  faults: Faults;
  /** Connections that a fault leaves without an answer. */
  hanging: Set<Socket>;
  delayMs: number;
}

/** Records a request in the ledger, then answers it or plays a fault instead. */
export async function serveApi(desk: Desk, http: Exchange): Promise<void> {
  const { site, ledger, faults } = desk;
  const at = new Date(site.clock.wall()).toISOString();
  const entry = newEntry(site.world, ledger.length + 1, at, http.request, http.url);
  ledger.push(entry);
  const fault = faults.take(entry);
  entry.fault = fault?.kind ?? null;
  if (fault?.kind === 'cut') http.request.socket.destroy();
  else if (fault?.kind === 'hang') desk.hanging.add(http.request.socket);
  else await answerOrFail(desk, http, entry, fault);
  const outcome = entry.status ?? `(${fault?.kind})`;
  site.log(`${entry.method} ${entry.path} as ${entry.as ?? 'nobody'}: ${outcome}`);
}

async function answerOrFail(
  desk: Desk,
  http: Exchange,
  entry: LedgerEntry,
  fault: FullFault | null,
): Promise<void> {
  const answered = await work(desk, http, entry, fault);
  entry.as = answered.user?.username ?? null;
  if (fault?.kind === 'lost_answer') {
    http.request.socket.destroy();
    return;
  }
  const wait = desk.delayMs + (fault?.kind === 'slow' ? fault.ms : 0);
  if (wait > 0) await sleep(wait);
  noteAnswer(entry, answered);
  http.response.setHeader('Date', new Date(desk.site.clock.wall()).toUTCString());
  send(http.response, answered.answer, entry.method === 'HEAD');
}

/** Does what was asked, unless a fault answers in its place. */
async function work(
  desk: Desk,
  { request, origin, url }: Exchange,
  entry: LedgerEntry,
  fault: FullFault | null,
): Promise<Answered> {
  const body = await noteBody(entry, request);
  const wrong = fault && faultAnswer(fault, origin);
  if (wrong && !fault.done) return { answer: wrong, user: null };
  const { method, path } = entry;
  const call = { method, path, query: url.searchParams, headers: request.headers, origin, body };
  const real = answerCall(desk.site, desk.routes, call);
  if (fault?.kind === 'odd_row') return { ...real, answer: withOddRow(real.answer, fault.row) };
  return wrong ? { answer: wrong, user: real.user } : real;
}

export function send(response: ServerResponse, answer: Answer, headOnly = false): void {
  const length = answer.body ? { 'Content-Length': String(answer.body.length) } : {};
  response.writeHead(answer.status, { ...answer.headers, ...length });
  response.end(headOnly ? null : answer.body);
}
