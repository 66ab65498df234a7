import type { Block } from 'slack-blocks-to-jsx';

/**
 * The parts that slack-blocks-to-jsx 1.1.1 draws. It silently leaves out everything else, so we check first. Inputs,
 * buttons and menus are our own (elements.tsx).
 */
const blocks = new Set([
  'alert',
  'card',
  'carousel',
  'container',
  'context',
  'context_actions',
  'data_visualization',
  'divider',
  'file',
  'header',
  'image',
  'markdown',
  'plan',
  'rich_text',
  'section',
  'table',
  'task_card',
  'video',
]);

const parts = new Set([
  ...blocks,
  'plain_text',
  'mrkdwn',
  'raw_text',
  'rich_text_list',
  'rich_text_preformatted',
  'rich_text_quote',
  'rich_text_section',
  'broadcast',
  'channel',
  'color',
  'date',
  'emoji',
  'link',
  'text',
  'user',
  'usergroup',
  'button',
  'feedback_buttons',
  'icon_button',
  'url',
  'area',
  'bar',
  'line',
  'pie',
]);

/** The types in a block, at any depth, that the library would leave out; empty if it draws all of it. */
export function unknownIn(block: { type: string }): string[] {
  return blocks.has(block.type) ? [...new Set(unknownParts(block))] : [block.type];
}

function unknownParts(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(unknownParts);
  if (typeof part !== 'object' || part === null) return [];
  const own =
    'type' in part && typeof part.type === 'string' && !parts.has(part.type) ? [part.type] : [];
  return [...own, ...Object.values(part).flatMap(unknownParts)];
}

/** True if the library draws all of this block. */
export function isDrawn(block: { type: string }): block is Block {
  return unknownIn(block).length === 0;
}
