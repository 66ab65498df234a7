import type { Command } from '../interaction/command.ts';
import { helpEntries } from '../interaction/run.ts';
import { abilities } from '../views/abilities.ts';
import { help as view } from '../views/help.ts';

/** What the bot can do. */
export const help: Command = {
  name: 'help',
  aliases: ['?'],
  usage: 'help',
  summary: 'This list',
  purpose: 'read the help',
  async run({ abilities: known, commands }, interaction) {
    await interaction.answer(view(helpEntries(commands), null, null, abilities(known)));
  },
};
