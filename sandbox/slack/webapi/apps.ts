import * as z from 'zod';
import { SlackError } from '../slack-error.ts';
import type { Json } from '../types.ts';
import type { Workspace } from '../workspace.ts';
import { APP_ID, BOT, BOT_ID, TEAM } from '../world.ts';
import { type Method, method, needed } from './method.ts';
import { joinedChannel } from './preconditions.ts';

const authTest = method({
  token: 'any',
  args: z.object({}),
  run(space, _args, token): Json {
    const { name } = space.manifest.display_information;
    if (token === 'app') return { app_name: name, app_id: APP_ID };
    return {
      url: `https://${TEAM.domain}.slack.com/`,
      team: TEAM.name,
      user: space.members.get(BOT)?.name,
      team_id: TEAM.id,
      user_id: BOT,
      bot_id: BOT_ID,
      is_enterprise_install: false,
    };
  },
});

/** api.test repeats its arguments; `error` makes it fail with that word. */
const apiTest: Method = {
  token: 'none',
  scopes: [],
  takesJson: true,
  run(_space, args) {
    const echo = Object.keys(args).length === 0 ? {} : { args };
    if (typeof args.error === 'string') throw new SlackError(args.error, echo);
    return echo;
  },
};

const teamInfo = method({
  scopes: ['team:read'],
  takesJson: false,
  args: z.object({}),
  run: () => ({
    team: {
      id: TEAM.id,
      name: TEAM.name,
      domain: TEAM.domain,
      email_domain: 'lab.example',
      is_verified: false,
      url: `https://${TEAM.domain}.slack.com/`,
    },
  }),
});

const addReaction = method({
  scopes: ['reactions:write'],
  args: z.object({ channel: needed, timestamp: needed, name: needed }),
  run(space: Workspace, args) {
    const channel = joinedChannel(space, args.channel);
    if (channel.is_archived) throw new SlackError('is_archived');
    const message = space.messages.find(channel.id, args.timestamp);
    if (message === undefined) throw new SlackError('message_not_found');
    if (!/^[a-z0-9_+'-]+$/.test(args.name)) throw new SlackError('invalid_name');
    const reaction = message.reactions.find((one) => one.name === args.name);
    if (reaction?.users.includes(BOT) === true) throw new SlackError('already_reacted');
    if (reaction === undefined) message.reactions.push({ name: args.name, users: [BOT] });
    else reaction.users.push(BOT);
    return {};
  },
});

/** Gives the address of a socket, for which `newTicket` makes the path. Without Socket Mode there is none. */
export const connectionsOpen = (newTicket: () => string): Method =>
  method({
    token: 'app',
    args: z.object({}),
    run(space) {
      if (!space.socketMode) throw new SlackError('forbidden_team');
      return { url: `${space.url.replace('http', 'ws')}${newTicket()}` };
    },
  });

export const appMethods: Record<string, Method> = {
  'auth.test': authTest,
  'api.test': apiTest,
  'team.info': teamInfo,
  'reactions.add': addReaction,
};
