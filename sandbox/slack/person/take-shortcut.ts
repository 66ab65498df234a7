import { nowSeconds } from '../ids.ts';
import { hasScope } from '../membership.ts';
import { messageObject } from '../message-object.ts';
import type { Workspace } from '../workspace.ts';
import { TEAM } from '../world.ts';
import {
  type Act,
  actOf,
  actor,
  ControlError,
  channelRef,
  interact,
  interactionBase,
  place,
  refuse,
} from './act.ts';

type Chosen = { user: string; callback_id: string; channel: string; ts: string };

/** A person takes a message shortcut from the menu of a message. */
export async function takeShortcut(space: Workspace, chosen: Chosen): Promise<Act> {
  const member = actor(space, chosen.user);
  const channel = place(space, chosen.user, chosen.channel);
  const message = space.messages.find(channel.id, chosen.ts);
  if (message === undefined)
    throw new ControlError(`There is no message ${chosen.ts} in ${channel.id}.`);
  const { user, callback_id, ts } = chosen;
  space.ledger.add('person', { act: 'shortcut', user, channel: channel.id, ts, callback_id });
  const isKnown = space.manifest.features.shortcuts.some(
    (one) => one.type === 'message' && one.callback_id === callback_id,
  );
  if (!isKnown || !hasScope(space, 'commands')) return refuse('unknown_shortcut');
  const { api_app_id: _appId, ...base } = interactionBase(space, member);
  const target = { channel: channel.id, user, message: undefined };
  return actOf(
    await interact(space, {
      ...base,
      user: { id: member.id, name: member.name, team_id: TEAM.id },
      type: 'message_action',
      action_ts: `${nowSeconds()}.000000`,
      callback_id,
      trigger_id: space.triggers.issue({ user, channel: channel.id, view: undefined }),
      response_url: space.url + space.responseUrls.issue('actions', target),
      channel: channelRef(channel),
      message_ts: ts,
      message: messageObject(space, message),
    }),
  );
}
