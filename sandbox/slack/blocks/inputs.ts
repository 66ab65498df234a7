import { z } from 'zod';
import { choice, initialIsOffered } from './menu-options.ts';
import { richText } from './rich-text.ts';
import { string } from './text-objects.ts';
import { actionable, confirmable, dispatchable, focusable, placeholdable } from './traits.ts';

// Elements that are filled in: typed text, pickers, choices and files.

const typed = { ...actionable, ...dispatchable, ...focusable, ...placeholdable };
const picked = { ...actionable, ...confirmable, ...focusable };

type Lengths = {
  min_length?: number | undefined;
  max_length?: number | undefined;
  initial_value?: string | undefined;
};

function lengthsAgree(input: Lengths, ctx: z.RefinementCtx): void {
  const { min_length: min = 0, max_length: max = 3000, initial_value: value = '' } = input;
  const tooLong = `must be less than ${max + 1} characters`;
  if (min > max)
    ctx.addIssue({ code: 'custom', message: `must be less than ${max}`, path: ['min_length'] });
  if ([...value].length > max)
    ctx.addIssue({ code: 'custom', message: tooLong, path: ['initial_value'] });
}

const plainTextInput = z
  .strictObject({
    type: z.literal('plain_text_input'),
    initial_value: z.string().optional(),
    multiline: z.boolean().optional(),
    min_length: z.int().min(0).max(3000).optional(),
    max_length: z.int().min(1).max(3000).optional(),
    ...typed,
  })
  .superRefine(lengthsAgree);

const numeral = z
  .string()
  .refine((s) => s.trim() !== '' && Number.isFinite(Number(s)), 'must be a number in a string')
  .optional();

const numberInput = z
  .strictObject({
    type: z.literal('number_input'),
    is_decimal_allowed: z.boolean(),
    initial_value: numeral,
    min_value: numeral,
    max_value: numeral,
    ...typed,
  })
  .refine((n) => Number(n.min_value ?? -Infinity) <= Number(n.max_value ?? Infinity), {
    message: 'must not be greater than `max_value`',
    path: ['min_value'],
  });

const emailInput = z.strictObject({
  type: z.literal('email_text_input'),
  initial_value: z.string().optional(),
  ...typed,
});

const urlInput = z.strictObject({
  type: z.literal('url_text_input'),
  initial_value: z.string().optional(),
  ...typed,
});

const lines = z.int().min(1).max(100).optional();

export const richTextInput = z.strictObject({
  type: z.literal('rich_text_input'),
  ...typed,
  action_id: string(255, 1),
  initial_value: richText.optional(),
  min_lines: lines,
  max_lines: lines,
});

/** Typed text works only in input blocks. */
export const textInputs = [plainTextInput, numberInput, emailInput, urlInput] as const;

const datepicker = z.strictObject({
  type: z.literal('datepicker'),
  initial_date: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date in the format YYYY-MM-DD')
    .optional(),
  ...picked,
  ...placeholdable,
});

const timepicker = z.strictObject({
  type: z.literal('timepicker'),
  initial_time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time in the format HH:mm')
    .optional(),
  timezone: z.string().optional(),
  ...picked,
  ...placeholdable,
});

export const datetimepicker = z.strictObject({
  type: z.literal('datetimepicker'),
  initial_date_time: z
    .int()
    .refine((s) => String(s).length === 10, 'must be a Unix timestamp of 10 digits')
    .optional(),
  ...picked,
});

const choices = z.array(choice).min(1).max(10);

const checkboxes = z
  .strictObject({
    type: z.literal('checkboxes'),
    options: choices,
    initial_options: choices.optional(),
    ...picked,
  })
  .superRefine(initialIsOffered);

const radioButtons = z
  .strictObject({
    type: z.literal('radio_buttons'),
    options: choices,
    initial_option: choice.optional(),
    ...picked,
  })
  .superRefine(initialIsOffered);

export const pickers = [datepicker, timepicker, checkboxes, radioButtons] as const;

/** Modals only. */
export const fileInput = z.strictObject({
  type: z.literal('file_input'),
  filetypes: z.array(string(255, 1)).min(1).optional(),
  max_files: z.int().min(1).max(10).optional(),
  ...actionable,
});
