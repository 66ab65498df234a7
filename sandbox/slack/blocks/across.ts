import { type Problem, pointerTo } from './problems.ts';

// Rules across the elements of a block and the blocks of a surface, for blocks of a valid shape.

type Tree = Record<string, unknown>;
type Placed = { value: Tree; pointer: string };

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function placed(list: unknown, pointer: string): Placed[] {
  if (!Array.isArray(list)) return [];
  return list.filter(isTree).map((value, i) => ({ value, pointer: pointerTo(pointer, [i]) }));
}

function listed(owner: Placed, key: string): Placed[] {
  return placed(owner.value[key], pointerTo(owner.pointer, [key]));
}

function single(owner: Placed, key: string): Placed[] {
  const value = owner.value[key];
  return isTree(value) ? [{ value, pointer: pointerTo(owner.pointer, [key]) }] : [];
}

/** The blocks themselves and those inside containers and carousels. */
function withInner(blocks: unknown, pointer: string): Placed[] {
  return placed(blocks, pointer).flatMap((block) => {
    const cards = block.value.type === 'carousel' ? listed(block, 'elements') : [];
    return [block, ...listed(block, 'child_blocks'), ...cards];
  });
}

function elementsOf(block: Placed): Placed[] {
  return [
    ...listed(block, 'elements'),
    ...listed(block, 'actions'),
    ...single(block, 'accessory'),
    ...single(block, 'element'),
  ];
}

function repeated(items: readonly Placed[], key: string): Problem[] {
  const seen = new Set<unknown>();
  return items.flatMap(({ value, pointer }) => {
    const id = value[key];
    if (id === undefined) return [];
    const again = seen.has(id);
    seen.add(id);
    const message = `\`${key}\` "${String(id)}" already exists`;
    return again ? [{ message, pointer: pointerTo(pointer, [key]) }] : [];
  });
}

/**
 * block_ids are unique on the surface, action_ids within their block (Slack's reference). The
 * wording is from error reports of real Slack.
 */
export function repeatedIds(blocks: readonly unknown[], pointer: string): Problem[] {
  const all = withInner(blocks, pointer);
  const actionIds = all.flatMap((block) => repeated(elementsOf(block), 'action_id'));
  return [...repeated(all, 'block_id'), ...actionIds];
}

/** Only one element of a view may have `focus_on_load: true` (Slack's reference). */
export function repeatedFocus(blocks: readonly unknown[], pointer: string): Problem[] {
  const focused = withInner(blocks, pointer)
    .flatMap(elementsOf)
    .filter((element) => element.value.focus_on_load === true);
  return focused.slice(1).map((element) => ({
    message: 'only one element can have `focus_on_load` set to true',
    pointer: pointerTo(element.pointer, ['focus_on_load']),
  }));
}

/** A message may have one plan; the wording is Slack's. */
export function repeatedPlans(blocks: readonly unknown[], pointer: string): Problem[] {
  const plans = placed(blocks, pointer).filter(({ value }) => value.type === 'plan');
  return plans.slice(1).map((plan) => {
    return { message: 'Cannot have more than 1 plan block', pointer: plan.pointer };
  });
}

/** Pointers of the tables on a surface; a message may have one. */
export function tablesIn(blocks: readonly unknown[], pointer: string): string[] {
  return withInner(blocks, pointer)
    .filter(({ value }) => value.type === 'table' || value.type === 'data_table')
    .map((block) => block.pointer);
}
