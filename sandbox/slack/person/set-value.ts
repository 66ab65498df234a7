/** Keeps what a person enters into the fields of a form, as Slack does. */
import { optionsOf, type Placed } from '../block-tree.ts';
import { fileObject } from '../file-object.ts';
import { addFile } from '../file-store.ts';
import { objects } from '../json.ts';
import { seenChannel } from '../membership.ts';
import type { Json } from '../types.ts';
import { stateKey, stateValue } from '../view-state.ts';
import type { View } from '../view-store.ts';
import type { Workspace } from '../workspace.ts';
import { ControlError } from './act.ts';
import { chosenOption, optionNamed } from './find-element.ts';
import type { GivenFile } from './say.ts';
import { loadOptions } from './suggest.ts';

/**
 * Text, the label or value of an option, an id, several of these, or files; null empties the field. `forged` is a value
 * that the menu does not offer, from a client that is not Slack's own.
 */
export type Entered = string | string[] | GivenFile[] | { forged: string } | null;

/** Puts what the person entered into the view's state. */
export async function setValue(
  space: Workspace,
  view: View,
  placed: Placed,
  entered: Entered,
): Promise<void> {
  const { block, element } = placed;
  const block_id = String(block.block_id);
  const value = await stateOf(space, view, placed, entered);
  view.values[block_id] = {
    ...view.values[block_id],
    [String(element.action_id)]: stateValue(element, value),
  };
}

async function stateOf(
  space: Workspace,
  view: View,
  placed: Placed,
  entered: Entered,
): Promise<unknown> {
  if (entered === null) return emptyOf(placed.element);
  if (typeof entered === 'object' && 'forged' in entered) return entered.forged;
  return enteredValue(space, view, placed, entered);
}

const isMany = (element: Json): boolean => (stateKey(element) ?? '').endsWith('s');

const emptyOf = (element: Json): unknown => (isMany(element) ? [] : null);

async function enteredValue(
  space: Workspace,
  view: View,
  placed: Placed,
  entered: string | string[] | GivenFile[],
): Promise<unknown> {
  const key = stateKey(placed.element);
  const given = typeof entered === 'string' ? [entered] : entered;
  const files = given.filter((one) => typeof one !== 'string');
  const texts = given.filter((one) => typeof one === 'string');
  if (key === 'files') return files.map((file) => handOver(space, view, file));
  const values: unknown[] = [];
  for (const text of texts) values.push(await oneValue(space, view, placed, text));
  return isMany(placed.element) ? values : (values[0] ?? null);
}

async function oneValue(
  space: Workspace,
  view: View,
  placed: Placed,
  text: string,
): Promise<unknown> {
  const { element } = placed;
  const key = stateKey(element) ?? 'value';
  if (key.startsWith('selected_option'))
    return chosenOption(await findOption(space, view, placed, text));
  if (key.startsWith('selected_conversation') || key.startsWith('selected_channel'))
    return conversation(space, view, element, text);
  if (key.startsWith('selected_user') && !space.members.has(text))
    throw new ControlError(`There is no person ${text}.`);
  return key === 'selected_date_time' ? Number(text) : text;
}

async function findOption(
  space: Workspace,
  view: View,
  placed: Placed,
  text: string,
): Promise<Json> {
  const { element } = placed;
  const loaded = view.loaded[String(element.action_id)] ?? [];
  const known = [...optionsOf(element), ...loaded, ...objects([element.initial_option])];
  const isExternal = String(element.type).endsWith('external_select');
  const found =
    optionNamed(known, text) ??
    (isExternal ? optionNamed(await loadOptions(space, view, placed, text), text) : undefined);
  if (found === undefined) throw new ControlError(`There is no option "${text}".`);
  return found;
}

/** A conversation that the person sees and that the menu's filter lets through. */
function conversation(space: Workspace, view: View, element: Json, id: string): string {
  const channel = seenChannel(space, id, view.user);
  if (channel === undefined) throw new ControlError(`${view.user} sees no conversation ${id}.`);
  const filter = element.filter;
  const include =
    typeof filter === 'object' && filter !== null && 'include' in filter
      ? filter.include
      : undefined;
  if (Array.isArray(include) && !include.includes(channel.kind))
    throw new ControlError(`This menu does not offer ${id}: it lists ${include.join(', ')} only.`);
  return channel.id;
}

function handOver(space: Workspace, view: View, given: GivenFile): Json {
  const file = addFile(space, { ...given, user: view.user });
  file.handed_over = true;
  return fileObject(space, file);
}
