import { Problem } from '../jobs/problem.ts';
import type { Context } from './context.ts';

/**
 * Checks that this person may use the bot here (ALLOWED_CHANNELS, ALLOWED_USERGROUPS). The direct message with the bot
 * is always allowed.
 * @throws Problem if they may not
 */
export async function admit(
  { config, people }: Context,
  { channel, direct, user }: { channel: string; direct: boolean; user: string },
): Promise<void> {
  const { channels, usergroups } = config.allowed;
  if (!direct && !isAllowedChannel(channels, channel)) {
    throw new Problem('The bot is not used in this channel. Write to it directly.');
  }
  if (!(await people.isIn(usergroups, user))) {
    throw new Problem('You are not among those who may use this bot. Ask the people who run it.');
  }
}

/** Why a job may not be followed in a conversation; null if it may. */
export async function followProblem(
  { config, places }: Context,
  channel: string,
): Promise<string | null> {
  if (!isAllowedChannel(config.allowed.channels, channel)) {
    return 'The bot is not used in this channel.';
  }
  if (await places.isShared(channel)) {
    return 'This channel is shared with another organisation, so no job is followed there.';
  }
  return null;
}

/** True if ALLOWED_CHANNELS includes this conversation. It does not apply to direct messages. */
export function isAllowedChannel(allowed: string[], channel: string): boolean {
  return allowed.length === 0 || !/^[CG]/.test(channel) || allowed.includes(channel);
}
