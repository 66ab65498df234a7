import type { Placed } from '../block-tree.ts';
import { defined } from '../json.ts';
import { messageObject } from '../message-object.ts';
import type { Channel, Json, Member, Message } from '../types.ts';
import { initialValues, stateValue } from '../view-state.ts';
import type { Workspace } from '../workspace.ts';
import {
  type Act,
  actOf,
  actor,
  ControlError,
  channelRef,
  interact,
  interactionBase,
  place,
} from './act.ts';
import { chosenOption, findButton, findOption } from './find-element.ts';

type Pressed = { user: string; channel: string; ts: string; label: string; nth: number };

/** A person presses a button of a message. */
export async function click(space: Workspace, pressed: Pressed): Promise<Act> {
  const { member, channel, message } = look(space, pressed);
  const placed = findButton(message.blocks, pressed.label, pressed.nth);
  note(space, 'click', pressed, channel);
  return act(space, member, channel, message, placed, {});
}

/** A person chooses an option of a menu in a message. */
export async function choose(space: Workspace, pressed: Pressed): Promise<Act> {
  const { member, channel, message } = look(space, pressed);
  const { option, ...placed } = findOption(message.blocks, pressed.label, pressed.nth);
  note(space, 'choose', pressed, channel);
  const isList = placed.element.type === 'checkboxes';
  const chosen = chosenOption(option);
  return act(
    space,
    member,
    channel,
    message,
    placed,
    isList ? { selected_options: [chosen] } : { selected_option: chosen },
  );
}

function look(space: Workspace, { user, channel: id, ts }: Pressed) {
  const member = actor(space, user);
  const channel = place(space, user, id);
  const message = space.messages.findSeen(channel.id, ts, user);
  if (message === undefined)
    throw new ControlError(`${user} sees no message ${ts} in ${channel.id}.`);
  if (!message.by_app) throw new ControlError('Only messages of the app can be used.');
  return { member, channel, message };
}

const note = (space: Workspace, name: string, { user, ts, label }: Pressed, channel: Channel) =>
  space.ledger.add('person', { act: name, user, channel: channel.id, ts, label });

async function act(
  space: Workspace,
  member: Member,
  channel: Channel,
  message: Message,
  placed: Placed,
  value: Json,
): Promise<Act> {
  const isEphemeral = message.to !== undefined;
  const thread_ts = message.thread_ts;
  const target = {
    channel: channel.id,
    user: member.id,
    message: { ts: message.ts, ephemeral: isEphemeral },
    thread_ts,
  };
  const payload = defined({
    type: 'block_actions',
    ...interactionBase(space, member),
    container: defined({
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: isEphemeral,
      thread_ts,
    }),
    trigger_id: space.triggers.issue({ user: member.id, channel: channel.id, view: undefined }),
    channel: channelRef(channel),
    // Slack does not keep ephemeral messages, so it cannot send one back.
    message: isEphemeral ? undefined : messageObject(space, message),
    state: { values: stateAfter(message, placed, value) },
    response_url: space.url + space.responseUrls.issue('actions', target),
    actions: [actionOf(placed, value)],
  });
  return actOf(await interact(space, payload));
}

function stateAfter(message: Message, { block, element }: Placed, value: Json): Json {
  const values = initialValues(message.blocks, {}, undefined);
  const [chosen] = Object.values(value);
  const held = values[String(block.block_id)];
  if (held?.[String(element.action_id)] !== undefined)
    held[String(element.action_id)] = stateValue(element, chosen);
  return values;
}

/** An action as Slack sends it: the element's own properties and the choice. */
export const actionOf = ({ block, element }: Placed, value: Json): Json =>
  defined({
    type: element.type,
    action_id: element.action_id,
    block_id: block.block_id,
    text: element.text,
    value: element.value,
    style: element.style,
    url: element.url,
    confirm: element.confirm,
    placeholder: element.placeholder,
    initial_option: element.initial_option,
    ...value,
    action_ts: `${(Date.now() / 1000).toFixed(6)}`,
  });
