import type { Command } from '../interaction/command.ts';
import type { Context } from '../interaction/context.ts';
import { messageOf, withRef } from '../interaction/failure.ts';
import { type Interaction, newRef } from '../interaction/interaction.ts';
import { suggestName } from '../jobs/name.ts';
import { Problem } from '../jobs/problem.ts';
import { impossibilities } from '../scripts/script.ts';
import { NoScript } from '../slack/file-kinds.ts';
import { readSharedScript } from '../slack/files.ts';
import { postSurely } from '../slack/post.ts';
import { findScript, type SharedScript, updateScript } from '../store/scripts.ts';
import { type Message, say, smallPrint } from '../views/message.ts';
import { dismissed, prompt } from '../views/prompt.ts';
import { escaped, named } from '../views/text.ts';

/** Answers a shared script in its message's thread: what was read, and *Submit…*. Posted once. */
export async function postPrompt(context: Context, script: SharedScript): Promise<void> {
  const { message } = script;
  if (message === null || script.promptTs !== null) return;
  const answer = await promptFor(context, script, newRef());
  await updateScript(context.db, script.id, { promptSending: true });
  const { ts } = await postSurely(context.slack, {
    id: `script:${script.id}`,
    channel: message.channel,
    threadTs: message.threadTs ?? message.ts,
    message: answer,
    broadcast: false,
    maybeSent: script.promptSending,
  });
  await updateScript(context.db, script.id, { promptTs: ts, promptSending: false });
}

/** The same where other organisations read along: only the person sees it, and the job is followed elsewhere. */
export async function privatePrompt(
  context: Context,
  interaction: Interaction,
  script: SharedScript,
): Promise<Message> {
  const { text, blocks } = await promptFor(context, script, interaction.ref);
  const why =
    'This channel is shared with another organisation: only you see this, and the bot follows the job in your direct messages.';
  return { text, blocks: [...blocks, smallPrint(why)] };
}

/** Reads the script as it is now, remembers its hash, and says what it is. */
async function promptFor(context: Context, shared: SharedScript, ref: string): Promise<Message> {
  const { id: scriptId, fileName, convert: converted } = shared;
  try {
    const { script } = await readSharedScript(context.files, shared.fileId, {
      convert: converted,
    });
    await updateScript(context.db, scriptId, { sha256: script.sha256 });
    const name = suggestName(script, fileName);
    const message = prompt({ scriptId, fileName, name, script, converted });
    const wrong = impossibilities(script);
    if (wrong.length === 0) return message;
    const kinds = wrong.map(({ kind }) => kind).join(' ');
    context.log.warn('script refused', { ref, script: scriptId, kinds });
    return withRef(message, ref);
  } catch (error) {
    if (error instanceof NoScript) return say(`${named(fileName)}: ${escaped(error.message)}`);
    if (!(error instanceof Problem)) throw error;
    context.log.warn('script not read', { ref, script: scriptId, error: messageOf(error) });
    return say(`${named(fileName)} could not be read. ${escaped(error.message)} (ref ${ref})`);
  }
}

/** The shared script that a button is about (`#17`). */
export async function scriptOf(
  context: Context,
  interaction: Interaction,
  args: string,
): Promise<SharedScript> {
  const id = /^#(\d{1,15})$/.exec(args)?.[1];
  const script =
    id === undefined ? null : await findScript(context.db, interaction.team, Number(id));
  if (script === null)
    throw new Problem('The bot does not know this script any more. Share it again.');
  return script;
}

/** Puts the prompt away. */
export const dismiss: Command = {
  name: 'dismiss',
  usage: null,
  summary: 'Put the prompt away',
  purpose: 'go on',
  async run(context, interaction, args) {
    const { fileName, sharedBy } = await scriptOf(context, interaction, args);
    if (sharedBy !== interaction.user)
      throw new Problem('Only the person who shared it can put it away.');
    await interaction.answer(dismissed(fileName), true);
  },
};

/** Reads the script again with Unix line endings, and shows what is then to be submitted. */
export const convert: Command = {
  name: 'convert',
  usage: null,
  summary: 'Convert DOS line endings',
  purpose: 'go on',
  async run(context, interaction, args) {
    const script = await scriptOf(context, interaction, args);
    await updateScript(context.db, script.id, { convert: true });
    await interaction.answer(
      await promptFor(context, { ...script, convert: true }, interaction.ref),
      true,
    );
  },
};
