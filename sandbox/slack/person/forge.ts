import type { Json } from '../types.ts';
import type { Workspace } from '../workspace.ts';
import { type Act, actOf, actor, channelRef, interact, interactionBase, place } from './act.ts';

type Forged = { user: string; channel: string; payload: Json };

/**
 * A person sends an interaction that their screen does not offer. Who they are, what they see, the trigger and the
 * response_url are Slack's and cannot be forged; what is pressed, chosen or handed in is whatever `payload` says.
 */
export async function forge(
  space: Workspace,
  { user, channel: id, payload }: Forged,
): Promise<Act & { body?: unknown }> {
  const member = actor(space, user);
  const channel = place(space, user, id);
  space.ledger.add('person', { act: 'forge', user, channel: channel.id, payload });
  const target = { channel: channel.id, user, message: undefined };
  const isInMessage = payload.type === 'block_actions' || payload.type === 'message_action';
  const answer = await interact(
    space,
    {
      ...payload,
      ...interactionBase(space, member),
      trigger_id: space.triggers.issue({ user, channel: channel.id, view: undefined }),
      ...(isInMessage && {
        channel: channelRef(channel),
        response_url: space.url + space.responseUrls.issue('actions', target),
      }),
    },
    true,
  );
  return { ...actOf(answer), ...(answer?.outcome === 'acked' && { body: answer.body }) };
}
