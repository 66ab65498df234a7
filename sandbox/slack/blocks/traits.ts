import { z } from 'zod';
import { anyText, id, plainText } from './text-objects.ts';

// Fields that many elements share, named as in Slack's own types.

const colorScheme = z.enum(['primary', 'danger']);

/** Slack's reference requires all four texts, though Slack's types do not. */
const confirmDialog = z.strictObject({
  title: plainText(100),
  text: anyText(300),
  confirm: plainText(30),
  deny: plainText(30),
  style: colorScheme.optional(),
});

export const actionable = { action_id: id };
export const confirmable = { confirm: confirmDialog.optional() };
export const styled = { style: colorScheme.optional() };
export const focusable = { focus_on_load: z.boolean().optional() };
export const placeholdable = { placeholder: plainText(150).optional() };
export const limited = { max_selected_items: z.int().min(1).optional() };

export const dispatchable = {
  dispatch_action_config: z
    .strictObject({
      trigger_actions_on: z
        .array(z.enum(['on_enter_pressed', 'on_character_entered']))
        .min(1)
        .max(2),
    })
    .optional(),
};
