import { isWaldurFailure } from '../api/errors.ts';
import { explainWaldur } from '../api/explain.ts';
import { Problem } from '../jobs/problem.ts';
import { type Message, say, smallPrint } from '../views/message.ts';
import { capital, escaped } from '../views/text.ts';
import type { Interaction } from './interaction.ts';

/** What a person is told when their request failed: what happened, what to do, and the reference in the log. */
export function failure(error: unknown, ref: string): Message {
  return say(`${escaped(capital(explain(error)))} (ref ${ref})`);
}

function explain(error: unknown): string {
  if (error instanceof Problem) return error.message;
  if (isWaldurFailure(error)) return explainWaldur(error);
  return 'Something went wrong in the bot. Nothing more was done. Try again; if it stays, give the people who run the bot this reference.';
}

/**
 * Waldur's refusal where a command has better words for it: logged once, and told with the same reference.
 * @param text mrkdwn
 */
export function refusal({ log, ref }: Interaction, error: unknown, text: string): Message {
  log.warn('refused', { error: messageOf(error) });
  return say(`${text} (ref ${ref})`);
}

/** The same message with a reference in small print. */
export function withRef({ text, blocks }: Message, ref: string): Message {
  return { text, blocks: [...blocks, smallPrint(`ref ${ref}`)] };
}

/** An error and what caused it, for the log. */
export function messageOf(error: unknown): string {
  if (!Error.isError(error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} (${messageOf(error.cause)})`;
}
