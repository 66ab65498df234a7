import { z } from 'zod';

// Text objects and plain strings, with Slack's lengths. Slack counts characters, not UTF-16 units.

/** A string of `min` to `max` characters. */
export function string(max: number, min = 0) {
  return z
    .string()
    .refine((s) => [...s].length >= min, `must be more than ${min - 1} characters`)
    .refine((s) => [...s].length <= max, `must be less than ${max + 1} characters`);
}

/** A `block_id` or `action_id`: up to 255 characters. */
export const id = string(255, 1).optional();

/** Any absolute URL of up to 3000 characters. */
export const url = string(3000, 1).refine((s) => URL.canParse(s), 'must be a valid URL');

/** A `plain_text` object; Slack refuses `verbatim` in it. */
export function plainText(max: number) {
  return z.strictObject({
    type: z.literal('plain_text'),
    text: string(max, 1),
    emoji: z.boolean().optional(),
  });
}

/** A `mrkdwn` object; Slack refuses `emoji` in it. */
export function mrkdwn(max: number) {
  return z.strictObject({
    type: z.literal('mrkdwn'),
    text: string(max, 1),
    verbatim: z.boolean().optional(),
  });
}

/** Either kind of text object; 3000 characters is Slack's limit for any of them. */
export function anyText(max = 3000) {
  return z.discriminatedUnion('type', [plainText(max), mrkdwn(max)]);
}
