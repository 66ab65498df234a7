import { botEnvironment, type SlackReady, type WaldurReady } from './processes.ts';
import { ANA, BOT, seedChannels, seedMembers } from './slack/world.ts';

/** Says how to point a bot at a sandbox that has just started, who is there, and how to drive it. */
export function guide(
  slack: SlackReady,
  waldur: WaldurReady,
  { as, http }: { as: string; http: string | null },
): string[] {
  return [
    `The local Slack is at ${slack.url}, the local Waldur (as ${as}) at ${waldur.url}.`,
    '',
    'For the bot, as the lines of a .env:',
    ...settings(slack, waldur, http).map(([name, value]) => `  ${name}=${value}`),
    '',
    'People of Slack, and their Waldur tokens (/slurm connect asks for them):',
    ...people(waldur.tokens),
    '',
    'Conversations (each person also has direct messages with the bot: `dm`):',
    ...conversations(),
    '',
    'To be somebody, POST JSON to the control API (sandbox/slack/control.ts is a typed client):',
    ...examples(slack, waldur),
    '',
    'What happens, as it happens. Ctrl-C stops both.',
  ];
}

function settings(slack: SlackReady, waldur: WaldurReady, http: string | null) {
  const { SLACK_APP_TOKEN, ...common } = botEnvironment(slack, waldur);
  const receiver =
    http === null
      ? { SLACK_APP_TOKEN }
      : { SLACK_SIGNING_SECRET: slack.signingSecret, PORT: new URL(http).port || '80' };
  return Object.entries({ ...receiver, ...common });
}

/** People go by their usernames, which are the same on both sides. */
function people(tokens: Record<string, string>): string[] {
  const members = [...seedMembers('slurm').values()].filter(({ is_bot }) => !is_bot);
  const inSlack = members.map(({ id, name, real_name: full }) => {
    const token = tokens[name] ?? 'none in Waldur';
    return `  ${id}  ${full.padEnd(12)} ${token}`;
  });
  const others = Object.entries(tokens).filter(
    ([name]) => !members.some((one) => one.name === name),
  );
  return [
    ...inSlack,
    ...others.map(([name, token]) => `  only in Waldur: ${name.padEnd(7)} ${token}`),
  ];
}

function conversations(): string[] {
  const channels = [...seedChannels().values()].filter(({ kind }) => kind !== 'im');
  return channels.map(({ id, name, kind, members, is_archived }) => {
    const facts = [
      kind,
      `with${members.includes(BOT) ? '' : 'out'} the bot`,
      ...(is_archived ? ['archived'] : []),
    ];
    return `  ${id}  #${name} (${facts.join(', ')})`;
  });
}

function examples(slack: SlackReady, waldur: WaldurReady): string[] {
  const post = (url: string, body: object) =>
    `  curl -s ${url} -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;
  const script = '#!/bin/bash\nsleep 60\n';
  return [
    post(`${slack.url}/sandbox/command`, { user: ANA, channel: 'dm', text: '/slurm list' }),
    post(`${slack.url}/sandbox/say`, {
      user: ANA,
      channel: 'dm',
      text: '',
      files: [{ name: 'job.sh', text: script }],
    }),
    post(`${slack.url}/sandbox/screen`, { user: ANA, channel: 'dm' }),
    `  curl -s '${slack.url}/sandbox/ledger?after=0'`,
    post(`${waldur.url}/sandbox/setSpeed`, { speed: 600 }),
  ];
}
