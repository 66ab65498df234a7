import { pauseWatches, watchesOfPerson } from '../store/watches.ts';
import { disconnected, identity } from '../views/connecting.ts';
import type { Command } from './command.ts';

/** Tells who the person is in Waldur, after asking Waldur. */
export const whoami: Command = {
  name: 'whoami',
  usage: 'whoami',
  summary: 'Who you are in Waldur',
  purpose: 'see who you are there',
  async run(services, ask) {
    const { account, waldur } = await services.accounts.actingAs(ask);
    const who = await waldur.me();
    const { length: watches } = await watchesOfPerson(services.db, ask);
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
    const { length: watches } = await watchesOfPerson(services.db, ask);
    await services.accounts.disconnect(ask);
    await pauseWatches(services.db, ask);
    services.wake();
    ask.log.info('disconnected');
    await ask.answer(disconnected(watches, services.accounts.linking.by));
  },
};
