import type { Command } from '../interaction/command.ts';
import { abilities, help as view } from '../views/help-page.ts';
import type { IntentTo } from '../views/intent.ts';

/** What the bot can do. */
export const help: Command<IntentTo<'help'>> = {
  name: 'help',
  typed: {
    aliases: ['?'],
    usage: 'help',
    summary: 'This list',
    parse: () => ({ do: 'help' }),
  },
  purpose: 'read the help',
  async run({ help: entries, abilities: known }, interaction) {
    await interaction.answer(view(entries, abilities(known)));
  },
};
