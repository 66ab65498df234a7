import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault } from '../faults.ts';
import {
  bearer,
  LOGIN_PAGE,
  type Parsed,
  parseArgs,
  readBody,
  sendJson,
  sendText,
} from '../http-bodies.ts';
import { tryJson } from '../json.ts';
import type { Rates } from '../rates.ts';
import { SlackError } from '../slack-error.ts';
import type { Json } from '../types.ts';
import type { Workspace } from '../workspace.ts';
import type { Method, TokenKind } from './method.ts';
import { missingScope } from './preconditions.ts';

/** The scopes of the app-level token. */
const APP_SCOPES = ['connections:write'];

type Reply = { status: number; answer: Json; headers: Record<string, string> };

/** One request to the Web API. `method` is undefined for a name that Slack does not know. */
type Call = {
  name: string;
  method: Method | undefined;
  verb: string;
  parsed: Parsed;
  args: Json;
  token: TokenKind;
};

/** Serves the Web API from a table of methods; `rates` says who must wait. */
export function createWebApi(space: Workspace, methods: Map<string, Method>, rates: Rates) {
  return async (
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
  ): Promise<void> => {
    const body = await readBody(request);
    const parsed = await parseArgs(request, body);
    const { token: inBody, ...args } = parsed.args;
    const method = methods.get(name);
    const token = tokenKind(space, bearer(request), method?.token === 'app' ? undefined : inBody);
    const call = { name, method, verb: request.method ?? 'GET', parsed, args, token };
    const shown = readable(args);
    const fault = space.faults.take(name, body.toString('utf8') + JSON.stringify(shown));
    const reply = replyBefore(fault) ?? waitReply(rates(name, args)) ?? answerTo(space, call);
    const { status, answer } = reply;
    const facts = { method: name, token, args: shown, status, answer, error: answer.error };
    space.ledger.add('api', { ...facts, fault: fault?.kind });
    if (fault?.kind === 'drop_socket') space.delivery.dropSockets();
    respond(response, reply, fault);
  };
}

/** Whose token it is: that of the header, else that of the body. */
function tokenKind(space: Workspace, inHeader: string | undefined, inBody: unknown): TokenKind {
  const token = inHeader ?? inBody;
  if (token === undefined || token === '') return 'none';
  if (token === space.tokens.bot) return 'bot';
  return token === space.tokens.app ? 'app' : 'unknown';
}

/** The answer of a fault that comes before anything is done. */
function replyBefore(fault: Fault | undefined): Reply | undefined {
  if (fault === undefined) return undefined;
  if (fault.kind === 'ratelimited') return waitReply(fault.retryAfter);
  if (fault.kind === 'http500')
    return { status: 500, answer: { ok: false, error: 'internal_error' }, headers: {} };
  if (fault.kind === 'http503')
    return { status: 503, answer: { ok: false, error: 'service_unavailable' }, headers: {} };
  const isUndone = ['cut', 'hang', 'html'].includes(fault.kind);
  return isUndone
    ? { status: 0, answer: { ok: false, error: `sandbox: ${fault.kind}` }, headers: {} }
    : undefined;
}

const waitReply = (seconds: number): Reply | undefined =>
  seconds <= 0
    ? undefined
    : {
        status: 429,
        answer: { ok: false, error: 'ratelimited' },
        headers: { 'retry-after': String(Math.ceil(seconds)) },
      };

function answerTo(space: Workspace, call: Call): Reply {
  const headers = scopeHeaders(space, call.method, call.token);
  try {
    return { status: 200, answer: { ok: true, ...run(space, call) }, headers };
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    return { status: 200, answer: { ok: false, error: error.code, ...error.extra }, headers };
  }
}

function run(space: Workspace, { name, method, verb, parsed, args, token }: Call): Json {
  if (method === undefined) throw new SlackError('unknown_method', { req_method: name });
  if (method.token === 'app' && verb !== 'POST') throw new SlackError('insecure_request');
  if (parsed.error !== undefined) throw new SlackError(parsed.error);
  needToken(space, method, token);
  return method.run(space, parsed.kind === 'json' && !method.takesJson ? {} : args, token);
}

/** Throws not_authed, invalid_auth, not_allowed_token_type or missing_scope. */
function needToken(space: Workspace, method: Method, token: TokenKind): void {
  if (method.token === 'none') return;
  if (token === 'none') throw new SlackError('not_authed');
  if (token === 'unknown') throw new SlackError('invalid_auth');
  if (method.token !== 'any' && method.token !== token)
    throw new SlackError('not_allowed_token_type');
  const isAllowed =
    method.scopes.length === 0 || method.scopes.some((scope) => space.scopes.includes(scope));
  if (!isAllowed) throw missingScope(space, method.scopes.join(','));
}

function scopeHeaders(
  space: Workspace,
  method: Method | undefined,
  token: TokenKind,
): Record<string, string> {
  if (token !== 'bot' && token !== 'app') return {};
  const scopes = token === 'bot' ? space.scopes : APP_SCOPES;
  const accepted =
    method === undefined || method.scopes.length === 0
      ? {}
      : { 'x-accepted-oauth-scopes': method.scopes.join(',') };
  return { 'x-oauth-scopes': scopes.join(','), ...accepted };
}

function respond(response: ServerResponse, reply: Reply, fault: Fault | undefined): void {
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'cut' || fault?.kind === 'lost_answer') {
    response.destroy();
    return;
  }
  if (fault?.kind === 'html') sendText(response, 200, 'text/html; charset=utf-8', LOGIN_PAGE);
  else sendJson(response, reply.status, reply.answer, reply.headers);
}

/** Arguments for the ledger: structures that came as strings are shown as structures. */
const readable = (args: Json): Json =>
  Object.fromEntries(
    Object.entries(args).map(([key, value]) => {
      const isStructure = typeof value === 'string' && /^[[{]/.test(value);
      return [key, isStructure ? (tryJson(value) ?? value) : value];
    }),
  );
