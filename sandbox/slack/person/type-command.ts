import { deliver } from '../delivery.ts';
import { isObject } from '../json.ts';
import { hasScope, payloadName } from '../membership.ts';
import { respond } from '../response-url.ts';
import type { ResponseTarget } from '../response-url-store.ts';
import { SlackError } from '../slack-error.ts';
import type { Channel, Json, Member } from '../types.ts';
import type { Workspace } from '../workspace.ts';
import { APP_ID, TEAM } from '../world.ts';
import { type Act, actOf, actor, place, refuse } from './act.ts';

type CommandAct = Act & { response?: unknown };
type Typed = { user: string; channel: string; text: string; thread_ts?: string | undefined };

/**
 * A person types a slash command. Slack itself refuses it in a thread, or if the app has no such command. The text of
 * an acknowledgement is shown as the answer.
 */
export async function typeCommand(space: Workspace, typed: Typed): Promise<CommandAct> {
  const member = actor(space, typed.user);
  const channel = place(space, typed.user, typed.channel);
  const [command = '', ...words] = typed.text.trim().split(/\s+/);
  const refused = refusalOf(space, command, typed);
  const { user, text, thread_ts } = typed;
  space.ledger.add('person', {
    act: 'command',
    user,
    channel: channel.id,
    thread_ts,
    text,
    refused,
  });
  if (refused !== undefined) return refuse(refused);
  const target = { channel: channel.id, user: member.id, message: undefined };
  const rest = typed.text.trim().slice(command.length).trim();
  const written = isEscaped(space, command)
    ? escapeNames(space, rest)
    : words.length === 0
      ? ''
      : rest;
  const payload = commandPayload(space, member, channel, command, written, target);
  const answer = await deliver(space, {
    type: 'slash_commands',
    payload,
    accepts_response_payload: true,
    retry: { num: 0, reason: '' },
  });
  const act = actOf(answer);
  return answer.outcome === 'acked' ? { ...act, ...showResponse(space, target, answer.body) } : act;
}

function refusalOf(space: Workspace, command: string, typed: Typed): string | undefined {
  const isKnown = space.manifest.features.slash_commands.some((one) => one.command === command);
  if (!isKnown || !hasScope(space, 'commands')) return 'invalid_command';
  return typed.thread_ts === undefined ? undefined : 'not_supported_in_threads';
}

const isEscaped = (space: Workspace, command: string): boolean =>
  space.manifest.features.slash_commands.find((one) => one.command === command)?.should_escape ===
  true;

/** With should_escape Slack turns the names that a person typed into ids. */
function escapeNames(space: Workspace, text: string): string {
  const members = [...space.members.values()];
  const channels = [...space.channels.values()];
  return text
    .replace(/@([a-z0-9._-]+)/g, (whole, name) => {
      const found = members.find((one) => one.name === name);
      return found === undefined ? whole : `<@${found.id}|${name}>`;
    })
    .replace(/#([a-z0-9_-]+)/g, (whole, name) => {
      const found = channels.find((one) => one.kind !== 'im' && one.name === name);
      return found === undefined ? whole : `<#${found.id}|${name}>`;
    });
}

function commandPayload(
  space: Workspace,
  member: Member,
  channel: Channel,
  command: string,
  text: string,
  target: ResponseTarget,
): Json {
  return {
    token: space.tokens.verification,
    team_id: TEAM.id,
    team_domain: TEAM.domain,
    channel_id: channel.id,
    channel_name: payloadName(channel),
    user_id: member.id,
    user_name: member.name,
    command,
    text,
    api_app_id: APP_ID,
    is_enterprise_install: false,
    response_url: space.url + space.responseUrls.issue('commands', target),
    trigger_id: space.triggers.issue({ user: member.id, channel: channel.id, view: undefined }),
  };
}

/** Shows the text of the acknowledgement, which is ephemeral unless it says otherwise. */
function showResponse(
  space: Workspace,
  target: ResponseTarget,
  body: unknown,
): { response?: unknown; refused?: string } {
  if (!isObject(body) || Object.keys(body).length === 0) return {};
  try {
    respond(space, target, body);
    return { response: body };
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    return { response: body, refused: error.code };
  }
}
