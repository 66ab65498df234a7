import type { App } from '@slack/bolt';
import { commands } from '../commands/index.ts';
import type { Context } from '../interaction/context.ts';
import { inTurn } from '../interaction/fair-queue.ts';
import { createInteraction, type Interaction } from '../interaction/interaction.ts';
import { isPastedToken, pastedTokenAnswer } from '../interaction/pasted-token.ts';
import { run } from '../interaction/run.ts';
import { isDirectMessage, shortcutBody } from '../slack/payloads.ts';
import { FileGone } from '../slack/shared-file.ts';
import { CHANGED_BY_SLACK, recordScripts } from '../submissions/record-scripts.ts';
import { chooseScript } from '../views/choosing.ts';
import { say } from '../views/message.ts';

/** *Submit to Slurm* in the menu of a message. */
export function listenToShortcut(app: App, context: Context): void {
  app.shortcut({ type: 'message_action', callback_id: 'submit' }, async ({ body, ack }) => {
    await ack();
    await submitMessage(context, shortcutBody.parse(body));
  });
}

/** Opens the form on the message's script, or offers the choice between several. */
async function submitMessage(context: Context, given: ReturnType<typeof shortcutBody.parse>) {
  const { message, channel, user } = given;
  const team = given.team?.id ?? user.team_id ?? '';
  const place = {
    team,
    user: user.id,
    channel: channel.id,
    threadTs: message.thread_ts ?? null,
    direct: isDirectMessage(channel),
    responseUrl: given.response_url ?? null,
  };
  const interaction = createInteraction(context, place, { trigger: given.trigger_id });
  await inTurn(context.fairQueue, interaction, () => submitScripts(context, interaction, given));
}

async function submitScripts(
  context: Context,
  interaction: Interaction,
  { message, channel, user }: ReturnType<typeof shortcutBody.parse>,
): Promise<void> {
  const { team } = interaction;
  const { ts, thread_ts: threadTs = null, user: sharedBy = '', files, pasted } = message;
  if (typeof pasted === 'object' && isPastedToken(pasted?.text ?? '')) {
    return interaction.answer(pastedTokenAnswer);
  }
  // Here Slack does not say who the two people in a direct message are.
  const source = { channel: channel.id, direct: false, ts, threadTs };
  const found = { team, message: source, sharedBy, files, pasted };
  const scripts = await recordScripts(context, found);
  const [first, ...others] = scripts;
  if (first === undefined) {
    if (pasted !== null) return interaction.answer(say(CHANGED_BY_SLACK));
    return interaction.answer(say(message.fileGone ? new FileGone().message : noScript));
  }
  if (others.length > 0) return interaction.answer(chooseScript(scripts, user.id));
  const wanted = { script: first.key, convert: false, seenBy: user.id };
  await run(commands, context, interaction, { do: 'submit', ...wanted });
}

const noScript =
  'That message has no file and no code block. Upload the batch script, or use /slurm submit.';
