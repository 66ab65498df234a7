/** Finds what a person sees and uses: buttons, menus, their options, and the inputs of a form. */
import { labelOf, optionsOf, type Placed, placedElements } from '../block-tree.ts';
import { stringAt } from '../json.ts';
import type { Json } from '../types.ts';
import { ControlError } from './act.ts';

/** The `nth` (from 0) button with this label. */
export function findButton(blocks: Json[], label: string, nth: number): Placed {
  const isIt = ({ element }: Placed) => element.type === 'button' && labelOf(element) === label;
  return pick(placedElements(blocks), isIt, nth, `button "${label}"`);
}

/** The `nth` menu that has an option with this label, and the option. */
export function findOption(blocks: Json[], label: string, nth: number): Placed & { option: Json } {
  const isIt = ({ element }: Placed) => optionNamed(optionsOf(element), label) !== undefined;
  const placed = pick(placedElements(blocks), isIt, nth, `option "${label}"`);
  return { ...placed, option: optionNamed(optionsOf(placed.element), label) ?? {} };
}

/** The input or menu with this label; its placeholder, block_id and action_id serve as well. */
export function findField(blocks: Json[], label: string): Placed {
  const isIt = ({ block, element }: Placed) =>
    [
      stringAt(block, 'label', 'text'),
      labelOf(element),
      block.block_id,
      element.action_id,
    ].includes(label);
  return pick(placedElements(blocks), isIt, 0, `field "${label}"`);
}

/** The option that a person means by its label or value. */
export const optionNamed = (options: Json[], name: string): Json | undefined =>
  options.find((one) => stringAt(one, 'text', 'text') === name) ??
  options.find((one) => one.value === name);

function pick(all: Placed[], isIt: (placed: Placed) => boolean, nth: number, what: string): Placed {
  const found = all.filter(isIt)[nth];
  if (found !== undefined) return found;
  const seen = all.map(
    ({ block, element }) => stringAt(block, 'label', 'text') ?? labelOf(element) ?? element.type,
  );
  throw new ControlError(`There is no ${what} here; there are: ${seen.join(', ') || 'none'}.`);
}

/** The option as an action names it. */
export const chosenOption = (option: Json): Json => ({ text: option.text, value: option.value });
