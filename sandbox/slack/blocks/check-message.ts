import { z } from 'zod';
import { repeatedIds, repeatedPlans, tablesIn } from './across.ts';
import { attachments as attachmentsSchema, hasContent } from './attachments.ts';
import { type Problem, problemsWith, type Refusal, refuse } from './problems.ts';
import { messageBlocks } from './surfaces.ts';
import { storedCharacters } from './total.ts';

/** The method that sends a message. */
type MessageMethod = 'chat.postMessage' | 'chat.update' | 'chat.postEphemeral' | 'response_url';

/** The content of a message; `blocks` and `attachments` as parsed JSON. */
type MessageArgs = {
  text?: string | undefined;
  blocks?: unknown;
  attachments?: unknown;
};

/** Undocumented; measured at 13,172 to 13,297 (bolt-js 2509). */
const maxCharacters = 13_200;
/** Measured in bytes of UTF-8, though Slack's reference says characters. */
const maxUpdateBytes = 4000;

/**
 * Checks the content of a message as Slack does. Not for `{ delete_original: true }`, which needs no content. A new
 * message with too long a `text` is not refused: Slack cuts it at 40,000.
 * @returns null if Slack would take it; else `invalid_blocks_format`, `invalid_blocks`, `msg_blocks_too_long`,
 * `invalid_attachments`, `too_many_attachments`, `no_text` or `msg_too_long`.
 */
export function checkMessage(args: MessageArgs, method: MessageMethod): Refusal | null {
  return (
    checkBlocks(args.blocks, method) ??
    checkAttachments(args.attachments) ??
    checkTables(args) ??
    checkText(args, method)
  );
}

function checkBlocks(blocks: unknown, method: MessageMethod): Refusal | null {
  if (blocks === undefined) return null;
  if (!Array.isArray(blocks)) {
    const problem = { message: 'must provide an array', pointer: '/blocks' };
    return refuse('invalid_blocks_format', [problem]);
  }
  const problems = problemsWith(messageBlocks, blocks, '/blocks');
  const found = problems.length > 0 ? problems : acrossBlocks(blocks);
  if (found.length > 0) return refuse('invalid_blocks', found);
  // Through a response_url the same blocks pass (bolt-js 2867).
  const tooLong = method !== 'response_url' && storedCharacters(blocks) > maxCharacters;
  return tooLong ? refuse('msg_blocks_too_long', []) : null;
}

function acrossBlocks(blocks: unknown[]): Problem[] {
  return [...repeatedIds(blocks, '/blocks'), ...repeatedPlans(blocks, '/blocks')];
}

function checkAttachments(attachments: unknown): Refusal | null {
  if (attachments === undefined) return null;
  if (Array.isArray(attachments) && attachments.length > 100) {
    return refuse('too_many_attachments', []);
  }
  const problems = problemsWith(attachmentsSchema, attachments, '/attachments');
  return problems.length > 0 ? refuse('invalid_attachments', problems) : null;
}

function checkTables({ blocks, attachments }: MessageArgs): Refusal | null {
  const nested = z.array(z.object({ blocks: z.array(z.unknown()).optional() }));
  const inAttachments = (nested.safeParse(attachments).data ?? []).flatMap((attachment, i) =>
    tablesIn(attachment.blocks ?? [], `/attachments/${i}/blocks`),
  );
  const tables = [...tablesIn(Array.isArray(blocks) ? blocks : [], '/blocks'), ...inAttachments];
  const extra = tables.slice(1).map((pointer) => ({ message: 'only_one_table_allowed', pointer }));
  return extra.length > 0 ? refuse('invalid_attachments', extra) : null;
}

function checkText(args: MessageArgs, method: MessageMethod): Refusal | null {
  const { text = '', blocks, attachments } = args;
  const shown = Array.isArray(blocks) && blocks.length > 0;
  if (text.trim() === '' && !shown && !hasContent(attachments)) return refuse('no_text', []);
  const tooLong = method === 'chat.update' && Buffer.byteLength(text) > maxUpdateBytes;
  return tooLong ? refuse('msg_too_long', []) : null;
}
