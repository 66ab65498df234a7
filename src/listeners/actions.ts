import type { App } from '@slack/bolt';
import { commands } from '../commands/index.ts';
import type { Context } from '../interaction/context.ts';
import { onePress } from '../interaction/fair-queue.ts';
import {
  createInteraction,
  type Interaction,
  modalWith,
  NeedsButton,
  openModal,
} from '../interaction/interaction.ts';
import { run } from '../interaction/run.ts';
import { actionBody, isDirectMessage } from '../slack/payloads.ts';
import { decode, intent } from '../views/intent.ts';
import { LINK, say } from '../views/message.ts';
import { waitModal } from '../views/modals.ts';

/** Buttons that were pressed, and choices from a menu beside a message. Each of them carries its intent. */
export function listenToActions(app: App, context: Context): void {
  app.action(/^/, async ({ body, ack }) => {
    await ack();
    const given = actionBody.parse(body);
    const interaction = interactionOfAction(context, given);
    const [action] = given.actions;
    // Slack has opened the page by itself.
    if (action?.action_id === LINK) return;
    const meaning = action?.value ?? action?.selected_option?.value ?? '';
    const wanted = decode(intent, meaning);
    const work = async () => {
      if (given.view?.type === 'home') await openWait(context, interaction);
      if (wanted === null) await interaction.answer(say(olderButton));
      else await run(commands, context, interaction, wanted);
    };
    const { channel, threadTs } = interaction;
    await onePress(context.fairQueue, interaction, {
      meaning: `${channel} ${threadTs} ${meaning}`,
      work,
    });
  });
}

/** Home is no place for an answer: a form is opened for it. If Slack does not open it, the answer is a message. */
async function openWait(context: Context, interaction: Interaction): Promise<void> {
  try {
    await openModal(context, interaction, waitModal('Slurm', 'One moment…'));
  } catch (error) {
    if (!(error instanceof NeedsButton)) throw error;
  }
}

const olderButton = 'This button is from an older version; share the script again.';

function interactionOfAction(context: Context, given: ReturnType<typeof actionBody.parse>) {
  const { user, team, channel, container, message, view } = given;
  const place = {
    team: team?.id ?? user.team_id ?? '',
    user: user.id,
    channel: channel?.id ?? user.id,
    threadTs: message?.thread_ts ?? container?.thread_ts ?? null,
    direct: channel === undefined || isDirectMessage(channel),
    responseUrl: given.response_url ?? null,
  };
  const modal =
    view === undefined || view.type === 'home' ? {} : { modal: modalWith(context, view.id) };
  return createInteraction(context, place, { trigger: given.trigger_id, ...modal });
}
