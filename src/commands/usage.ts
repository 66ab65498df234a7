import type { Command } from '../interaction/command.ts';
import { usage as usageView } from '../views/allocation-usage.ts';
import type { IntentTo } from '../views/intent.ts';

/** Shows a person what their allocations may use, and what is left. */
export const usage: Command<IntentTo<'usage'>> = {
  name: 'usage',
  typed: {
    aliases: ['allocations', 'quota', 'balance'],
    usage: 'usage',
    summary: 'What your allocations may use, and what is left',
    parse: () => ({ do: 'usage' }),
  },
  purpose: 'see what is left of your allocations',
  async run(context, interaction) {
    const { waldur } = await context.accounts.actingAs(interaction);
    const allocations = await waldur.allocations();
    await interaction.answer(usageView(allocations.filter(({ isActive }) => isActive)));
  },
};
