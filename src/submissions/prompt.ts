import type { Command } from '../interaction/command.ts';
import type { Context } from '../interaction/context.ts';
import type { Interaction } from '../interaction/interaction.ts';
import { Problem } from '../jobs/problem.ts';
import { scriptsOfMessage, updatePrompt, wantPrompt } from '../store/prompts.ts';
import type { SharedScript } from '../store/scripts.ts';
import type { IntentTo } from '../views/intent.ts';
import { type Message, smallPrint } from '../views/message.ts';
import { wholePrompt } from '../views/whole-prompt.ts';
import { showPrompt } from './keep-prompts.ts';
import { promptPart, readPart, toldByPrompt } from './prompt-parts.ts';
import { usableScript } from './script-access.ts';

/**
 * The prompt in a channel that another organisation reads: only the person sees it, and the job is followed elsewhere.
 */
export async function privatePrompt(
  context: Context,
  { ref }: Interaction,
  scripts: SharedScript[],
): Promise<Message> {
  const parts = await Promise.all(scripts.map((shared) => promptPart(context, shared, ref)));
  const { text, blocks } = wholePrompt(parts);
  const why =
    'This channel is shared with another organisation: only you see this, and I follow the job in your direct messages.';
  return { text, blocks: [...blocks, smallPrint(why)] };
}

/** Puts the prompt of a message away if none of its scripts was submitted. */
export const dismiss: Command<IntentTo<'dismiss'>> = {
  name: 'dismiss',
  typed: null,
  purpose: 'go on',
  async run(context, interaction, { script: key }) {
    const { shared } = await usableScript(context, interaction, { key, seenBy: null });
    if (shared.sharedBy !== interaction.user)
      throw new Problem('Only the person who shared it can put it away.');
    const { message, promptTs, team } = shared;
    if (message === null || promptTs === null) {
      await interaction.answer(wholePrompt([], true), true);
      return;
    }
    const prompt = { team, channel: message.channel, ts: message.ts };
    const scripts = await scriptsOfMessage(context.db, prompt);
    const told = await Promise.all(scripts.map((each) => toldByPrompt(context, each)));
    if (told.every((jobs) => jobs.length === 0)) {
      await updatePrompt(context.db, prompt, { dismissed: true });
    }
    await wantPrompt(context.db, prompt);
    await showPrompt(context, prompt);
  },
};

/**
 * Reads the script again with Unix line endings, and shows what would then be submitted: in place of the prompt for the
 * person who shared it; beside the prompt for others, or if it is also about other scripts.
 */
export const convert: Command<IntentTo<'convert'>> = {
  name: 'convert',
  typed: null,
  purpose: 'go on',
  async run(context, interaction, { script: key }) {
    const usable = await usableScript(context, interaction, { key, seenBy: null });
    const { ref, user, team } = interaction;
    const { message, sharedBy } = usable.shared;
    const answer = wholePrompt([await readPart(context, usable, { convert: true, ref })]);
    const all =
      message === null
        ? []
        : await scriptsOfMessage(context.db, { team, channel: message.channel, ts: message.ts });
    await interaction.answer(answer, sharedBy === user && all.length < 2);
  },
};
