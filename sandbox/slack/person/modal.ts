import { optionsOf, type Placed, placedElements } from '../block-tree.ts';
import type { Json } from '../types.ts';
import { closeViews } from '../view-changes.ts';
import { viewObject } from '../view-object.ts';
import { stateKey } from '../view-state.ts';
import type { View } from '../view-store.ts';
import type { Workspace } from '../workspace.ts';
import { type Act, actOf, actor, ControlError, interact, interactionBase } from './act.ts';
import { actionOf } from './buttons.ts';
import { chosenOption, findButton, findField, findOption, optionNamed } from './find-element.ts';
import { setValue } from './set-value.ts';

/** The view that the person sees now, with what they have entered, or null. */
export function seenModal(space: Workspace, user: string): Json | null {
  const view = space.views.top(user);
  return view === undefined ? null : viewObject(view, view.values);
}

/** The top view. Throws if no modal is open. */
export function topModal(space: Workspace, user: string): View {
  actor(space, user);
  const view = space.views.top(user);
  if (view === undefined) throw new ControlError(`${user} has no modal open.`);
  return view;
}

/** The person presses Cancel. The app hears of it only if the view says notify_on_close. */
export async function closeModal(space: Workspace, user: string): Promise<Act> {
  const member = actor(space, user);
  const isCleared = topModal(space, user).clear_on_close;
  space.ledger.add('person', { act: 'close', user });
  const closed = closeViews(space, user, isCleared).filter((view) => view.notify_on_close);
  const answers = closed.map((view) => {
    const payload = {
      type: 'view_closed',
      ...interactionBase(space, member),
      view: viewObject(view, view.values),
      is_cleared: isCleared,
    };
    return interact(space, payload);
  });
  const [answer] = await Promise.all(answers);
  return closed.length === 0 ? { ok: true, ackMs: 0 } : actOf(answer);
}

/** The person presses a button inside the modal. */
export async function clickInModal(
  space: Workspace,
  user: string,
  label: string,
  nth: number,
): Promise<Act> {
  const view = topModal(space, user);
  const placed = findButton(view.blocks, label, nth);
  space.ledger.add('person', { act: 'click', user, view: view.id, label });
  return act(space, view, placed, {});
}

/** The person presses the `nth` button, or chooses the `nth` option, with this label in their Home tab. */
export async function pressInHome(
  space: Workspace,
  user: string,
  label: string,
  nth: number,
): Promise<Act> {
  const view = space.views.home(user);
  if (view === undefined) throw new ControlError('The app has published no Home tab.');
  space.ledger.add('person', { act: 'click', user, view: view.id, label });
  const isOption = placedElements(view.blocks).some(
    ({ element }) => optionNamed(optionsOf(element), label) !== undefined,
  );
  if (!isOption) return act(space, view, findButton(view.blocks, label, nth), {});
  const placed = findOption(view.blocks, label, nth);
  return act(space, view, placed, { selected_option: chosenOption(placed.option) });
}

/** The person chooses an option of a menu inside the modal; the app hears of it if the block dispatches. */
export async function chooseInModal(
  space: Workspace,
  user: string,
  field: string,
  option: string,
): Promise<Act> {
  const view = topModal(space, user);
  const placed = findField(view.blocks, field);
  space.ledger.add('person', { act: 'choose', user, view: view.id, label: field, option });
  if (placed.element.type === 'overflow') {
    const found = optionNamed(optionsOf(placed.element), option);
    if (found === undefined)
      throw new ControlError(`There is no option "${option}" in "${field}".`);
    return act(space, view, placed, { selected_option: chosenOption(found) });
  }
  await setValue(space, view, placed, option);
  if (placed.isInput && placed.block.dispatch_action !== true) return { ok: true, ackMs: 0 };
  const held = view.values[String(placed.block.block_id)]?.[String(placed.element.action_id)];
  const key = stateKey(placed.element) ?? 'value';
  return act(space, view, placed, { [key]: held?.[key] });
}

async function act(space: Workspace, view: View, placed: Placed, value: Json): Promise<Act> {
  const member = actor(space, view.user);
  const trigger = { user: view.user, channel: view.channel, view: view.id };
  const payload = {
    type: 'block_actions',
    ...interactionBase(space, member),
    container: { type: 'view', view_id: view.id },
    trigger_id: space.triggers.issue(trigger),
    view: viewObject(view, view.values),
    actions: [actionOf(placed, value)],
  };
  return actOf(await interact(space, payload));
}
