import { z } from 'zod';
import {
  button,
  feedbackButtons,
  iconButton,
  imageElement,
  imageSource,
  oneImageSource,
  overflow,
  workflowButton,
} from './elements.ts';
import { datetimepicker, pickers, richTextInput } from './inputs.ts';
import { multiSelects, selects } from './menus.ts';
import { anyText, id, mrkdwn, plainText, string, url } from './text-objects.ts';

// The blocks that show things and hold buttons and menus.

const block = { block_id: id };

const accessory = z.discriminatedUnion('type', [
  button,
  workflowButton,
  overflow,
  imageElement,
  ...selects,
  ...multiSelects,
  ...pickers,
]);

export const section = z
  .strictObject({
    type: z.literal('section'),
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: accessory.optional(),
    expand: z.boolean().optional(),
    ...block,
  })
  .refine((s) => s.text !== undefined || s.fields !== undefined, 'missing required field: text');

/** Slack refuses typed text and multi-selects in an actions block (seen in error reports). */
const pressable = z.discriminatedUnion('type', [
  button,
  workflowButton,
  overflow,
  ...selects,
  ...pickers,
  datetimepicker,
  richTextInput,
]);

export const actions = z.strictObject({
  type: z.literal('actions'),
  elements: z.array(pressable).min(1).max(25),
  ...block,
});

export const context = z.strictObject({
  type: z.literal('context'),
  elements: z
    .array(z.discriminatedUnion('type', [imageElement, plainText(3000), mrkdwn(3000)]))
    .min(1)
    .max(10),
  ...block,
});

export const contextActions = z.strictObject({
  type: z.literal('context_actions'),
  elements: z
    .array(z.discriminatedUnion('type', [feedbackButtons, iconButton]))
    .min(1)
    .max(5),
  ...block,
});

export const header = z.strictObject({
  type: z.literal('header'),
  text: plainText(150),
  level: z.int().min(1).max(4).optional(),
  ...block,
});

export const divider = z.strictObject({ type: z.literal('divider'), ...block });

export const image = z
  .strictObject({
    type: z.literal('image'),
    alt_text: string(2000, 1),
    title: plainText(2000).optional(),
    ...imageSource,
    ...block,
  })
  .superRefine(oneImageSource);

/** Only for files that live elsewhere and were registered with files.remote.add. */
export const file = z.strictObject({
  type: z.literal('file'),
  source: z.literal('remote'),
  external_id: string(255, 1),
  ...block,
});

export const markdown = z.strictObject({
  type: z.literal('markdown'),
  text: string(12_000, 1),
  ...block,
});

const https = url.refine((s) => s.startsWith('https://'), 'must be an HTTPS URL');

export const video = z.strictObject({
  type: z.literal('video'),
  video_url: https,
  thumbnail_url: url,
  alt_text: string(2000, 1),
  title: plainText(199),
  title_url: https.optional(),
  author_name: string(49).optional(),
  provider_name: z.string().optional(),
  provider_icon_url: url.optional(),
  description: plainText(199).optional(),
  ...block,
});
