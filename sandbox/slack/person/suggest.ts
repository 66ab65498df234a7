import { optionsOf, type Placed } from '../block-tree.ts';
import { checkOptions } from '../blocks/index.ts';
import { isObject } from '../json.ts';
import type { Json } from '../types.ts';
import { viewObject } from '../view-object.ts';
import type { View } from '../view-store.ts';
import type { Workspace } from '../workspace.ts';
import { actOf, actor, ControlError, interact, interactionBase } from './act.ts';

/** Slack asks from this many characters on if the element does not say otherwise. */
const DEFAULT_MIN_QUERY = 3;

/**
 * A person types into a menu with external options, and the app is asked for them. Throws if Slack would not ask (too
 * few characters) or could not show the answer.
 */
export async function loadOptions(
  space: Workspace,
  view: View,
  placed: Placed,
  query: string,
): Promise<Json[]> {
  const { element, block } = placed;
  const min =
    typeof element.min_query_length === 'number' ? element.min_query_length : DEFAULT_MIN_QUERY;
  if (query.length < min)
    throw new ControlError(`Slack asks the app only from ${min} characters on.`);
  const { block_id } = block;
  const { action_id } = element;
  const payload = {
    type: 'block_suggestion',
    ...interactionBase(space, actor(space, view.user)),
    container: { type: 'view', view_id: view.id },
    action_id,
    block_id,
    value: query,
    view: viewObject(view, view.values),
  };
  const answer = await interact(space, payload, true);
  const { refused } = actOf(answer);
  const body = answer?.outcome === 'acked' && isObject(answer.body) ? answer.body : {};
  const problem = refused ?? checkOptions(body)?.messages.join('; ');
  if (problem !== undefined) throw new ControlError(`The options could not be loaded: ${problem}`);
  const options = optionsOf(body);
  view.loaded[String(action_id)] = options;
  return options;
}
