import { z } from 'zod';
import { datetimepicker, fileInput, pickers, richTextInput, textInputs } from './inputs.ts';
import { modalSelects, multiSelects, selects } from './menus.ts';
import { id, plainText } from './text-objects.ts';

// Input blocks: one labelled element each.

const inputBlock = {
  type: z.literal('input'),
  label: plainText(2000),
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
  block_id: id,
};

const fillable = [
  ...textInputs,
  richTextInput,
  ...multiSelects,
  ...pickers,
  datetimepicker,
] as const;

/** An input block of a message or the Home tab. */
export const input = z.strictObject({
  ...inputBlock,
  element: z.discriminatedUnion('type', [...fillable, ...selects]),
});

/** An input block of a modal, which may also ask for files. */
export const modalInput = z
  .strictObject({
    ...inputBlock,
    element: z.discriminatedUnion('type', [...fillable, ...modalSelects, fileInput]),
  })
  .refine((block) => !(block.element.type === 'file_input' && block.dispatch_action), {
    message: 'must be false for a `file_input`',
    path: ['dispatch_action'],
  });
