import { z } from 'zod';
import { repeatedFocus, repeatedIds } from './across.ts';
import { type Problem, problemsWith, type Refusal, refuse } from './problems.ts';
import { homeBlocks, modalBlocks } from './surfaces.ts';
import { plainText, string } from './text-objects.ts';

/** The source of a view; `ack` is the answer to a view_submission. */
type ViewMethod = 'views.open' | 'views.update' | 'views.push' | 'views.publish' | 'ack';

const common = {
  callback_id: string(255).optional(),
  private_metadata: string(3000).optional(),
  external_id: string(255).optional(),
};

const modal = z
  .strictObject({
    type: z.literal('modal'),
    title: plainText(24),
    submit: plainText(24).optional(),
    close: plainText(24).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    blocks: modalBlocks,
    ...common,
  })
  .superRefine((view, ctx) => {
    if (view.submit !== undefined) return;
    view.blocks.forEach((block, i) => {
      if (block.type !== 'input') return;
      const message = 'must define `submit` to use an `input` block in modals';
      ctx.addIssue({ code: 'custom', message, path: ['blocks', i, 'input'] });
    });
  });

const home = z.strictObject({ type: z.literal('home'), blocks: homeBlocks, ...common });

const viewsOf = {
  'views.open': z.discriminatedUnion('type', [modal]),
  'views.push': z.discriminatedUnion('type', [modal]),
  ack: z.discriminatedUnion('type', [modal]),
  'views.publish': z.discriminatedUnion('type', [home]),
  'views.update': z.discriminatedUnion('type', [modal, home]),
};

/** Slack says "greater than 250kb", but not which kilo. The smaller one is the safe choice. */
const maxBytes = 250_000;

/**
 * Checks a view (parsed JSON) as Slack's `views.*` methods do.
 * @returns null if Slack would take it; else `invalid_arguments` or `view_too_large`.
 */
export function checkView(view: unknown, method: ViewMethod): Refusal | null {
  if (view === undefined) return refuse('invalid_arguments', [missingView]);
  if (Buffer.byteLength(JSON.stringify(view)) > maxBytes) return refuse('view_too_large', []);
  const problems = problemsWith(viewsOf[method], view, '/view');
  const found = problems.length > 0 ? problems : acrossBlocks(view);
  return found.length > 0 ? refuse('invalid_arguments', found) : null;
}

const missingView: Problem = { message: 'missing required field: view', pointer: '' };

function acrossBlocks(view: unknown): Problem[] {
  const blocks = z.object({ blocks: z.array(z.unknown()) }).parse(view).blocks;
  return [...repeatedIds(blocks, '/view/blocks'), ...repeatedFocus(blocks, '/view/blocks')];
}
