import type { Command } from '../interaction/command.ts';
import type { Context } from '../interaction/context.ts';
import type { Person } from '../store/accounts.ts';
import { homeIsDue } from '../store/homes.ts';
import { pauseWatches, watchesOfPerson } from '../store/watches.ts';
import { disconnected, identity } from '../views/connecting.ts';
import type { IntentTo } from '../views/intent.ts';

/** Tells a person who they are in Waldur, after asking Waldur. */
export const whoami: Command<IntentTo<'whoami'>> = {
  name: 'whoami',
  typed: {
    usage: 'whoami',
    summary: 'Who you are in Waldur',
    parse: () => ({ do: 'whoami' }),
  },
  purpose: 'see who you are there',
  async run(context, interaction) {
    const { account, waldur } = await context.accounts.actingAs(interaction);
    const who = await waldur.me();
    const watches = await followedBy(context, interaction);
    const { waldurUrl } = context.config;
    const { connectedAt } = account;
    await interaction.answer(identity({ ...who, waldurUrl, connectedAt, watches }));
  },
};

/** Deletes the person's token here. */
export const disconnect: Command<IntentTo<'disconnect'>> = {
  name: 'disconnect',
  typed: {
    aliases: ['logout'],
    usage: 'disconnect',
    summary: 'Delete your token from the bot',
    parse: () => ({ do: 'disconnect' }),
  },
  purpose: 'disconnect',
  async run(context, interaction) {
    const watches = await followedBy(context, interaction);
    await context.accounts.disconnect(interaction);
    await pauseWatches(context.db, interaction);
    await homeIsDue(context.db, interaction);
    context.wake();
    interaction.log.info('disconnected');
    await interaction.answer(disconnected(watches, context.accounts.linking.by));
  },
};

/** How many running or waiting jobs are followed for a person. */
async function followedBy({ db }: Context, person: Person): Promise<number> {
  const watches = await watchesOfPerson(db, person);
  return watches.filter(({ endedAt }) => endedAt === null).length;
}
