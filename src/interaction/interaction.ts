import { randomBytes } from 'node:crypto';
import type { ModalView } from '@slack/types';
import { Problem } from '../jobs/problem.ts';
import type { Log } from '../logging/logger.ts';
import { patiently, slackFailure } from '../slack/failures.ts';
import { isResponseUrl, respond } from '../slack/respond.ts';
import type { Person } from '../store/accounts.ts';
import type { Message } from '../views/message.ts';
import { messageModal } from '../views/modals.ts';
import type { Context } from './context.ts';

/** The place where a person asked: everything that is needed to answer them there. */
interface Place extends Person {
  channel: string;
  threadTs: string | null;
  /** True in a direct message. It is the person's with the bot, unless a button or /slurm was used in another one. */
  direct: boolean;
  /** Slack's response_url, good for five answers within half an hour; null after a written message. */
  responseUrl: string | null;
}

/** One thing a person asked for. */
export interface Interaction extends Place {
  /** The reference in the log, and in the answer if it fails. */
  ref: string;
  log: Log;
  /** Slack's trigger id: opens one modal within three seconds; null after a written message. */
  trigger: string | null;
  /** The modal in which the person asked, or which was opened for them; answers go there. */
  modal: Modal | null;
  /** An open modal that may be reused instead of opening one. */
  spare: Modal | null;
  /** Shows a message to the person who asked; `inPlace` replaces the message with the pressed button. */
  answer(message: Message, inPlace?: boolean): Promise<void>;
  /** Shows a message to everyone where it was asked. */
  share(message: Message): Promise<void>;
}

/** A modal that is open. */
interface Modal {
  id: string;
  /** @returns false if the person has closed it */
  show(view: ModalView): Promise<boolean>;
}

/** The command needs a modal, and nothing at hand can open one: the person has to press a button. `cause` says why. */
export class NeedsButton extends Error {
  override readonly name = 'NeedsButton';
}

/** What an interaction comes with besides its place. */
interface InteractionOptions {
  trigger?: string;
  modal?: Modal;
  spare?: Modal;
}

/** A new reference, for the log and for the answer if something fails. */
export function newRef(): string {
  return randomBytes(3).toString('hex');
}

/** Starts an interaction, with a reference and a log of its own. */
export function createInteraction(
  context: Context,
  place: Place,
  { trigger, modal, spare }: InteractionOptions = {},
): Interaction {
  const ref = newRef();
  const { responseUrl: url } = place;
  const isTrusted = url !== null && isResponseUrl(url, context.config.slack.apiUrl);
  const interaction: Interaction = {
    ...place,
    responseUrl: isTrusted ? url : null,
    ref,
    log: context.log.child({ ref, team: place.team, user: place.user }),
    trigger: trigger ?? null,
    modal: modal ?? null,
    spare: spare ?? null,
    async answer(message, inPlace = false) {
      const shown = await interaction.modal
        ?.show(messageModal('Slurm', message))
        .catch(() => false);
      if (!shown) await answerAt(context, interaction, message, inPlace);
    },
    share: (message) => shareAt(context, interaction, message),
  };
  return interaction;
}

/**
 * Shows `view` at once: in the modal in which the person asked, or in a new one.
 * @throws NeedsButton if there is no trigger, or it has expired
 */
export async function openModal(
  context: Context,
  interaction: Interaction,
  view: ModalView,
): Promise<Modal> {
  const open = interaction.modal ?? interaction.spare;
  if (open !== null && (await open.show(view))) {
    interaction.modal = open;
    return open;
  }
  if (interaction.trigger === null) throw new NeedsButton();
  try {
    const { view: opened } = await context.slack.views.open({
      trigger_id: interaction.trigger,
      view,
    });
    interaction.modal = modalWith(context, opened?.id ?? '');
    return interaction.modal;
  } catch (error) {
    const failure = slackFailure(error);
    const expired = 'code' in failure && failure.code.endsWith('trigger_id');
    if (failure.kind === 'later' || failure.kind === 'ambiguous' || expired) {
      throw new NeedsButton('the form was not opened', { cause: error });
    }
    throw error;
  }
}

/** A modal known by its id. */
export function modalWith({ slack }: Context, id: string): Modal {
  return {
    id,
    async show(view) {
      try {
        await patiently(() => slack.views.update({ view_id: id, view }));
        return true;
      } catch (error) {
        const failure = slackFailure(error);
        if ('code' in failure && failure.code === 'not_found') return false;
        throw error;
      }
    },
  };
}

async function answerAt(
  context: Context,
  interaction: Interaction,
  message: Message,
  inPlace: boolean,
) {
  const { responseUrl, threadTs } = interaction;
  if (responseUrl !== null) {
    const thread = threadTs === null ? {} : { thread_ts: threadTs };
    const how = inPlace
      ? { replace_original: true }
      : { replace_original: false, response_type: 'ephemeral' as const, ...thread };
    if ((await respond(responseUrl, { ...message, ...how })) === 'taken') return;
  }
  if (!interaction.direct && (await answerEphemerally(context, interaction, message))) return;
  await answerDirectly(context, interaction, message);
}

/**
 * Posts a message for everyone. A response_url also works where the bot is not a member. Another way is tried only if
 * Slack certainly refused the first.
 */
async function shareAt(
  { slack }: Context,
  interaction: Interaction,
  message: Message,
): Promise<void> {
  const { channel, threadTs, responseUrl } = interaction;
  const thread = threadTs === null ? {} : { thread_ts: threadTs };
  const response = { response_type: 'in_channel', replace_original: false } as const;
  const quiet = { unfurl_links: false, unfurl_media: false } as const;
  if (responseUrl !== null) {
    const fate = await respond(responseUrl, { ...message, ...response, ...thread, ...quiet });
    if (fate === 'taken') return;
    if (fate === 'unknown') throw new Problem(perhapsShared);
  }
  await patiently(() => slack.chat.postMessage({ channel, ...message, ...thread, ...quiet }));
}

const perhapsShared =
  'Slack did not say whether it posted that. Look in the channel before you try again.';

async function answerEphemerally(
  { slack }: Context,
  interaction: Interaction,
  message: Message,
): Promise<boolean> {
  const { channel, user, threadTs } = interaction;
  try {
    const thread = threadTs === null ? {} : { thread_ts: threadTs };
    await patiently(() => slack.chat.postEphemeral({ channel, user, ...message, ...thread }));
    return true;
  } catch (error) {
    interaction.log.info('no ephemeral answer', { slack: JSON.stringify(slackFailure(error)) });
    return false;
  }
}

/**
 * Answers in the person's direct messages, where nothing has to be ephemeral. A button or a shortcut may have been used
 * in a direct message between two people, in which the bot cannot post; words reach the bot only in its own.
 */
async function answerDirectly(
  { slack }: Context,
  interaction: Interaction,
  message: Message,
): Promise<void> {
  const isOwn = interaction.direct && interaction.responseUrl === null;
  const thread = isOwn && interaction.threadTs !== null ? { thread_ts: interaction.threadTs } : {};
  await patiently(() =>
    slack.chat.postMessage({
      channel: isOwn ? interaction.channel : interaction.user,
      ...message,
      ...thread,
      unfurl_links: false,
      unfurl_media: false,
    }),
  );
}
