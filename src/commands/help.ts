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
  run: (_services, ask) => ask.answer(view(helpEntries())),
};
