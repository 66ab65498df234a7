import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { type EmailLinking, isTokenRefused } from '../accounts/accounts.ts';
import { isWaldurFailure } from '../api/errors.ts';
import { explainWaldur } from '../api/explain.ts';
import type { WaldurUser } from '../api/schema.ts';
import { resumeWatches } from '../store/watches.ts';
import { confirmModal, connected, connectModal } from '../views/connecting.ts';
import { type Message, say } from '../views/message.ts';
import { messageModal, waitModal } from '../views/modals.ts';
import { escaped } from '../views/text.ts';
import { type Ask, createAsk, modalWith, openModal } from './ask.ts';
import type { Command, SubmittedForm } from './command.ts';
import { run } from './run.ts';
import type { Services } from './services.ts';

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
  async run(services, ask, args) {
    const intent = /^then (.+)$/s.exec(args)?.[1] ?? '';
    const { channel, threadTs, direct, responseUrl } = ask;
    const kept = { intent, channel, threadTs, direct, responseUrl };
    const { linking } = services.accounts;
    if (linking.by === 'email') return proposeIdentity(services, ask, linking, kept);
    await openModal(services, ask, form(services, JSON.stringify(kept), null));
  },
  async submitted(services, given) {
    const { ask, metadata: kept } = given;
    const wish = metadata.parse(JSON.parse(kept));
    const { linking } = services.accounts;
    await given.update(waitModal(TITLE, 'Checking with Waldur…'));
    try {
      const who =
        linking.by === 'email'
          ? await linking.confirm(ask, wish.uuid ?? '')
          : await linking.connect(ask, (given.values.token ?? '').trim());
      await resumeWatches(services.db, ask, services.now());
      services.wake();
      await goOn(services, given, { who, wish });
    } catch (error) {
      if (!isWaldurFailure(error) || linking.by === 'email') throw error;
      ask.log.warn('not connected', { error: error.message });
      const problem = isTokenRefused(error)
        ? `Waldur does not take this token: ${escaped(sentenceOf(error))} Copy it again; nothing was stored.`
        : escaped(explainWaldur(error, 'Nothing was stored.'));
      const told = `${problem} (ref ${ask.ref})`;
      await showOr(ask, form(services, kept, told), say(told));
    }
  },
};

type Wish = z.infer<typeof metadata>;

/** Shows whom the bot found in Waldur, and asks: an address may be wrong on either side. */
async function proposeIdentity(services: Services, ask: Ask, linking: EmailLinking, wish: Wish) {
  const modal = await openModal(services, ask, waitModal(TITLE, 'Looking for you in Waldur…'));
  const who = await linking.propose(ask);
  const { waldurUrl } = services.config;
  const kept = JSON.stringify({ ...wish, uuid: who.uuid });
  await modal.show(confirmModal({ ...who, waldurUrl, metadata: kept }));
}

/** Says who they are now, and does what they wanted when they were stopped. */
async function goOn(
  services: Services,
  { ask, viewId }: SubmittedForm,
  { who, wish }: { who: WaldurUser; wish: Wish },
): Promise<void> {
  const { intent, uuid: _uuid, ...place } = wish;
  const next = intent === '' ? '' : 'Going on with what you wanted.';
  await showOr(
    ask,
    messageModal(TITLE, connected({ ...who, next })),
    connected({ ...who, next: '' }),
  );
  ask.log.info('connected', { waldur: who.username });
  if (intent === '') return;
  const { team, user } = ask;
  // The form becomes what the intent needs, for instance the submit form; other answers go where it was asked.
  const spare = modalWith(services, viewId);
  await run(services, createAsk(services, { ...place, team, user }, { spare }), intent);
}

/** Shows the form, or says it in words to a person who has closed it. */
async function showOr(ask: Ask, view: ModalView, message: Message): Promise<void> {
  if (!(await ask.modal?.show(view))) await ask.answer(message);
}

function form({ config }: Services, kept: string, problem: string | null) {
  return connectModal({ waldurUrl: config.waldurUrl, metadata: kept, problem });
}

function sentenceOf(error: unknown): string {
  return isWaldurFailure(error) && error.kind === 'refusal' ? error.details.join(' ') : '';
}
