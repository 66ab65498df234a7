import { z } from 'zod';
import { button, imageElement } from './elements.ts';
import { input } from './input-block.ts';
import { actions, context, divider, file, header, image, section, video } from './layout.ts';
import { richText } from './rich-text.ts';
import { table } from './tables.ts';
import { anyText, id, plainText, string, url } from './text-objects.ts';

// Blocks introduced in 2026: alerts, cards, containers, and the tasks of agents.

const flag = z.boolean().optional();

export const alert = z.strictObject({
  type: z.literal('alert'),
  text: anyText(3000),
  level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
  block_id: id,
});

const substance = ['hero_image', 'title', 'actions', 'body'];

export const card = z
  .strictObject({
    type: z.literal('card'),
    hero_image: imageElement.optional(),
    icon: imageElement.optional(),
    title: anyText(150).optional(),
    subtitle: anyText(150).optional(),
    body: anyText(200).optional(),
    actions: z.array(button).min(1).max(2).optional(),
    block_id: id,
  })
  .refine((c) => Object.keys(c).some((key) => substance.includes(key)), {
    message: 'must provide at least one of `hero_image`, `title`, `actions` and `body`',
  });

export const carousel = z.strictObject({
  type: z.literal('carousel'),
  elements: z.array(card).min(1).max(10),
  block_id: id,
});

const child = z.discriminatedUnion('type', [
  actions,
  context,
  divider,
  file,
  header,
  image,
  input,
  richText,
  section,
  table,
  video,
]);

export const container = z
  .strictObject({
    type: z.literal('container'),
    title: plainText(150).optional(),
    rich_text_title: richText.optional(),
    subtitle: anyText(150).optional(),
    child_blocks: z.array(child).min(1).max(10),
    width: z.enum(['narrow', 'standard', 'wide', 'full']).optional(),
    icon: imageElement.optional(),
    is_collapsible: flag,
    default_collapsed: flag,
    has_header_divider: flag,
    block_id: id,
  })
  .refine((c) => c.title !== undefined || c.rich_text_title !== undefined, {
    message: 'missing required field: title',
  });

const source = z.strictObject({ type: z.literal('url'), url, text: string(3000, 1) });

export const taskCard = z.strictObject({
  type: z.literal('task_card'),
  task_id: string(255, 1),
  title: string(3000, 1),
  details: richText.optional(),
  output: richText.optional(),
  sources: z.array(source).optional(),
  status: z.enum(['pending', 'in_progress', 'complete', 'error']),
  block_id: id,
});

export const plan = z.strictObject({
  type: z.literal('plan'),
  title: string(3000, 1),
  tasks: z.array(taskCard).max(50).optional(),
  block_id: id,
});
