import type { ModalView } from '@slack/types';
import { type EmailLinking, isTokenRefused } from '../accounts/waldur-accounts.ts';
import { isWaldurFailure } from '../api/errors.ts';
import { explainWaldur } from '../api/explain.ts';
import type { WaldurUser } from '../api/records.ts';
import type { Command, SubmittedForm } from '../interaction/command.ts';
import type { Context } from '../interaction/context.ts';
import { logFailure } from '../interaction/failure.ts';
import {
  createInteraction,
  type Interaction,
  modalWith,
  openModal,
} from '../interaction/interaction.ts';
import { homeIsDue } from '../store/homes.ts';
import { resumeWatches } from '../store/watches.ts';
import { confirmModal, connected, connectModal } from '../views/connecting.ts';
import { encode, type FormOf, type IntentTo } from '../views/intent.ts';
import { type Message, say } from '../views/message.ts';
import { messageModal, waitModal } from '../views/modals.ts';
import { escaped } from '../views/text.ts';

const TITLE = 'Connect Waldur';

/** Links a person's Waldur account, and then carries out what they wanted before. */
export const connect: Command<IntentTo<'connect'>, Kept> = {
  name: 'connect',
  typed: {
    aliases: ['login'],
    usage: 'connect',
    summary: 'Link your Waldur account',
    parse: () => ({ do: 'connect', next: null }),
  },
  purpose: 'use Waldur',
  async run(context, interaction, { next }) {
    const { user, channel, threadTs, direct, responseUrl } = interaction;
    const place = { user, channel, threadTs, direct, responseUrl };
    const kept: Kept = { form: 'connect', ...place, next, proposed: null };
    const { linking } = context.accounts;
    if (linking.by === 'email') return proposeIdentity(context, interaction, linking, kept);
    await openModal(context, interaction, form(context, kept, null));
  },
  async submitted(context, given) {
    const { interaction, kept } = given;
    const { linking } = context.accounts;
    await given.update(waitModal(TITLE, 'Checking with Waldur…'));
    try {
      const who =
        linking.by === 'email'
          ? await linking.confirm(interaction, kept.proposed ?? '')
          : await linking.connect(interaction, (given.values.token ?? '').trim());
      await resumeWatches(context.db, interaction, context.now());
      await homeIsDue(context.db, interaction);
      context.wake();
      await goOn(context, given, who);
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

type Kept = FormOf<'connect'>;

/** Shows whom the bot found in Waldur and asks for confirmation: the address may be wrong on either side. */
async function proposeIdentity(
  context: Context,
  interaction: Interaction,
  linking: EmailLinking,
  kept: Kept,
) {
  const modal = await openModal(
    context,
    interaction,
    waitModal(TITLE, 'Looking for you in Waldur…'),
  );
  const who = await linking.propose(interaction);
  const { waldurUrl } = context.config;
  const metadata = encode({ ...kept, proposed: who.uuid });
  await modal.show(confirmModal({ ...who, waldurUrl, metadata }));
}

/** Tells the person who they are now, and carries out what they wanted before. */
async function goOn(
  context: Context,
  { interaction, viewId, kept, goOn: resume }: SubmittedForm<Kept>,
  who: WaldurUser,
): Promise<void> {
  const { next, channel, threadTs, direct, responseUrl } = kept;
  const going = next === null ? '' : 'Going on with what you wanted.';
  await showOr(
    interaction,
    messageModal(TITLE, connected({ ...who, next: going })),
    connected({ ...who, next: '' }),
  );
  interaction.log.info('connected', { waldur: who.username });
  if (next === null) return;
  const { team, user } = interaction;
  const place = { team, user, channel, threadTs, direct, responseUrl };
  // The open form is reused if the intent needs one, such as the submit form; other answers go where they asked.
  const spare = modalWith(context, viewId);
  await resume(createInteraction(context, place, { spare }), next);
}

/** Shows a view in the form, or answers with the message if the person has closed the form. */
async function showOr(interaction: Interaction, view: ModalView, message: Message): Promise<void> {
  if (!(await interaction.modal?.show(view))) await interaction.answer(message);
}

function form({ config, portal }: Context, kept: Kept, problem: string | null) {
  const tokenPage = portal.tokenPage();
  return connectModal({
    waldurUrl: config.waldurUrl,
    tokenPage,
    metadata: encode(kept),
    problem,
  });
}

function sentenceOf(error: unknown): string {
  return isWaldurFailure(error) && error.kind === 'refusal' ? error.details.join(' ') : '';
}
