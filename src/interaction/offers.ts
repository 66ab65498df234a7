import { isWaldurFailure } from '../api/errors.ts';
import type { Waldur } from '../api/waldur.ts';
import { differenceInMilliseconds, millisecondsInMinute } from '../dates.ts';
import type { Refused } from '../jobs/abilities.ts';
import { notOffered } from '../jobs/rights.ts';
import { type Account, updateAccount } from '../store/accounts.ts';
import { renewCardsOf } from '../store/watches.ts';
import type { Context } from './context.ts';

/** How long Waldur's answer about a person's roles counts. */
const FRESH_MS = 10 * millisecondsInMinute;

/**
 * The operations that are not offered to a person, by the name of the job's project. If Waldur's last answer about the
 * person's roles is too old, it is asked again.
 */
export async function offersTo(
  context: Context,
  { account, waldur }: { account: Account; waldur: Waldur },
): Promise<(projectName: string) => Refused> {
  const rights = await freshRights(context, account, waldur);
  return (projectName) => notOffered(context.abilities, { ...account, rights }, projectName);
}

async function freshRights(context: Context, account: Account, waldur: Waldur) {
  const { rights: before, rightsAt } = account;
  const now = context.now();
  if (rightsAt !== null && differenceInMilliseconds(now, rightsAt) < FRESH_MS) return before;
  try {
    const { rights } = await waldur.me();
    await updateAccount(context.db, account, { rights, rightsAt: now });
    if (JSON.stringify(rights) !== JSON.stringify(before)) await renewOwnCards(context, account);
    return rights;
  } catch (error) {
    if (!isWaldurFailure(error)) throw error;
    return before;
  }
}

/** Draws the cards of a person's jobs again: cards that only they see offer what they may do. */
export async function renewOwnCards({ db, wake }: Context, person: Account): Promise<void> {
  await renewCardsOf(db, person);
  wake();
}
