/** The values of a view's inputs as Slack keeps and sends them. */
import { placedElements } from './block-tree.ts';
import { objects, stringAt } from './json.ts';
import type { Json } from './types.ts';
import type { View } from './view-store.ts';

/** The form of each element's state: the key of its value, the place of its initial value, and its empty value. */
const STATE: Record<string, { key: string; initial: string; empty: unknown } | undefined> = {
  plain_text_input: { key: 'value', initial: 'initial_value', empty: null },
  email_text_input: { key: 'value', initial: 'initial_value', empty: null },
  url_text_input: { key: 'value', initial: 'initial_value', empty: null },
  number_input: { key: 'value', initial: 'initial_value', empty: null },
  rich_text_input: { key: 'rich_text_value', initial: 'initial_value', empty: null },
  static_select: { key: 'selected_option', initial: 'initial_option', empty: null },
  external_select: { key: 'selected_option', initial: 'initial_option', empty: null },
  radio_buttons: { key: 'selected_option', initial: 'initial_option', empty: null },
  users_select: { key: 'selected_user', initial: 'initial_user', empty: null },
  channels_select: { key: 'selected_channel', initial: 'initial_channel', empty: null },
  conversations_select: {
    key: 'selected_conversation',
    initial: 'initial_conversation',
    empty: null,
  },
  datepicker: { key: 'selected_date', initial: 'initial_date', empty: null },
  timepicker: { key: 'selected_time', initial: 'initial_time', empty: null },
  datetimepicker: { key: 'selected_date_time', initial: 'initial_date_time', empty: null },
  checkboxes: { key: 'selected_options', initial: 'initial_options', empty: [] },
  multi_static_select: { key: 'selected_options', initial: 'initial_options', empty: [] },
  multi_external_select: { key: 'selected_options', initial: 'initial_options', empty: [] },
  multi_users_select: { key: 'selected_users', initial: 'initial_users', empty: [] },
  multi_channels_select: { key: 'selected_channels', initial: 'initial_channels', empty: [] },
  multi_conversations_select: {
    key: 'selected_conversations',
    initial: 'initial_conversations',
    empty: [],
  },
  file_input: { key: 'files', initial: '', empty: [] },
};

/** The key under which an element's value stands in the state, or undefined for one without state (a button). */
export const stateKey = (element: Json): string | undefined => STATE[String(element.type)]?.key;

/** The state value of an element that holds `value`. */
export const stateValue = (element: Json, value: unknown): Json => ({
  type: element.type,
  [stateKey(element) ?? 'value']: value,
});

/** The values that blocks start with. `before` keeps what was entered under the same ids and type. */
export function initialValues(
  blocks: Json[],
  before: View['values'],
  channel: string | undefined,
): View['values'] {
  const values: View['values'] = {};
  for (const { block, element } of placedElements(blocks)) {
    if (stateKey(element) === undefined) continue;
    const block_id = String(block.block_id);
    const action_id = String(element.action_id);
    const kept = before[block_id]?.[action_id];
    const value =
      kept !== undefined && kept.type === element.type
        ? kept
        : stateValue(element, initialOf(element, channel));
    values[block_id] = { ...values[block_id], [action_id]: value };
  }
  return values;
}

function initialOf(element: Json, channel: string | undefined): unknown {
  const rule = STATE[String(element.type)];
  const initial = element[rule?.initial ?? ''];
  if (initial !== undefined) return initial;
  if (element.default_to_current_conversation === true && channel !== undefined)
    return rule?.empty === null ? channel : [channel];
  return rule?.empty;
}

/** True if an input holds nothing. */
function isEmptyState(value: Json | undefined): boolean {
  const { type: _type, ...rest } = value ?? {};
  return Object.values(rest).every(
    (one) => one === null || one === '' || (Array.isArray(one) && one.length === 0),
  );
}

/** The block_ids of the blocks of type input. */
export const inputIds = (blocks: Json[]): string[] =>
  blocks.filter((block) => block.type === 'input').map((block) => String(block.block_id));

/**
 * Errors for which Slack itself refuses a form before the app hears of it: an empty required input, a text that is too
 * short or too long, a number that is none. By block_id, in Slack's words.
 */
export function inputProblems(view: View): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const { block, element, isInput } of placedElements(view.blocks)) {
    if (!isInput) continue;
    const block_id = String(block.block_id);
    const problem = inputProblem(
      block,
      element,
      view.values[block_id]?.[String(element.action_id)],
    );
    if (problem !== undefined) problems[block_id] = problem;
  }
  return problems;
}

function inputProblem(block: Json, element: Json, value: Json | undefined): string | undefined {
  if (isEmptyState(value))
    return block.optional === true ? undefined : 'Please complete this required field.';
  const text = stringAt(value, 'value');
  if (text !== undefined) return textProblem(element, text);
  return fileProblem(element, objects(value?.files));
}

/** The largest file that a file_input takes, in bytes (Slack: 10 MB). */
const MAX_FILE = 10 * 1024 * 1024;

function fileProblem(element: Json, files: Json[]): string | undefined {
  const max = typeof element.max_files === 'number' ? element.max_files : 10;
  if (files.length > max) return `You can upload up to ${max} files.`;
  return files.some((file) => Number(file.size) > MAX_FILE)
    ? 'Files must be smaller than 10 MB.'
    : undefined;
}

function textProblem(element: Json, text: string): string | undefined {
  const { min_length: min, max_length: max } = element;
  if (typeof min === 'number' && text.length < min) return `Must be at least ${min} characters.`;
  if (typeof max === 'number' && text.length > max)
    return `Must be less than ${max + 1} characters.`;
  if (element.type === 'number_input' && !Number.isFinite(Number(text))) return 'Enter a number.';
  return undefined;
}
