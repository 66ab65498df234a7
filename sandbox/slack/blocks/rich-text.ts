import { z } from 'zod';
import { id, string, url } from './text-objects.ts';

// The rich_text block: sections, lists, quotes and preformatted text of small elements. Slack takes empty lists of
// elements everywhere except in rich_text_list.

const flag = z.boolean().optional();
const textStyle = { bold: flag, italic: flag, strike: flag, code: flag, underline: flag };
const style = z.strictObject(textStyle).optional();
const mentionStyle = z
  .strictObject({ ...textStyle, highlight: flag, client_highlight: flag, unlink: flag })
  .optional();
const encodedId = string(255, 1);

const text = z.strictObject({ type: z.literal('text'), text: string(Infinity, 1), style });

const link = z.strictObject({
  type: z.literal('link'),
  url,
  text: z.string().optional(),
  unsafe: flag,
  style,
});

const mentions = [
  z.strictObject({ type: z.literal('user'), user_id: encodedId, style: mentionStyle }),
  z.strictObject({ type: z.literal('channel'), channel_id: encodedId, style: mentionStyle }),
  z.strictObject({ type: z.literal('usergroup'), usergroup_id: encodedId, style: mentionStyle }),
  z.strictObject({ type: z.literal('team'), team_id: encodedId, style: mentionStyle }),
  z.strictObject({
    type: z.literal('broadcast'),
    range: z.enum(['here', 'channel', 'everyone']),
    style: mentionStyle,
  }),
] as const;

const emoji = z.strictObject({
  type: z.literal('emoji'),
  name: string(255, 1),
  unicode: z.string().optional(),
  url: url.optional(),
  skin_tone: z.int().optional(),
  style,
});

const date = z.strictObject({
  type: z.literal('date'),
  timestamp: z.int(),
  format: string(3000, 1),
  url: url.optional(),
  fallback: z.string().optional(),
  style,
});

const color = z.strictObject({ type: z.literal('color'), value: string(255, 1), style });

const inline = z.discriminatedUnion('type', [text, link, ...mentions, emoji, date, color]);
const border = z.int().min(0).max(1).optional();

const section = z.strictObject({
  type: z.literal('rich_text_section'),
  elements: z.array(inline),
});

const list = z.strictObject({
  type: z.literal('rich_text_list'),
  style: z.enum(['bullet', 'ordered']),
  elements: z.array(section).min(1),
  indent: z.int().min(0).max(8).optional(),
  offset: z.int().min(0).optional(),
  border,
});

const quote = z.strictObject({
  type: z.literal('rich_text_quote'),
  elements: z.array(inline),
  border,
});

const preformatted = z.strictObject({
  type: z.literal('rich_text_preformatted'),
  elements: z.array(z.discriminatedUnion('type', [text, link])),
  language: z.string().optional(),
  border,
});

export const richText = z.strictObject({
  type: z.literal('rich_text'),
  block_id: id,
  elements: z.array(z.discriminatedUnion('type', [section, list, quote, preformatted])),
});
