import { z } from 'zod';
import { richText } from './rich-text.ts';
import { id, string } from './text-objects.ts';
import { charactersIn } from './total.ts';

// The table and data_table blocks.

const rawText = z.strictObject({ type: z.literal('raw_text'), text: string(Infinity, 1) });

const rawNumber = z.strictObject({
  type: z.literal('raw_number'),
  value: z.number(),
  text: string(Infinity, 1),
});

/** Slack takes an empty rich_text block, but not as a cell. */
const richCell = richText.refine(
  (c) => c.elements.some((part) => part.elements.length > 0),
  'must be more than 0 characters',
);

const cell = z.discriminatedUnion('type', [rawText, rawNumber, richCell]);

const row = z.array(cell).min(1).max(20);

/** One table holds at most 10,000 characters in all its cells (Slack's reference). */
function rows(min: number, max: number) {
  return z
    .array(row)
    .min(min)
    .max(max)
    .refine((list) => charactersIn(list) <= 10_000, 'must be less than 10001 characters');
}

const columnSettings = z.strictObject({
  align: z.enum(['left', 'center', 'right']).optional(),
  is_wrapped: z.boolean().optional(),
});

export const table = z.strictObject({
  type: z.literal('table'),
  rows: rows(1, 100),
  column_settings: z.array(columnSettings).max(20).optional(),
  block_id: id,
});

type DataRows = { rows: { type: string }[][]; row_header_column_index?: number | undefined };

function rowsAgree({ rows, row_header_column_index: index = 0 }: DataRows, ctx: z.RefinementCtx) {
  const columns = rows[0]?.length ?? 0;
  const complain = (message: string, path: (string | number)[]) =>
    ctx.addIssue({ code: 'custom', message, path });
  rows.forEach((cells, i) => {
    if (cells.length !== columns) complain('must have as many cells as the header', ['rows', i]);
  });
  rows[0]?.forEach((header, i) => {
    if (header.type === 'rich_text')
      complain('unsupported type: rich_text', ['rows', 0, i, 'type']);
  });
  if (index >= columns) complain(`must be less than ${columns}`, ['row_header_column_index']);
}

/** A header and up to 100 rows, all with the same number of cells. */
export const dataTable = z
  .strictObject({
    type: z.literal('data_table'),
    caption: string(3000, 1),
    rows: rows(2, 101),
    page_size: z.int().min(1).max(100).optional(),
    row_header_column_index: z.int().min(0).optional(),
    block_id: id,
  })
  .superRefine(rowsAgree);
