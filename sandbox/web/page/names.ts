import { seedChannels, seedMembers } from '../../slack/world.ts';

/** The bot's name in the manifest. */
export const BOT_NAME = 'Slurm';

export const members = [...seedMembers(BOT_NAME).values()];
export const channels = [...seedChannels().values()];

/** Names of people and conversations by id. */
export const names: Record<string, string> = Object.fromEntries([
  ...members.map(({ id, real_name }) => [id, real_name]),
  ...channels.map(({ id, name }) => [id, `#${name}`]),
]);
