import { z } from 'zod';
import { plain } from './views.ts';

export const option = z.object({
  text: plain,
  description: plain.optional(),
  value: z.string().optional(),
});
export type Option = z.infer<typeof option>;

const options = z.array(option);
const placeholder = plain.optional();
const menu = {
  placeholder,
  options: options.optional(),
  option_groups: z.array(z.object({ label: plain, options })).optional(),
  initial_option: option.optional(),
  initial_options: options.optional(),
};
const picked = {
  placeholder,
  initial_conversation: z.string().optional(),
  initial_channel: z.string().optional(),
  initial_user: z.string().optional(),
};
const typed = { placeholder, initial_value: z.string().optional() };
const ticked = { options, initial_option: option.optional(), initial_options: options.optional() };

/** What a person can press, choose or type in, as far as it is drawn here. */
export const element = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('button'),
    text: plain,
    style: z.enum(['primary', 'danger']).optional(),
    url: z.string().optional(),
  }),
  z.object({ type: z.literal('overflow'), options }),
  z.object({ type: z.enum(['static_select', 'external_select']), ...menu }),
  z.object({ type: z.enum(['multi_static_select', 'multi_external_select']), ...menu }),
  z.object({
    type: z.enum(['conversations_select', 'channels_select', 'users_select']),
    ...picked,
  }),
  z.object({
    type: z.literal('plain_text_input'),
    multiline: z.boolean().optional(),
    max_length: z.number().optional(),
    ...typed,
  }),
  z.object({ type: z.enum(['number_input', 'email_text_input', 'url_text_input']), ...typed }),
  z.object({ type: z.enum(['checkboxes', 'radio_buttons']), ...ticked }),
  z.object({ type: z.literal('datepicker'), placeholder, initial_date: z.string().optional() }),
  z.object({ type: z.literal('timepicker'), placeholder, initial_time: z.string().optional() }),
  z.object({ type: z.literal('file_input'), max_files: z.number().optional() }),
]);
export type Element = z.infer<typeof element>;
/** Elements of these types. */
export type Of<Type extends Element['type']> = Extract<Element, { type: Type }>;
