import { placedElements } from '../block-tree.ts';
import { checkView } from '../blocks/index.ts';
import { isObject } from '../json.ts';
import { SlackError } from '../slack-error.ts';
import type { Json } from '../types.ts';
import { changeView, closeSubmitted, closeViews, note, pushView } from '../view-changes.ts';
import { viewObject } from '../view-object.ts';
import { inputIds, inputProblems } from '../view-state.ts';
import type { View } from '../view-store.ts';
import type { Workspace } from '../workspace.ts';
import { type Act, actOf, actor, ControlError, interact, interactionBase } from './act.ts';
import { findField } from './find-element.ts';
import { topModal } from './modal.ts';
import { type Entered, setValue } from './set-value.ts';

/** `none`: acknowledged without an answer, so that the view closed; or, with `refused` or `errors`, it stayed. */
type Submitted = Act & {
  action: 'clear' | 'errors' | 'update' | 'push' | 'none';
  errors?: Record<string, string>;
};

/** A person fills in the top view and submits it. Slack itself refuses required inputs that are empty. */
export async function submit(
  space: Workspace,
  user: string,
  entered: Record<string, Entered>,
): Promise<Submitted> {
  const member = actor(space, user);
  const view = topModal(space, user);
  if (view.submit === null) throw new ControlError('This view has no submit button.');
  for (const [label, value] of Object.entries(entered))
    await setValue(space, view, findField(view.blocks, label), value);
  const errors = inputProblems(view);
  const isRefused = Object.keys(errors).length > 0;
  const seen = viewObject(view, view.values);
  space.ledger.add('person', { act: 'submit', user, view: seen, ...(isRefused ? { errors } : {}) });
  if (isRefused) return { ok: false, ackMs: 0, action: 'none', errors, refused: 'invalid_input' };
  const answer = await interact(
    space,
    {
      type: 'view_submission',
      ...interactionBase(space, member),
      trigger_id: space.triggers.issue({ user, channel: view.channel, view: view.id }),
      view: seen,
      response_urls: responseUrls(space, view),
    },
    true,
  );
  const act = actOf(answer);
  if (answer?.outcome !== 'acked') return { ...act, action: 'none' };
  return { ...act, ...applyAck(space, view, answer.body) };
}

/** One response_url for each conversation menu that asks for it. */
function responseUrls(space: Workspace, view: View): Json[] {
  return placedElements(view.blocks).flatMap(({ block, element }) => {
    if (element.response_url_enabled !== true) return [];
    const block_id = String(block.block_id);
    const action_id = String(element.action_id);
    const held = view.values[block_id]?.[action_id];
    const channel_id = held?.selected_conversation ?? held?.selected_channel;
    if (typeof channel_id !== 'string') return [];
    const target = {
      channel: channel_id,
      user: view.user,
      message: undefined,
    };
    const response_url = space.url + space.responseUrls.issue('actions', target);
    return [{ block_id, action_id, channel_id, response_url }];
  });
}

type Applied =
  | Pick<Submitted, 'action' | 'errors' | 'refused' | 'ok'>
  | Pick<Submitted, 'action' | 'errors'>;

/** Does what the acknowledgement asks. If Slack cannot use it, the person sees that there was trouble with the app. */
function applyAck(space: Workspace, view: View, body: unknown): Applied {
  const action = isObject(body) ? body.response_action : undefined;
  if (!isObject(body) || action === undefined) {
    closeSubmitted(space, view);
    return { action: 'none' };
  }
  if (action === 'clear') {
    closeViews(space, view.user, true);
    return { action };
  }
  if (action === 'errors') return showErrors(space, view, body.errors);
  if (action === 'update' || action === 'push') return showView(space, view, action, body.view);
  return trouble(space, view, [`unknown response_action ${String(action)}`]);
}

function showErrors(space: Workspace, view: View, given: unknown): Applied {
  const inputs = inputIds(view.blocks);
  const entries = isObject(given) ? Object.entries(given) : [];
  const errors: Record<string, string> = {};
  for (const [block_id, text] of entries)
    if (typeof text === 'string' && inputs.includes(block_id)) errors[block_id] = text;
  const isUsable = entries.length > 0 && Object.keys(errors).length === entries.length;
  if (!isUsable) return trouble(space, view, ['errors must name input blocks of the view']);
  note(space, 'errors', view, { errors });
  return { action: 'errors', errors };
}

function showView(space: Workspace, view: View, action: 'update' | 'push', raw: unknown): Applied {
  const refused = checkView(raw, 'ack');
  if (refused !== null || !isObject(raw)) return trouble(space, view, refused?.messages ?? []);
  try {
    if (action === 'update') changeView(space, view, raw);
    else pushView(space, { user: view.user, channel: view.channel }, raw);
    return { action };
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    return trouble(space, view, [error.code]);
  }
}

/** "We had some trouble connecting. Try again?": the view stays as it is. */
function trouble(space: Workspace, view: View, messages: string[]): Applied {
  note(space, 'trouble', view, { messages });
  return { ok: false, action: 'none', refused: `invalid_ack: ${messages.join('; ')}` };
}
