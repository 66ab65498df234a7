import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, deliver } from './delivery.ts';
import { newId, nowSeconds } from './ids.ts';
import { hasScope } from './membership.ts';
import type { Json } from './types.ts';
import type { Workspace } from './workspace.ts';
import { APP_ID, BOT, TEAM } from './world.ts';

/** The events that this workspace can send, and the scope that each needs (Slack's event reference). */
const SCOPE_OF_EVENT: Record<string, string | undefined> = {
  app_mention: 'app_mentions:read',
  'message.im': 'im:history',
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  file_shared: 'files:read',
  file_deleted: 'files:read',
  app_home_opened: undefined,
  user_change: 'users:read',
  tokens_revoked: undefined,
  app_uninstalled: undefined,
};

/** True if the app gets this event: its manifest lists it, and its token has the scope. */
function isSubscribed(space: Workspace, name: string): boolean {
  const scope = SCOPE_OF_EVENT[name];
  const listed = space.manifest.settings.event_subscriptions.bot_events.includes(name);
  return listed && name in SCOPE_OF_EVENT && (scope === undefined || hasScope(space, scope));
}

/**
 * Sends an event if the app is subscribed to `name`. Resolves when the first attempt was acknowledged or given up;
 * further attempts run in the background.
 */
export async function sendEvent(space: Workspace, name: string, event: Json): Promise<void> {
  if (!isSubscribed(space, name)) return;
  const body = eventBody(space, event);
  space.events.set(String(body.event_id), body);
  const answer = await attempt(space, body, { num: 0, reason: '' });
  if (shouldRetry(answer)) space.background(retry(space, body, answer));
}

/** Sends an event again that was sent before, as Slack does when it missed the acknowledgement. False if unknown. */
export async function redeliver(space: Workspace, eventId: string): Promise<boolean> {
  const body = space.events.get(eventId);
  if (body === undefined) return false;
  await attempt(space, body, { num: 1, reason: 'timeout' });
  return true;
}

type Retry = { num: number; reason: string };

const attempt = (space: Workspace, payload: Json, retry: Retry): Promise<Answer> =>
  deliver(space, { type: 'events_api', payload, accepts_response_payload: false, retry });

const shouldRetry = (answer: Answer): boolean =>
  answer.outcome !== 'acked' && answer.outcome !== 'no_retry';

/** Slack tries three more times: at once, after a minute, after five. */
async function retry(space: Workspace, body: Json, first: Answer): Promise<void> {
  let last = first;
  for (const [index, delay] of space.redeliverMs.entries()) {
    await sleep(delay, undefined, { signal: space.closing, ref: false });
    // The workspace may have been reset in the meantime.
    if (!space.events.has(String(body.event_id))) return;
    const reason = 'detail' in last ? (last.detail ?? 'timeout') : 'timeout';
    last = await attempt(space, body, { num: index + 1, reason });
    if (!shouldRetry(last)) return;
  }
}

function eventBody(space: Workspace, event: Json): Json {
  const event_id = newId('Ev');
  return {
    token: space.tokens.verification,
    team_id: TEAM.id,
    api_app_id: APP_ID,
    event,
    type: 'event_callback',
    event_id,
    event_time: nowSeconds(),
    authorizations: [
      {
        enterprise_id: null,
        team_id: TEAM.id,
        user_id: BOT,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: space.channels.get(String(event.channel))?.is_ext_shared ?? false,
    event_context: `4-${Buffer.from(JSON.stringify({ et: event.type, tid: TEAM.id, aid: APP_ID, id: event_id })).toString('base64url')}`,
  };
}
