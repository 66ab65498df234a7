import type { Block, Element, MessageEntry, State, View } from './entries.ts';
import { plainText, type Reader } from './plain-text.ts';

/** The lines that a message shows: its blocks, otherwise its text. Files come last. */
export function messageLines(
  { text, blocks, files }: Pick<MessageEntry, 'text' | 'blocks' | 'files'>,
  reader: Reader,
): string[] {
  const own = blocks.filter(({ type }) => type !== 'rich_text');
  const shown = own.flatMap((block) => blockLines(block, reader));
  const lines = own.length > 0 ? shown : text === '' ? [] : plainText(text, reader).split('\n');
  return [...lines, ...files.map(({ name, size }) => `(file) ${name}, ${size} bytes`)];
}

/** The lines that a form shows: its blocks, each field with its value, and the sentences under the fields. */
export function viewLines(view: View, errors: Record<string, string>, reader: Reader): string[] {
  return view.blocks.flatMap((block) => {
    if (block.type !== 'input') return blockLines(block, reader);
    const wrong = errors[block.block_id];
    return [field(block, view, reader), ...(wrong === undefined ? [] : [`  ! ${wrong}`])];
  });
}

/** The buttons under a form. */
export function viewButtons({ close, submit }: View): string {
  return [close, submit].flatMap((button) => (button ? [`[${button.text}]`] : [])).join(' ');
}

/** What a person entered, field by field. A token is shown as dots. */
export function enteredIn(view: View, reader: Reader): string[] {
  return view.blocks.flatMap((block) => {
    const value = fieldValue(block, view, reader);
    return block.type !== 'input' || value === '' ? [] : [`${block.label?.text}: ${value}`];
  });
}

function blockLines(block: Block, reader: Reader): string[] {
  const { type, text, fields = [], elements = [], accessory } = block;
  if (type === 'context') {
    return plainText(elements.map(wordsOf).join(' '), reader).split('\n');
  }
  if (type === 'actions') return [elements.map(control).join(' ')];
  const menu = accessory === undefined ? '' : `  ${briefly(accessory)}`;
  const words = text === undefined ? [] : `${plainText(text.text, reader)}${menu}`.split('\n');
  const facts = fields.map((each) => plainText(each.text, reader));
  return facts.length === 0 ? words : [...words, facts.join(' · ')];
}

const wordsOf = ({ text }: Element): string =>
  typeof text === 'string' ? text : (text?.text ?? '');

/** A button as `[Label]`, a menu with its options. */
function control(element: Element): string {
  const options = (element.options ?? []).map(({ text }) => text.text).join(' · ');
  if (element.type === 'overflow') return `[⋯ ${options}]`;
  const label = wordsOf(element) || (element.placeholder?.text ?? '');
  return element.type === 'button' ? `[${label}]` : `[${label} ▾ ${options}]`;
}

/** A menu beside a line. Its options are left out, since they would be the same in every line. */
const briefly = (element: Element): string =>
  element.type === 'overflow' ? '[⋯]' : control(element);

function field(block: Block, view: View, reader: Reader): string {
  const value = fieldValue(block, view, reader);
  const placeholder = block.element?.placeholder?.text;
  const inside = value === '' && placeholder !== undefined ? `${placeholder} ▾` : value;
  return `${block.label?.text}${block.optional ? ' (optional)' : ''}: [${inside || '          '}]`;
}

function fieldValue({ block_id, element, label }: Block, view: View, reader: Reader): string {
  const held = view.state.values[block_id]?.[element?.action_id ?? ''];
  const value = held === undefined ? '' : shownValue(held, reader);
  return /token/i.test(label?.text ?? '') && value !== '' ? '••••••••' : value;
}

function shownValue(held: State, { names }: Reader): string {
  const { value, selected_option: option, selected_conversation: place, files } = held;
  if (place) return names[place] ?? place;
  return value ?? option?.text.text ?? files?.map(({ name }) => name).join(', ') ?? '';
}
