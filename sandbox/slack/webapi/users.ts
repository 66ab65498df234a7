import * as z from 'zod';
import { hasScope } from '../membership.ts';
import { SlackError } from '../slack-error.ts';
import type { Json, Member } from '../types.ts';
import type { Workspace } from '../workspace.ts';
import { APP_ID, BOT, BOT_ID, CREATED, TEAM } from '../world.ts';
import { pageOf } from './cursor.ts';
import { flagArg, type Method, method, needed, numberArg, textArg } from './method.ts';

const info = method({
  scopes: ['users:read'],
  takesJson: false,
  args: z.object({ user: needed }),
  run: (space, args) => ({
    user: userObject(space, found(space.members.get(args.user), 'user_not_found')),
  }),
});

/** Everybody, those who have left too. */
const list = method({
  scopes: ['users:read'],
  takesJson: false,
  args: z.object({
    cursor: textArg.optional(),
    limit: numberArg(1, 1000, 'invalid_limit').default(1000),
    include_locale: flagArg.default(false),
    team_id: textArg.optional(),
  }),
  run(space, { cursor, limit }) {
    const { page, next } = pageOf([...space.members.values()], cursor, limit);
    return {
      members: page.map((person) => userObject(space, person)),
      cache_ts: CREATED,
      response_metadata: { next_cursor: next },
    };
  },
});

const lookupByEmail = method({
  scopes: ['users:read.email'],
  takesJson: false,
  args: z.object({ email: needed }),
  run(space, args) {
    const all = [...space.members.values()].filter((one) => !one.is_bot && !one.deleted);
    const person = found(
      all.find((one) => one.email === args.email),
      'users_not_found',
    );
    return { user: userObject(space, person) };
  },
});

function found<T>(thing: T | undefined, code: string): T {
  if (thing === undefined) throw new SlackError(code);
  return thing;
}

/** The person as users.info gives them; the address only with users:read.email. */
export function userObject(space: Workspace, person: Member): Json {
  const { id, name, real_name, deleted, is_restricted, is_bot } = person;
  const [first_name = '', last_name = ''] = real_name.split(' ');
  const email = hasScope(space, 'users:read.email') && !is_bot ? { email: person.email } : {};
  const base = { id, team_id: TEAM.id, name, deleted };
  const profile = {
    title: '',
    phone: '',
    skype: '',
    real_name,
    real_name_normalized: real_name,
    display_name: name,
    display_name_normalized: name,
    status_text: '',
    status_emoji: '',
    status_expiration: 0,
    avatar_hash: 'g00000000000',
    first_name,
    last_name,
    team: TEAM.id,
    ...email,
  };
  if (deleted) return { ...base, profile, is_bot, is_app_user: false, updated: CREATED };
  return {
    ...base,
    color: '9f69e7',
    real_name,
    tz: person.tz,
    tz_label: person.tz_label,
    tz_offset: person.tz_offset,
    profile,
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted,
    is_ultra_restricted: false,
    is_bot,
    is_app_user: false,
    updated: CREATED,
    is_email_confirmed: person.is_email_confirmed,
    ...(person.is_stranger && { is_stranger: true }),
    who_can_share_contact_card: 'EVERYONE',
  };
}

const botInfo = method({
  scopes: ['users:read'],
  takesJson: false,
  args: z.object({ bot: textArg.optional() }),
  run(space, { bot }) {
    if (bot !== undefined && bot !== BOT_ID) throw new SlackError('bot_not_found');
    const { name } = space.manifest.display_information;
    const facts = {
      id: BOT_ID,
      deleted: false,
      name,
      updated: CREATED,
      app_id: APP_ID,
      user_id: BOT,
    };
    return { bot: facts };
  },
});

const usergroupMembers = method({
  scopes: ['usergroups:read'],
  takesJson: false,
  args: z.object({ usergroup: needed }),
  run: (space, { usergroup }) => ({
    users: found(space.usergroups.get(usergroup), 'no_such_subteam'),
  }),
});

export const userMethods: Record<string, Method> = {
  'users.info': info,
  'users.list': list,
  'users.lookupByEmail': lookupByEmail,
  'bots.info': botInfo,
  'usergroups.users.list': usergroupMembers,
};
