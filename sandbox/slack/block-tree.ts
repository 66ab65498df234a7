/** Stores blocks as Slack does, and finds the interactive elements in them. */

import { newId } from './ids.ts';
import { isObject, objects, stringAt } from './json.ts';
import type { Json } from './types.ts';

/** An element that a person can use, with its block. */
export type Placed = { block: Json; element: Json; isInput: boolean };

/** Every element of the blocks: of sections, actions, inputs and cards, including blocks within blocks. */
export function placedElements(blocks: Json[]): Placed[] {
  return blocks.flatMap((block) => {
    if (block.type === 'input') return place(block, [block.element], true);
    const inner = [
      ...objects(block.child_blocks),
      ...(block.type === 'carousel' ? objects(block.elements) : []),
    ];
    return [...place(block, ownElements(block), false), ...placedElements(inner)];
  });
}

function ownElements(block: Json): unknown[] {
  if (block.type === 'section') return [block.accessory];
  if (block.type === 'card') return objects(block.actions);
  const hasElements = block.type === 'actions' || block.type === 'context_actions';
  return hasElements ? objects(block.elements) : [];
}

const place = (block: Json, elements: unknown[], isInput: boolean): Placed[] =>
  elements.filter(isObject).map((element) => ({ block, element, isInput }));

/** The options of a menu, those in groups included. */
export const optionsOf = (element: Json): Json[] => [
  ...objects(element.options),
  ...objects(element.option_groups).flatMap((group) => objects(group.options)),
];

/** The visible label of an element: its text, or its placeholder. */
export const labelOf = (element: Json): string | undefined =>
  stringAt(element, 'text', 'text') ?? stringAt(element, 'placeholder', 'text');

const STATIC = ['image', 'workflow_button'];

/** Blocks as Slack stores and returns them: missing ids are added, and text objects get their defaults. */
export function storedBlocks(blocks: Json[]): Json[] {
  const stored = blocks.map((block) =>
    withTextDefaults({ ...block, block_id: block.block_id ?? shortId() }),
  );
  for (const { block, element } of placedElements(stored)) {
    block.block_id ??= shortId();
    if (!STATIC.includes(String(element.type))) element.action_id ??= shortId();
  }
  return stored;
}

const shortId = (): string => newId('').slice(0, 5);

/** A copy in which plain_text says `emoji` and mrkdwn says `verbatim`, as Slack fills them in. */
function withTextDefaults(value: Json): Json {
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, deepDefaults(one)]),
  );
  if (typeof copy.text === 'string' && copy.type === 'plain_text') copy.emoji ??= true;
  if (typeof copy.text === 'string' && copy.type === 'mrkdwn') copy.verbatim ??= false;
  return copy;
}

const deepDefaults = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(deepDefaults);
  return isObject(value) ? withTextDefaults(value) : value;
};

/** A text object as Slack stores it. */
export const storedText = (value: unknown): Json | null =>
  isObject(value) ? withTextDefaults(value) : null;
