/** The common parts of all acts of a person: who acts, what Slack says, and how the app is told. */

import { type Answer, deliver } from '../delivery.ts';
import { payloadName, seenChannel, teamRef, userRef } from '../membership.ts';
import type { Channel, Json, Member } from '../types.ts';
import type { Workspace } from '../workspace.ts';
import { APP_ID } from '../world.ts';

/**
 * The result of an act. `refused` says why Slack itself refused, or told the person that the app failed. `ackMs` is the
 * time that the app took to acknowledge, in milliseconds.
 */
export type Act = { ok: boolean; ackMs: number; refused?: string };

/** A mistake of whoever drives the sandbox, such as a label that is not on the screen. */
export class ControlError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ControlError';
  }
}

export const refuse = (refused: string): Act => ({ ok: false, ackMs: 0, refused });

/** The person who acts. A deactivated one or the bot cannot. */
export function actor(space: Workspace, user: string): Member {
  const member = space.members.get(user);
  if (member === undefined || member.is_bot) throw new ControlError(`There is no person ${user}.`);
  if (member.deleted)
    throw new ControlError(`${member.name} is deactivated and cannot do anything.`);
  return member;
}

/** A conversation that the person sees. */
export function place(space: Workspace, user: string, channel: string): Channel {
  const found = seenChannel(space, channel, user);
  if (found === undefined)
    throw new ControlError(`${user} does not see a conversation ${channel}.`);
  return found;
}

/** The fields about the app and the person in every interaction payload. */
export const interactionBase = (space: Workspace, member: Member): Json => ({
  user: userRef(member),
  team: teamRef(),
  enterprise: null,
  is_enterprise_install: false,
  api_app_id: APP_ID,
  token: space.tokens.verification,
});

export const channelRef = (channel: Channel): Json => ({
  id: channel.id,
  name: payloadName(channel),
});

/** Sends an interaction, unless the manifest has interactivity off. */
export async function interact(
  space: Workspace,
  payload: Json,
  accepts = false,
): Promise<Answer | undefined> {
  if (!space.manifest.settings.interactivity.is_enabled) return undefined;
  return deliver(space, {
    type: 'interactive',
    payload,
    accepts_response_payload: accepts,
    retry: { num: 0, reason: '' },
  });
}

/** The act's outcome as the person sees it. */
export function actOf(answer: Answer | undefined): Act {
  if (answer === undefined) return refuse('interactivity_disabled');
  if (answer.outcome === 'acked') return { ok: true, ackMs: answer.ackMs };
  return { ok: false, ackMs: answer.ackMs, refused: failureWord(answer.outcome, answer.detail) };
}

/** Slack's words to the person when an app does not answer. */
function failureWord(outcome: string, detail: string | undefined): string {
  if (outcome === 'timeout') return 'operation_timeout';
  return detail === 'http_error' ? 'http_service_error' : 'dispatch_failed';
}
