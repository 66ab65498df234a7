import { isWaldurFailure } from '../api/errors.ts';
import { explainWaldur } from '../api/explain.ts';
import { Problem } from '../jobs/problem.ts';
import { type Message, say } from '../views/message.ts';
import { capital, escaped } from '../views/text.ts';

/** What a person is told when their request failed: what happened, what to do, and the reference in the log. */
export function failure(error: unknown, ref: string): Message {
  return say(`${escaped(capital(explain(error)))} (ref ${ref})`);
}

function explain(error: unknown): string {
  if (error instanceof Problem) return error.message;
  if (isWaldurFailure(error)) return explainWaldur(error);
  return 'Something went wrong in the bot. Nothing more was done. Try again; if it stays, give the people who run the bot this reference.';
}
