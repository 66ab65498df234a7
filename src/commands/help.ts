import { findCapabilities } from '../store/capabilities.ts';
import { abilities } from '../views/abilities.ts';
import { help as view } from '../views/help.ts';
import type { Command } from './command.ts';
import { helpEntries } from './run.ts';

/** What the bot can do. */
export const help: Command = {
  name: 'help',
  aliases: ['?'],
  usage: 'help',
  summary: 'This list',
  purpose: 'read the help',
  async run({ db, config, commands, now }, ask) {
    const known = await findCapabilities(db, config.waldurUrl);
    await ask.answer(view(helpEntries(commands), null, null, abilities(known, now())));
  },
};
