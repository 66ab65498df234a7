import { commands } from '../commands/index.ts';
import { admit } from '../interaction/access.ts';
import type { Context } from '../interaction/context.ts';
import { inTurn } from '../interaction/fair-queue.ts';
import { createInteraction, type Interaction } from '../interaction/interaction.ts';
import { pastedTokenAnswer } from '../interaction/pasted-token.ts';
import { run, tell } from '../interaction/run.ts';
import type { Arrival } from '../slack/arrival.ts';
import { fileInfo, sharedIn } from '../slack/shared-file.ts';
import { scriptsOfMessage, wantPrompt } from '../store/prompts.ts';
import { showPrompt } from '../submissions/keep-prompts.ts';
import { privatePrompt } from '../submissions/prompt.ts';
import { CHANGED_BY_SLACK, recordEdited, recordScripts } from '../submissions/record-scripts.ts';
import { say } from '../views/message.ts';

/** Answers a message to the bot: a script gets its prompt, words are a command. */
export async function answerArrival(context: Context, arrival: Arrival): Promise<void> {
  const { team, user, channel, threadTs, direct } = arrival;
  const interaction = createInteraction(context, {
    team,
    user,
    channel,
    threadTs,
    direct,
    responseUrl: null,
  });
  await inTurn(context.fairQueue, interaction, () => answerIt(context, interaction, arrival));
}

async function answerIt(
  context: Context,
  interaction: Interaction,
  arrival: Arrival,
): Promise<void> {
  if (arrival.leak) {
    interaction.log.warn('a message held something shaped like a token');
    await interaction.answer(pastedTokenAnswer);
    return;
  }
  const files = arrival.files.length > 0 ? arrival.files : await hintedFiles(context, arrival);
  const { pasted, edited } = arrival;
  const isChanged = pasted === 'changed by Slack';
  const hasScript = files.length > 0 || (pasted !== null && !isChanged);
  if (hasScript || edited !== null) {
    await answerScripts(context, interaction, { ...arrival, files });
  }
  if (isChanged && files.length === 0) await interaction.answer(say(CHANGED_BY_SLACK));
  // The words of a message are taken once.
  if (hasScript || isChanged || edited !== null) return;
  const words = withoutMention(context, arrival.text);
  if (words === '' && arrival.hints.length > 0) {
    await interaction.answer(say(noFile));
    return;
  }
  await run(commands, context, interaction, { words });
}

const noFile =
  'Slack did not say which file that was. Use *Submit to Slurm* in the menu of that message, or send the file to the bot directly.';

async function answerScripts(context: Context, interaction: Interaction, arrival: Arrival) {
  try {
    await admit(context, interaction);
    const { team, channel, ts, threadTs, direct, user: sharedBy, edited, files, pasted } = arrival;
    const shared = await context.places.isShared(channel);
    const message = { channel, direct, ts, threadTs };
    const found = { team, message, sharedBy, files, pasted };
    const prompt = { team, channel, ts };
    if (edited === null) await recordScripts(context, found);
    else if (!(await recordEdited(context, found))) return;
    if (shared) {
      const scripts = await scriptsOfMessage(context.db, prompt);
      await interaction.answer(await privatePrompt(context, interaction, scripts));
      return;
    }
    await wantPrompt(context.db, prompt);
    await showPrompt(context, prompt);
  } catch (error) {
    await tell(context, interaction, { error, intent: null, command: null });
  }
}

/**
 * Files of a mention that came without them: an id in its blocks counts if Slack says that the file was shared there.
 */
async function hintedFiles({ files }: Context, { hints, channel, ts }: Arrival) {
  const found: { id: string; name: string }[] = [];
  for (const id of hints) {
    const file = await fileInfo(files, id).catch(() => null);
    if (file !== null && sharedIn(file, channel, ts)) found.push({ id, name: file.name ?? id });
  }
  return found;
}

/** Mentions of other people stay: they are words like others. */
function withoutMention({ botUser }: Context, text: string): string {
  return text
    .replace(/<@([A-Z0-9]+)(?:\|[^<>]*)?>[:,]?/g, (mention, user: string) =>
      user === botUser ? ' ' : mention,
    )
    .trim();
}
