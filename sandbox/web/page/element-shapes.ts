import { z } from 'zod';
import { plain } from './view-shapes.ts';

export const option = z.object({
  text: plain,
  description: plain.optional(),
  value: z.string(),
});
export type Option = z.infer<typeof option>;

const options = z.array(option);
const placeholder = plain.optional();

/** The elements that a person can press, choose or fill in, as far as the bot uses them. */
export const element = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('button'),
    text: plain,
    style: z.enum(['primary', 'danger']).optional(),
    url: z.string().optional(),
  }),
  z.object({ type: z.literal('overflow'), options }),
  z.object({
    type: z.enum(['static_select', 'external_select']),
    placeholder,
    options: options.optional(),
    option_groups: z.array(z.object({ label: plain, options })).optional(),
    initial_option: option.optional(),
  }),
  z.object({
    type: z.enum(['conversations_select', 'channels_select', 'users_select']),
    placeholder,
    initial_conversation: z.string().optional(),
    initial_channel: z.string().optional(),
    initial_user: z.string().optional(),
  }),
  z.object({
    type: z.enum(['plain_text_input', 'number_input']),
    placeholder,
    initial_value: z.string().optional(),
    multiline: z.boolean().optional(),
  }),
  z.object({ type: z.literal('radio_buttons'), options, initial_option: option.optional() }),
  z.object({ type: z.literal('checkboxes'), options, initial_options: options.optional() }),
  z.object({ type: z.literal('file_input') }),
]);
export type Element = z.infer<typeof element>;

/** Elements of these types. */
export type Of<Type extends Element['type']> = Extract<Element, { type: Type }>;
