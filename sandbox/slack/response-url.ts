import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkMessage } from './blocks/index.ts';
import { LOGIN_PAGE, parseArgs, readBody, sendJson, sendText } from './http-bodies.ts';
import { objects, stringAt, tryJson } from './json.ts';
import { announceMessage } from './message-events.ts';
import { addMessage, deleteMessage, editMessage } from './posting.ts';
import type { ResponseTarget } from './response-url-store.ts';
import { SlackError } from './slack-error.ts';
import type { Json, Message } from './types.ts';
import type { Workspace } from './workspace.ts';
import { BOT } from './world.ts';

/** Serves the response_urls. Answers `ok` as text, or JSON with Slack's word for the error. */
export async function serveResponseUrl(
  space: Workspace,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url ?? '';
  const body = await readBody(request);
  const fault = space.faults.take('response_url', body.toString('utf8'));
  const { args } = await parseArgs(request, body);
  const early = EARLY[fault?.kind ?? ''];
  const result = early ?? answer(space, path, payloadOf(args));
  space.ledger.add('response_url', { args, fault: fault?.kind, ...result });
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'cut' || fault?.kind === 'lost_answer') response.destroy();
  else if (fault?.kind === 'html') sendText(response, 200, 'text/html; charset=utf-8', LOGIN_PAGE);
  else if (result.error === undefined) sendText(response, 200, 'text/plain; charset=utf-8', 'ok');
  else
    sendJson(
      response,
      result.status,
      { ok: false, error: result.error },
      retryAfter(fault?.retryAfter, result.status),
    );
}

type Result = { status: number; error?: string } & Json;

/** The answer of a fault, before anything is done. */
const EARLY: Record<string, Result | undefined> = {
  ratelimited: { status: 429, error: 'ratelimited' },
  http500: { status: 500, error: 'internal_error' },
  http503: { status: 503, error: 'service_unavailable' },
  cut: { status: 0, error: 'sandbox: cut' },
  hang: { status: 0, error: 'sandbox: hang' },
  html: { status: 200, error: 'sandbox: html' },
};

const retryAfter = (seconds: number | undefined, status: number): Record<string, string> =>
  status === 429 ? { 'retry-after': String(Math.ceil(seconds ?? 1)) } : {};

/** A form may carry the whole message as JSON in `payload`. */
const payloadOf = (args: Json): Json => {
  const [first] = typeof args.payload === 'string' ? objects([tryJson(args.payload)]) : [];
  return first ?? args;
};

const STATUS: Record<string, number | undefined> = {
  used_url: 404,
  expired_url: 404,
  invalid_url: 404,
};

function answer(space: Workspace, path: string, args: Json): Result {
  try {
    const target = space.responseUrls.check(path);
    const message = respond(space, target, args);
    space.responseUrls.use(path);
    const { channel, user } = target;
    return { status: 200, channel, user, ts: message?.ts };
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    return { status: STATUS[error.code] ?? 400, error: error.code, ...error.extra };
  }
}

const isYes = (value: unknown): boolean => value === true || value === 'true';

/** Carries out an answer: shows, replaces or deletes a message. Throws if Slack would refuse it. */
export function respond(space: Workspace, target: ResponseTarget, args: Json): Message | undefined {
  const original = originalOf(space, target);
  if (isYes(args.delete_original)) {
    if (original !== undefined) deleteMessage(space, original);
    return original;
  }
  const blocks =
    typeof args.blocks === 'string' ? tryJson(args.blocks) : (args.blocks ?? undefined);
  const attachments = args.attachments ?? undefined;
  const text = stringAt(args, 'text');
  const refused = checkMessage({ text, blocks, attachments }, 'response_url');
  if (refused !== null) throw new SlackError(refused.error, { messages: refused.messages });
  const content = {
    text,
    blocks: blocks === undefined ? undefined : objects(blocks),
    attachments: attachments === undefined ? undefined : objects(attachments),
  };
  if (original !== undefined && replaces(args)) {
    editMessage(space, original, { ...content, blocks: content.blocks ?? [] });
    return original;
  }
  return post(space, target, args, content);
}

/** An answer to an action replaces its message if it says so, or if it does not say where to go. */
const replaces = (args: Json): boolean =>
  args.replace_original === undefined
    ? args.response_type === undefined
    : isYes(args.replace_original);

function originalOf(
  space: Workspace,
  { channel, user, message }: ResponseTarget,
): Message | undefined {
  if (message === undefined) return undefined;
  return message.ephemeral
    ? space.messages.findSeen(channel, message.ts, user)
    : space.messages.find(channel, message.ts);
}

type Content = {
  text: string | undefined;
  blocks: Json[] | undefined;
  attachments: Json[] | undefined;
};

function post(space: Workspace, target: ResponseTarget, args: Json, content: Content): Message {
  const isPublic = args.response_type === 'in_channel';
  const message = addMessage(space, {
    ...content,
    text: content.text ?? '',
    channel: target.channel,
    user: BOT,
    thread_ts: stringAt(args, 'thread_ts'),
    to: isPublic ? undefined : target.user,
  });
  if (isPublic) space.background(announceMessage(space, message));
  return message;
}
