import { NotConnected } from '../accounts/waldur-accounts.ts';
import { isWaldurFailure } from '../api/errors.ts';
import { explainWaldur } from '../api/explain.ts';
import { Problem } from '../jobs/problem.ts';
import type { Fields, Log } from '../logging/logger.ts';
import { type Message, say, smallPrint } from '../views/message.ts';
import { capital, escaped } from '../views/text.ts';
import type { Interaction } from './interaction.ts';

/** The answer to a request that failed: what happened, what to do now, and the reference in the log. */
export function failure(error: unknown, ref: string): Message {
  return say(`${escaped(capital(explain(error)))} (ref ${ref})`);
}

function explain(error: unknown): string {
  if (error instanceof Problem) return error.message;
  if (isWaldurFailure(error)) return explainWaldur(error);
  return 'Something went wrong in the bot. Nothing more was done. Try again; if it stays, give the people who run the bot this reference.';
}

/**
 * The answer to a refusal for which a command has better words. It is logged once, with the same reference.
 * @param text mrkdwn
 */
export function refusal({ log, ref }: Interaction, error: unknown, text: string): Message {
  logFailure(log, 'refused', error);
  return say(`${text} (ref ${ref})`);
}

/**
 * Logs a failure once: as info if the person's answer explains it fully (a typo, a missing connection, a refusal by
 * Waldur), as a warning if Waldur or Slack failed, and as an error if the bot did.
 */
export function logFailure(log: Log, what: string, error: unknown, fields: Fields = {}): void {
  if (explainsItself(error)) log.info(what, { ...fields, why: error.message });
  else if (isWaldurFailure(error) || error instanceof Problem) log.warn(what, { ...fields, error });
  else log.error(what, { ...fields, error });
}

function explainsItself(error: unknown): error is Error {
  if (error instanceof Problem) return error.cause === undefined;
  if (error instanceof NotConnected) return true;
  if (!isWaldurFailure(error) || error.kind !== 'refusal') return false;
  return error.status < 500 && error.status !== 429;
}

/** The same message with a reference in small print. */
export function withRef({ text, blocks }: Message, ref: string): Message {
  return { text, blocks: [...blocks, smallPrint(`ref ${ref}`)] };
}
