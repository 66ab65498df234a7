import { setTimeout as sleep } from 'node:timers/promises';
import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { NotYet } from './pace.ts';

/** What a failed call means. */
export type SlackFailure =
  /** Slack will answer the same next time: the place does not exist, or the bot has no right to it. */
  | { kind: 'permanent'; code: string }
  /** Slack refused this call, for a reason that may pass or that is our fault. */
  | { kind: 'refused'; code: string }
  /** Slack did nothing: call again after `ms` milliseconds. */
  | { kind: 'later'; ms: number }
  /** Slack may have done it; nobody knows. */
  | { kind: 'ambiguous'; code: string };

/** Codes that end a place for good (docs.slack.dev, errors of chat.postMessage, chat.update, conversations.open). */
const permanent: ReadonlySet<string> = new Set([
  'cannot_dm_bot',
  'cannot_post_to_shared_channel',
  'cannot_reply_to_message',
  'channel_not_found',
  'is_archived',
  'not_in_channel',
  'thread_not_found',
  'user_disabled',
  'user_not_found',
]);
/** The beginning of the codes that a workspace gives if it lets only some people post in a channel. */
const RESTRICTED = 'restricted_action';

/** Codes after which the call may have been done anyway. */
const unknown: ReadonlySet<string> = new Set([
  'fatal_error',
  'internal_error',
  'request_timeout',
  'service_unavailable',
]);

/** Codes after which it is certain that no byte left this machine. */
const unsent: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** The longest that a Retry-After is believed: timers end at 24 days, and then do not wait at all. */
const MOST_S = 3600;

/**
 * What the error of one call of a Slack client means. A call counts as ambiguous unless it is known not to have been
 * carried out: web-api throws plain errors when an answer breaks off, and uses an HTML page as the error code.
 */
export function slackFailure(error: unknown): SlackFailure {
  if (error instanceof NotYet) return { kind: 'later', ms: error.ms };
  if (error instanceof WebAPIRateLimitedError) {
    return { kind: 'later', ms: Math.min(MOST_S, Math.max(1, error.retryAfter)) * 1000 };
  }
  if (error instanceof WebAPIPlatformError) return platformFailure(error.data.error);
  if (error instanceof WebAPIRequestError) return requestFailure(error.original);
  if (error instanceof WebAPIHTTPError) {
    return { kind: 'ambiguous', code: `HTTP ${error.statusCode}` };
  }
  const text = Error.isError(error) ? error.message : '';
  if (text.startsWith('Retry header')) return { kind: 'later', ms: 30_000 };
  return { kind: 'ambiguous', code: Error.isError(error) ? error.name : 'unknown' };
}

function platformFailure(code: string): SlackFailure {
  if (code === 'ratelimited') return { kind: 'later', ms: 30_000 };
  if (unknown.has(code)) return { kind: 'ambiguous', code };
  if (!/^[a-z_]{1,60}$/.test(code)) return { kind: 'ambiguous', code: 'unreadable_answer' };
  const isPermanent = permanent.has(code) || code.startsWith(RESTRICTED);
  return { kind: isPermanent ? 'permanent' : 'refused', code };
}

function requestFailure(error: Error): SlackFailure {
  const codes = [error, error.cause].map(codeOf);
  const never = codes.find((code) => unsent.has(code));
  if (never !== undefined) return { kind: 'later', ms: 5000 };
  return { kind: 'ambiguous', code: codes.find((code) => code !== '') ?? error.name };
}

function codeOf(error: unknown): string {
  return Error.isError(error) && 'code' in error ? String(error.code) : '';
}

/** How long a person is kept waiting at most because Slack says "later". */
const PATIENCE_MS = 30_000;

/** Calls Slack, and calls again after the time that it names: a rate-limited call was not carried out. */
export async function patiently<T>(call: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const failure = slackFailure(error);
      if (failure.kind !== 'later' || Date.now() + failure.ms > deadline) throw error;
      await sleep(failure.ms);
    }
  }
}
