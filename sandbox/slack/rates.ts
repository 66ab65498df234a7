/** Slack's rate limits: calls per minute for each method, and about one post per second for each channel. */
import type { Json } from './types.ts';

const TIER_2 = 20;
const TIER_3 = 50;
const TIER_4 = 100;

const PER_MINUTE: Record<string, number | undefined> = {
  'users.list': TIER_2,
  'usergroups.users.list': TIER_2,
  'chat.update': TIER_3,
  'chat.delete': TIER_3,
  'conversations.replies': TIER_3,
  'conversations.history': TIER_3,
  'conversations.info': TIER_3,
  'conversations.open': TIER_3,
  'users.conversations': TIER_3,
  'users.lookupByEmail': TIER_3,
  'apps.connections.open': TIER_3,
  'reactions.add': TIER_3,
  'team.info': TIER_3,
  'bots.info': TIER_3,
  'conversations.members': TIER_4,
  'files.info': TIER_4,
  'files.getUploadURLExternal': TIER_4,
  'files.completeUploadExternal': TIER_4,
  'views.open': TIER_4,
  'views.update': TIER_4,
  'views.push': TIER_4,
  'views.publish': TIER_4,
  'users.info': TIER_4,
  'chat.postEphemeral': TIER_4,
};

const MINUTE = 60_000;
const SECOND = 1000;

/** Returns 0 if a call may pass, or the seconds after which to try again. */
export type Rates = (method: string, args: Json) => number;

/** Counts calls in a sliding window; `now` gives milliseconds. */
export function createRates(now: () => number = Date.now): Rates {
  const passed = new Map<string, number[]>();
  return (method, args) => {
    const isPost = method === 'chat.postMessage';
    const limit = isPost ? 1 : PER_MINUTE[method];
    if (limit === undefined) return 0;
    const window = isPost ? SECOND : MINUTE;
    const key = isPost ? `${method} ${String(args.channel)}` : method;
    const recent = (passed.get(key) ?? []).filter((at) => at > now() - window);
    const [oldest = 0] = recent;
    if (recent.length >= limit) return Math.max(1, Math.ceil((oldest + window - now()) / SECOND));
    passed.set(key, [...recent, now()]);
    return 0;
  };
}
