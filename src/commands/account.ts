import type { Person } from '../store/accounts.ts';
import { pauseWatches, watchesOfPerson } from '../store/watches.ts';
import { disconnected, identity } from '../views/connecting.ts';
import type { Command } from './command.ts';
import type { Services } from './services.ts';

/** Tells who the person is in Waldur, after asking Waldur. */
export const whoami: Command = {
  name: 'whoami',
  usage: 'whoami',
  summary: 'Who you are in Waldur',
  purpose: 'see who you are there',
  async run(services, ask) {
    const { account, waldur } = await services.accounts.actingAs(ask);
    const who = await waldur.me();
    const watches = await followedBy(services, ask);
    const { waldurUrl } = services.config;
    const { connectedAt } = account;
    await ask.answer(identity({ ...who, waldurUrl, connectedAt, watches }));
  },
};

/** Deletes the person's token here. */
export const disconnect: Command = {
  name: 'disconnect',
  aliases: ['logout'],
  usage: 'disconnect',
  summary: 'Delete your token from the bot',
  purpose: 'disconnect',
  async run(services, ask) {
    const watches = await followedBy(services, ask);
    await services.accounts.disconnect(ask);
    await pauseWatches(services.db, ask);
    services.wake();
    ask.log.info('disconnected');
    await ask.answer(disconnected(watches, services.accounts.linking.by));
  },
};

/** How many jobs are followed for a person; those that have ended are only looked after. */
async function followedBy({ db }: Services, person: Person): Promise<number> {
  const watches = await watchesOfPerson(db, person);
  return watches.filter(({ endedAt }) => endedAt === null).length;
}
