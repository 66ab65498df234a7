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

/** Where and how a person asked: enough to answer them there. */
export interface Place extends Person {
  channel: string;
  threadTs: string | null;
  /** True in a direct message. It is the person's with the bot, unless a button or /slurm was used in another one. */
  direct: boolean;
  /** Five answers within half an hour; null if a message was written. */
  responseUrl: string | null;
}

/** One thing a person asked for. */
export interface Interaction extends Place {
  /** Stands in the log, and in what the person is told when it fails. */
  ref: string;
  log: Log;
  /** Opens a modal, once, within three seconds; null if words were written. */
  trigger: string | null;
  /** Where answers go: the modal from which it was asked, or which was opened for it. */
  modal: Modal | null;
  /** An open modal that may be used instead of opening one. */
  spare: Modal | null;
  /** Shows the asker a message; `inPlace` puts it where the pressed button was. */
  answer(message: Message, inPlace?: boolean): Promise<void>;
  /** Shows a message to everyone where it was asked. */
  share(message: Message): Promise<void>;
}

/** A modal that is open. */
export interface Modal {
  id: string;
  /** @returns false when the person has closed it */
  show(view: ModalView): Promise<boolean>;
}

/** The command needs a modal, and nothing that was given can open one: a button has to be pressed. `cause`: why. */
export class NeedsButton extends Error {
  override readonly name = 'NeedsButton';
}

/** What a question came with besides its place. */
export interface InteractionOptions {
  trigger?: string;
  modal?: Modal;
  spare?: Modal;
}

/** A new reference: stands in the log, and in what a person is told when something fails. */
export function newRef(): string {
  return randomBytes(3).toString('hex');
}

/** A question of a person. */
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
 * Opens a modal, or takes over the one from which was asked, and shows `view` at once.
 * @throws NeedsButton when there is no trigger, or it has expired
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
 * A response_url posts also where the bot is no member. Everyone sees this: it is sent another way only where the
 * first was surely refused.
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
 * In the direct message nothing has to be ephemeral, and what is said stays. Words reach the bot there only in its
 * own; a button or a shortcut may be in one between two people, in which the bot cannot post.
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
