import { postSettled } from '../slack/post.ts';
import type { Person } from '../store/accounts.ts';
import { connectOffer } from '../views/connecting.ts';
import type { PollerParts } from './parts.ts';

/**
 * Waldur does not take a person's token any more: they are told once in their direct message, and their token is
 * not used again. Told first: after a kill between the two, the message is found by its stamp.
 */
export async function tokenRefused(parts: PollerParts, person: Person): Promise<void> {
  const account = await parts.accounts.find(person);
  if (account === null || account.expiredAt !== null) return;
  const told = await postSettled(parts.slack, {
    id: `token:${account.waldurUuid}:${account.connectedAt.getTime()}`,
    channel: person.user,
    threadTs: null,
    message: connectOffer({ purpose: 'follow your jobs', intent: '', expired: true }),
    broadcast: false,
    maybeSent: true,
  });
  if (told.kind === 'posted' || told.kind === 'permanent') await parts.accounts.expired(person);
  if (told.kind !== 'posted') {
    parts.log.warn('not told to connect again', { user: person.user, kind: told.kind });
  }
}
