import { z } from 'zod';
import { isTokenRefused } from '../accounts/accounts.ts';
import { isWaldurFailure } from '../api/errors.ts';
import { explainWaldur } from '../api/explain.ts';
import { updateWatch, watchesOfPerson } from '../store/watches.ts';
import { connected, connectModal } from '../views/connecting.ts';
import { messageModal, waitModal } from '../views/modals.ts';
import { escaped } from '../views/text.ts';
import { type Ask, createAsk, modalWith, openModal, type Place } from './ask.ts';
import type { Command } from './command.ts';
import { run } from './run.ts';
import type { Services } from './services.ts';

const TITLE = 'Connect Waldur';

const metadata = z.object({
  intent: z.string(),
  channel: z.string(),
  threadTs: z.string().nullable(),
  direct: z.boolean(),
  responseUrl: z.string().nullable(),
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
    const kept = JSON.stringify({ intent, channel, threadTs, direct, responseUrl });
    await openModal(services, ask, form(services, kept, null));
  },
  async submitted(services, given) {
    const { ask, metadata: kept } = given;
    await given.update(waitModal(TITLE, 'Checking the token with Waldur…'));
    const token = (given.values.token ?? '').trim();
    try {
      const who = await services.accounts.connect(ask, token);
      await resumeWatches(services, ask);
      const { intent, ...place } = metadata.parse(JSON.parse(kept));
      const next = intent === '' ? '' : 'Going on with what you wanted.';
      await ask.modal?.show(messageModal(TITLE, connected({ ...who, next })));
      ask.log.info('connected', { waldur: who.username });
      const { team, user } = ask;
      if (intent !== '') await goOn(services, { ...place, team, user }, given.viewId, intent);
    } catch (error) {
      if (!isWaldurFailure(error)) throw error;
      ask.log.warn('not connected', { error: error.message });
      const problem = isTokenRefused(error)
        ? `Waldur does not take this token: ${escaped(sentenceOf(error))} Copy it again; nothing was stored.`
        : escaped(explainWaldur(error, 'Nothing was stored.'));
      await ask.modal?.show(form(services, kept, `${problem} (ref ${ask.ref})`));
    }
  },
};

function form({ config }: Services, kept: string, problem: string | null) {
  return connectModal({ waldurUrl: config.waldurUrl, metadata: kept, problem });
}

function sentenceOf(error: unknown): string {
  return isWaldurFailure(error) && error.kind === 'refusal' ? error.details.join(' ') : '';
}

/** The form becomes what the intent needs, for instance the submit form; other answers go where it was asked. */
function goOn(services: Services, place: Place, viewId: string, intent: string): Promise<void> {
  const spare = modalWith(services, viewId);
  return run(services, createAsk(services, place, { spare }), intent);
}

/** What could not be asked while the token was refused is asked now. */
async function resumeWatches(services: Services, ask: Ask): Promise<void> {
  const dueAt = services.now();
  for (const { id } of await watchesOfPerson(services.db, ask)) {
    await updateWatch(services.db, id, { dueAt });
  }
  services.wake();
}
