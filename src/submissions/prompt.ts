import type { Command } from '../interaction/command.ts';
import type { Context } from '../interaction/context.ts';
import { withRef } from '../interaction/failure.ts';
import { type Interaction, newRef } from '../interaction/interaction.ts';
import { suggestName } from '../jobs/job-name.ts';
import { Problem } from '../jobs/problem.ts';
import { impossibilities } from '../scripts/script.ts';
import { NoScript } from '../slack/file-kinds.ts';
import { postSurely } from '../slack/post.ts';
import { type SharedScript, updateScript } from '../store/scripts.ts';
import type { IntentTo } from '../views/intent.ts';
import { type Message, say, smallPrint } from '../views/message.ts';
import { dismissed, prompt } from '../views/script-prompt.ts';
import { escaped, named } from '../views/text.ts';
import { readUsable, type Usable, usableScript } from './script-access.ts';

/** Posts the prompt for a shared script in its message's thread, once: what was read, and *Submit…*. */
export async function postPrompt(context: Context, script: SharedScript): Promise<void> {
  const { message } = script;
  if (message === null || script.promptTs !== null) return;
  const answer = await promptFor(context, asShared(script), { convert: false, ref: newRef() });
  await updateScript(context.db, script.id, { promptSending: true });
  const post = {
    id: `script:${script.id}`,
    channel: message.channel,
    threadTs: message.threadTs ?? message.ts,
    message: answer,
    broadcast: false,
    maybeSent: script.promptSending,
  };
  const { ts } = await postSurely(context.slack, post, context.config.pauses.awaitedPost);
  await updateScript(context.db, script.id, { promptTs: ts, promptSending: false });
}

/** The prompt where another organisation reads along: only the person sees it, and the job is followed elsewhere. */
export async function privatePrompt(
  context: Context,
  { ref }: Interaction,
  script: SharedScript,
): Promise<Message> {
  const { text, blocks } = await promptFor(context, asShared(script), { convert: false, ref });
  const why =
    'This channel is shared with another organisation: only you see this, and the bot follows the job in your direct messages.';
  return { text, blocks: [...blocks, smallPrint(why)] };
}

/** A script that was just shared here: everyone who reads the answer can already see it. */
const asShared = (shared: SharedScript) => ({ shared, only: null });

/** Reads the script as it is now, and says what it is. */
async function promptFor(
  context: Context,
  usable: Pick<Usable, 'shared' | 'only'>,
  { convert, ref }: { convert: boolean; ref: string },
): Promise<Message> {
  const { id, key: scriptKey, fileName } = usable.shared;
  try {
    const { script } = await readUsable(context, usable, { convert });
    await noteFirst(context, usable.shared, { sha256: script.sha256, convert });
    const name = suggestName(script, fileName);
    const message = prompt({ scriptKey, fileName, name, script, converted: convert });
    const wrong = impossibilities(script);
    if (wrong.length === 0) return message;
    const kinds = wrong.map(({ kind }) => kind).join(' ');
    context.log.info('script refused', { ref, script: id, kinds });
    return withRef(message, ref);
  } catch (error) {
    if (error instanceof NoScript) return say(`${named(fileName)}: ${escaped(error.message)}`);
    if (!(error instanceof Problem)) throw error;
    context.log.warn('script not read', { ref, script: id, error });
    return say(`${named(fileName)} could not be read. ${escaped(error.message)} (ref ${ref})`);
  }
}

/** Stores a script's hash when it is first read, so that later readers are told if it has changed. */
export async function noteFirst(
  { db }: Context,
  shared: SharedScript,
  { sha256, convert }: { sha256: string; convert: boolean },
): Promise<void> {
  if (shared.sha256 === '' && !convert) await updateScript(db, shared.id, { sha256 });
}

/** Takes the prompt away. */
export const dismiss: Command<IntentTo<'dismiss'>> = {
  name: 'dismiss',
  typed: null,
  purpose: 'go on',
  async run(context, interaction, { script: key }) {
    const { shared } = await usableScript(context, interaction, { key, seenBy: null });
    if (shared.sharedBy !== interaction.user)
      throw new Problem('Only the person who shared it can put it away.');
    await interaction.answer(dismissed(), true);
  },
};

/**
 * Reads the script again with Unix line endings, and shows what would then be submitted: in place of the prompt for the
 * person who shared it, beside it for others.
 */
export const convert: Command<IntentTo<'convert'>> = {
  name: 'convert',
  typed: null,
  purpose: 'go on',
  async run(context, interaction, { script: key }) {
    const usable = await usableScript(context, interaction, { key, seenBy: null });
    const { ref, user } = interaction;
    const answer = await promptFor(context, usable, { convert: true, ref });
    await interaction.answer(answer, usable.shared.sharedBy === user);
  },
};
