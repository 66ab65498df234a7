import { z } from 'zod';
import { overflowOption } from './menu-options.ts';
import { plainText, string, url } from './text-objects.ts';
import { actionable, confirmable, styled } from './traits.ts';

// Elements that are pressed or looked at: buttons, overflow menus, images.

const label = string(75, 1).optional();

export const button = z.strictObject({
  type: z.literal('button'),
  text: plainText(75),
  value: string(2000, 1).optional(),
  url: url.optional(),
  accessibility_label: label,
  ...styled,
  ...actionable,
  ...confirmable,
});

const trigger = z.strictObject({
  url: url,
  customizable_input_parameters: z
    .array(z.strictObject({ name: z.string(), value: z.unknown() }))
    .optional(),
});

export const workflowButton = z.strictObject({
  type: z.literal('workflow_button'),
  text: plainText(75),
  workflow: z.strictObject({ trigger }),
  accessibility_label: label,
  ...styled,
  ...actionable,
  ...confirmable,
});

/** Slack's reference says "up to five options"; the old minimum of two is gone from it. */
export const overflow = z.strictObject({
  type: z.literal('overflow'),
  options: z.array(overflowOption).min(1).max(5),
  ...actionable,
  ...confirmable,
});

export const iconButton = z.strictObject({
  type: z.literal('icon_button'),
  icon: string(255, 1),
  text: plainText(75),
  value: string(2000, 1).optional(),
  accessibility_label: label,
  visible_to_user_ids: z.array(z.string()).optional(),
  ...actionable,
  ...confirmable,
});

const feedback = z.strictObject({
  text: plainText(75),
  value: string(2000, 1),
  accessibility_label: label,
});

export const feedbackButtons = z.strictObject({
  type: z.literal('feedback_buttons'),
  positive_button: feedback,
  negative_button: feedback,
  ...actionable,
});

const slackFile = z
  .strictObject({ id: string(255, 1).optional(), url: url.optional() })
  .refine((file) => (file.id === undefined) !== (file.url === undefined), {
    message: 'must provide exactly one of `id` and `url`',
  });

/** The source of an image; see {@link oneImageSource}. */
export const imageSource = { image_url: url.optional(), slack_file: slackFile.optional() };

/** An image comes from a URL or from a Slack file, not from both. */
export function oneImageSource(
  image: { image_url?: string | undefined; slack_file?: object | undefined },
  ctx: z.RefinementCtx,
): void {
  const given = [image.image_url, image.slack_file].filter((source) => source !== undefined);
  if (given.length === 1) return;
  const message =
    given.length === 0
      ? 'missing required field: image_url'
      : 'only one of `image_url` and `slack_file` is allowed';
  ctx.addIssue({ code: 'custom', message });
}

export const imageElement = z
  .strictObject({ type: z.literal('image'), alt_text: string(2000, 1), ...imageSource })
  .superRefine(oneImageSource);
