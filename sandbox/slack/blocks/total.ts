// Counts the text in a tree of blocks.

/** All characters of the `text` strings in a tree: text objects, rich text, markdown, cells. */
export function charactersIn(tree: unknown): number {
  if (typeof tree !== 'object' || tree === null) return 0;
  return Object.entries(tree).reduce((sum, [key, value]) => {
    const own = key === 'text' && typeof value === 'string' ? [...value].length : 0;
    return sum + own + charactersIn(value);
  }, 0);
}

/** How much a header or divider counts besides its text, as measured on real Slack (bolt-js 2509). */
const perLine = 100;

/** The size that Slack compares with its undocumented limit of all blocks of a message. */
export function storedCharacters(blocks: readonly unknown[]): number {
  const lines = blocks.filter((block) => isLine(block)).length;
  return charactersIn(blocks) + lines * perLine;
}

function isLine(block: unknown): boolean {
  if (typeof block !== 'object' || block === null) return false;
  const type: unknown = Reflect.get(block, 'type');
  return type === 'header' || type === 'divider';
}
