/**
 * The workspace that every sandbox starts with. The ids are fixed and documented here, so that tests, the demo and
 * other programs can name people and channels without asking.
 */
import type { Channel, ChannelKind, Member } from './types.ts';

export const TEAM = { id: 'T0SANDBOX1', name: 'Sandbox Lab', domain: 'sandbox-lab' } as const;
export const APP_ID = 'A0SLURMAPP';
export const BOT_ID = 'B0SLURMBOT';
/** The bot's user id: what a mention names. */
export const BOT = 'U0SLURMBOT';

export const ANA = 'U0ANA00001';
export const BEN = 'U0BEN00001';
/** A guest: a member of #jobs only. */
export const GUEST = 'U0GUEST001';
/** A person whose account was deactivated. */
export const GONE = 'U0GONE0001';

/** Public, with the bot in it. */
export const JOBS = 'C0JOBS0001';
/** Public, without the bot. */
export const GENERAL = 'C0GENERAL1';
/** Private, with the bot in it. */
export const PRIVATE_WITH_BOT = 'C0PRIVATE1';
/** Private, without the bot. */
export const PRIVATE_WITHOUT_BOT = 'C0PRIVATE2';
/** Public, with the bot in it, archived. */
export const ARCHIVED = 'C0ARCHIVED';
/** The group message of Ana, Ben and the bot. */
export const GROUP_MESSAGE = 'C0MPDM0001';
/** The direct messages of Ana and Ben: the bot is not in them. */
export const ANA_AND_BEN = 'D0ANABEN01';

/** The direct messages between a person and the bot. */
export const dmWith = (userId: string): string => `D${userId.slice(1)}`;

/** Seconds since the epoch at which the workspace was made. */
export const CREATED = 1_735_689_600;

/** A member of the workspace. */
export const member = (
  id: string,
  name: string,
  real_name: string,
  extra: Partial<Member> = {},
): Member => ({
  id,
  name,
  real_name,
  email: `${name}@lab.example`,
  tz: 'Europe/Tallinn',
  tz_label: 'Eastern European Time',
  tz_offset: 7200,
  deleted: false,
  is_restricted: false,
  is_bot: false,
  is_email_confirmed: true,
  is_stranger: false,
  ...extra,
});

/** A conversation as it was made. */
export const channel = (
  id: string,
  kind: ChannelKind,
  name: string,
  members: string[],
): Channel => ({
  id,
  kind,
  name,
  members,
  is_archived: false,
  is_ext_shared: false,
  created: CREATED,
});

/** A fresh set of members; `botName` is the bot user's name from the manifest. */
export function seedMembers(botName: string): Map<string, Member> {
  const members = [
    member(ANA, 'ana', 'Ana Tamm'),
    member(BEN, 'ben', 'Ben Okafor', { tz: 'Europe/Berlin', tz_offset: 3600 }),
    member(GUEST, 'gil', 'Gil Guest', { is_restricted: true }),
    member(GONE, 'zoe', 'Zoe Left', { deleted: true }),
    member(BOT, botName, botName, { is_bot: true, email: '', tz: 'America/Los_Angeles' }),
  ];
  return new Map(members.map((one) => [one.id, one]));
}

/** A fresh set of conversations, with a direct message conversation with the bot for every person. */
export function seedChannels(): Map<string, Channel> {
  const people = [ANA, BEN, GUEST, GONE];
  const channels = [
    channel(JOBS, 'public', 'jobs', [ANA, BEN, GUEST, BOT]),
    channel(GENERAL, 'public', 'general', [ANA, BEN]),
    channel(PRIVATE_WITH_BOT, 'private', 'bio-team', [ANA, BEN, BOT]),
    channel(PRIVATE_WITHOUT_BOT, 'private', 'secrets', [ANA, BEN]),
    { ...channel(ARCHIVED, 'public', 'old-jobs', [ANA, BEN, BOT]), is_archived: true },
    channel(GROUP_MESSAGE, 'mpim', 'mpdm-ana--ben--slurm-1', [ANA, BEN, BOT]),
    channel(ANA_AND_BEN, 'im', 'directmessage', [ANA, BEN]),
    ...people.map((id) => channel(dmWith(id), 'im', 'directmessage', [id, BOT])),
  ];
  return new Map(channels.map((one) => [one.id, one]));
}
