import { Problem } from '../jobs/problem.ts';
import { followProblem } from './access.ts';
import type { Context } from './context.ts';

/**
 * Why a job's news may not go to the conversation that a form names, as far as that can be said at once; null if Slack
 * has to be asked. An id in a payload is whatever its sender wrote. Only channels can be chosen: to choose nothing
 * means the direct message with the bot.
 */
export function wrongPlace({ config }: Context, channel: string): string | null {
  if (!/^[CG][A-Z0-9]+$/.test(channel)) return noChannel;
  const { channels } = config.allowed;
  return channels.length === 0 || channels.includes(channel) ? null : notUsed;
}

/**
 * Checks that a person and the bot are both in the channel in which a job is to be followed: otherwise anyone could
 * post where they cannot read. It asks Slack, so call it after the acknowledgement.
 * @throws Problem if they are not, or if Slack does not say
 */
export async function checkFollowPlace(
  context: Context,
  person: { team: string; user: string },
  channel: string,
): Promise<void> {
  const { places } = context;
  const wrong = wrongPlace(context, channel);
  if (wrong !== null) throw new Problem(wrong);
  const [own, theirs] = await Promise.all([
    places.ownMembership(channel),
    places.membership(person, channel),
  ]);
  if (own === 'not a member' || theirs === 'not a member') throw new Problem(notBoth);
  if (own === 'unknown' || theirs === 'unknown') throw new Problem(untold);
  const problem = await followProblem(context, channel);
  if (problem !== null) throw new Problem(problem);
}

const noChannel = 'Choose a channel, or leave this empty for your direct messages with me.';
const notUsed = 'I am not used in this channel. Choose another, or leave this empty.';
const notBoth =
  'I post updates only in channels that you and I are both in. Invite me to that channel, or choose another. Nothing was submitted.';
const untold =
  'Slack did not tell me whether you and I are both in that channel. Invite me if I am not, and submit again, or choose another. Nothing was submitted.';
