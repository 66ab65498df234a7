import { holdsToken } from '../logging/token-shape.ts';
import type { Arrival } from '../slack/arrival.ts';
import { type Message, say } from '../views/message.ts';
import { bare } from './understand.ts';

/**
 * True if words to the bot give away a secret: something shaped like a token, or anything at all where people may
 * think that a token belongs (`connect TOKEN`).
 */
export function isPastedToken(words: string): boolean {
  const plain = words.replace(/<@[^<>]*>/g, ' ').trim();
  return holdsToken(plain) || /^(?:connect|login)\s+\S/i.test(bare(plain));
}

/** The message without its content if that holds a token. */
export function withoutPastedToken(arrival: Arrival): Arrival {
  if (!isPastedToken(arrival.text)) return arrival;
  return { ...arrival, text: '', files: [], hints: [], pasted: null, leak: true };
}

/** The answer to a pasted token, only for the person who wrote it. */
export const pastedTokenAnswer: Message = say(
  'That looks like a token, and a message is no place for it: others can read it. Revoke it where you got it (in Waldur, under your profile), and delete your message. I have not kept it and did nothing else. To connect, use /slurm connect without anything after it: it asks for the token in a form that only I see.',
);

const pastedTokenField =
  'This looks like a token, and others will be able to read it here. Take it out, and revoke it where you got it.';

/** What a form says under each field that holds something shaped like a token; null if none does. */
export function pastedTokensIn(
  values: Record<string, string | null>,
): Record<string, string> | null {
  const fields = Object.entries(values).filter(([, value]) => holdsToken(value ?? ''));
  if (fields.length === 0) return null;
  return Object.fromEntries(fields.map(([block]) => [block, pastedTokenField]));
}
