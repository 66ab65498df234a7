import { z } from 'zod';
import { messageBlocks } from './surfaces.ts';

// Message attachments: Slack's older format. Unlike blocks, unknown keys in them are ignored.

const text = z.string().optional();
const number = z.union([z.string(), z.number()]).optional();

const attachment = z.object({
  blocks: messageBlocks.optional(),
  fallback: text,
  color: text,
  pretext: text,
  author_name: text,
  author_link: text,
  author_icon: text,
  title: text,
  title_link: text,
  text,
  fields: z
    .array(
      z.object({ title: z.string(), value: z.string(), short: z.boolean().optional() }).partial(),
    )
    .optional(),
  image_url: text,
  thumb_url: text,
  footer: text,
  footer_icon: text,
  ts: number,
  mrkdwn_in: z.array(z.string()).optional(),
});

export const attachments = z.array(attachment);

const visible = [
  'blocks',
  'fallback',
  'pretext',
  'author_name',
  'title',
  'text',
  'fields',
] as const;
const images = ['image_url', 'thumb_url', 'footer'] as const;

/** True if at least one attachment shows something; otherwise Slack answers `no_text`. */
export function hasContent(value: unknown): boolean {
  const list = attachments.safeParse(value).data ?? [];
  return list.some((item) => [...visible, ...images].some((key) => (item[key]?.length ?? 0) > 0));
}
