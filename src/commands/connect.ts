import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { type EmailLinking, isTokenRefused } from '../accounts/accounts.ts';
import { isWaldurFailure } from '../api/errors.ts';
import { explainWaldur } from '../api/explain.ts';
import type { WaldurUser } from '../api/schema.ts';
import type { Command, SubmittedForm } from '../interaction/command.ts';
import type { Context } from '../interaction/context.ts';
import { logFailure } from '../interaction/failure.ts';
import {
  createInteraction,
  type Interaction,
  modalWith,
  openModal,
} from '../interaction/interaction.ts';
import { run } from '../interaction/run.ts';
import { resumeWatches } from '../store/watches.ts';
import { confirmModal, connected, connectModal } from '../views/connecting.ts';
import { type Message, say } from '../views/message.ts';
import { messageModal, waitModal } from '../views/modals.ts';
import { escaped } from '../views/text.ts';

const TITLE = 'Connect Waldur';

const metadata = z.object({
  intent: z.string(),
  channel: z.string(),
  threadTs: z.string().nullable(),
  direct: z.boolean(),
  responseUrl: z.string().nullable(),
  /** Whom the bot proposed; only where it finds people by e-mail. */
  uuid: z.string().optional(),
});

/** Links a person's own Waldur account, and then does what they wanted when they were stopped. */
export const connect: Command = {
  name: 'connect',
  aliases: ['login'],
  usage: 'connect',
  summary: 'Link your Waldur account',
  purpose: 'use Waldur',
  async run(context, interaction, args) {
    const intent = /^then (.+)$/s.exec(args)?.[1] ?? '';
    const { channel, threadTs, direct, responseUrl } = interaction;
    const kept = { intent, channel, threadTs, direct, responseUrl };
    const { linking } = context.accounts;
    if (linking.by === 'email') return proposeIdentity(context, interaction, linking, kept);
    await openModal(context, interaction, form(context, JSON.stringify(kept), null));
  },
  async submitted(context, given) {
    const { interaction, metadata: kept } = given;
    const wish = metadata.parse(JSON.parse(kept));
    const { linking } = context.accounts;
    await given.update(waitModal(TITLE, 'Checking with Waldur…'));
    try {
      const who =
        linking.by === 'email'
          ? await linking.confirm(interaction, wish.uuid ?? '')
          : await linking.connect(interaction, (given.values.token ?? '').trim());
      await resumeWatches(context.db, interaction, context.now());
      context.wake();
      await goOn(context, given, { who, wish });
    } catch (error) {
      if (!isWaldurFailure(error) || linking.by === 'email') throw error;
      logFailure(interaction.log, 'not connected', error);
      const problem = isTokenRefused(error)
        ? `Waldur does not take this token: ${escaped(sentenceOf(error))} Copy it again; nothing was stored.`
        : escaped(explainWaldur(error, 'Nothing was stored.'));
      const told = `${problem} (ref ${interaction.ref})`;
      await showOr(interaction, form(context, kept, told), say(told));
    }
  },
};

type Wish = z.infer<typeof metadata>;

/** Shows whom the bot found in Waldur, and asks: an address may be wrong on either side. */
async function proposeIdentity(
  context: Context,
  interaction: Interaction,
  linking: EmailLinking,
  wish: Wish,
) {
  const modal = await openModal(
    context,
    interaction,
    waitModal(TITLE, 'Looking for you in Waldur…'),
  );
  const who = await linking.propose(interaction);
  const { waldurUrl } = context.config;
  const kept = JSON.stringify({ ...wish, uuid: who.uuid });
  await modal.show(confirmModal({ ...who, waldurUrl, metadata: kept }));
}

/** Says who they are now, and does what they wanted when they were stopped. */
async function goOn(
  context: Context,
  { interaction, viewId }: SubmittedForm,
  { who, wish }: { who: WaldurUser; wish: Wish },
): Promise<void> {
  const { intent, uuid: _uuid, ...place } = wish;
  const next = intent === '' ? '' : 'Going on with what you wanted.';
  await showOr(
    interaction,
    messageModal(TITLE, connected({ ...who, next })),
    connected({ ...who, next: '' }),
  );
  interaction.log.info('connected', { waldur: who.username });
  if (intent === '') return;
  const { team, user } = interaction;
  // The form becomes what the intent needs, for instance the submit form; other answers go where it was asked.
  const spare = modalWith(context, viewId);
  await run(context, createInteraction(context, { ...place, team, user }, { spare }), intent);
}

/** Shows the form, or says it in words to a person who has closed it. */
async function showOr(interaction: Interaction, view: ModalView, message: Message): Promise<void> {
  if (!(await interaction.modal?.show(view))) await interaction.answer(message);
}

function form({ config }: Context, kept: string, problem: string | null) {
  return connectModal({ waldurUrl: config.waldurUrl, metadata: kept, problem });
}

function sentenceOf(error: unknown): string {
  return isWaldurFailure(error) && error.kind === 'refusal' ? error.details.join(' ') : '';
}
