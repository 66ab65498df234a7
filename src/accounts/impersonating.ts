import type { Dispatcher } from 'undici';
import { isWaldurFailure } from '../api/errors.ts';
import type { Send } from '../api/http.ts';
import type { WaldurUser } from '../api/schema.ts';
import { createStaff } from '../api/staff.ts';
import { createWaldur, type Waldur } from '../api/waldur.ts';
import { Problem } from '../jobs/problem.ts';
import {
  type Account,
  findAccount,
  type Person,
  refuseAccount,
  removeAccount,
  saveAccount,
} from '../store/accounts.ts';
import type { Database } from '../store/database.ts';
import { type Accounts, isTokenRefused, NotConnected } from './accounts.ts';
import { addressOf, type SlackMember } from './member.ts';
import { proven } from './proven.ts';

export interface ImpersonatingParts {
  db: Database;
  staffToken: string;
  waldurUrl: string;
  dispatcher: Dispatcher;
  /** Who a person is in Slack, and as fresh as it must be. */
  member(person: Person): Promise<SlackMember>;
  /** Something is wrong that an operator has to know at once. */
  alarm(what: string, facts: Record<string, unknown>): void;
  now: () => Date;
}

/** Waldur answered as somebody else than the person for whom it was asked. */
export class IdentityMismatch extends Problem {}

/** Accounts of people for whom the bot acts with one staff token, found by their address in Slack. */
export function createImpersonatingAccounts(parts: ImpersonatingParts): Accounts {
  const { db, now } = parts;
  const staff = createStaff({ ...parts, baseUrl: parts.waldurUrl, token: parts.staffToken });

  async function find(person: Person) {
    const account = await findAccount(db, person);
    return account === null || account.email === null ? null : account;
  }

  async function propose(person: Person): Promise<WaldurUser & { address: string }> {
    const address = addressOf(await parts.member(person));
    const found = await asStaff(() => staff.usersWithEmail(address));
    const [user, ...others] = found;
    if (user === undefined) throw new Problem(nobody(address, parts.waldurUrl));
    if (others.length > 0) throw new Problem(several(address));
    return { ...user, address };
  }

  return {
    find,

    async actingAs(person) {
      const account = await find(person);
      if (account === null) throw new NotConnected('never');
      if (account.expiredAt !== null) throw new NotConnected('no session');
      const address = addressOf(await parts.member(person));
      if (address !== account.email) throw new NotConnected('never');
      return { account, waldur: waldurAs(parts, account) };
    },

    disconnect: (person) => removeAccount(db, person),

    linking: {
      by: 'email',
      propose,
      async confirm(person, uuid) {
        const user = await propose(person);
        if (user.uuid !== uuid) throw new Problem(changedMeanwhile);
        const { username, fullName, address: email } = user;
        const account = { ...person, waldurUuid: uuid, username, fullName, email, sealed: '' };
        await waldurAs(parts, account).me();
        await saveAccount(db, { ...account, connectedAt: now() });
        return user;
      },
    },
  };
}

/** Waldur as this user, every answer of it proven. */
function waldurAs(
  parts: ImpersonatingParts,
  account: Pick<Account, 'team' | 'user' | 'waldurUuid' | 'sealed'>,
): Waldur {
  const { waldurUuid: expected, team, user } = account;
  const mismatch = async (found: string | null, what: string, changed: boolean): Promise<never> => {
    await refuseAccount(parts.db, account, parts.now());
    parts.alarm('Waldur answered as somebody else', {
      team,
      user,
      expected,
      found,
      asked: what,
    });
    throw new IdentityMismatch(changed ? `${mistaken} ${mayBeDone}` : mistaken);
  };
  const waldur = createWaldur({
    baseUrl: parts.waldurUrl,
    token: parts.staffToken,
    dispatcher: parts.dispatcher,
    impersonate: expected,
    around: (send) =>
      proven(translated(parts, account, send), {
        expected,
        mismatch: (found, { method, target }) =>
          mismatch(found, `${method} ${target}`, method !== 'GET'),
      }),
  });
  return {
    ...waldur,
    async createJob(job) {
      const made = await waldur.createJob(job);
      if (made.userUuid !== expected) await mismatch(made.userUuid, 'a created job', true);
      return made;
    },
  };
}

/** Waldur's two answers about the impersonation itself, which are not about what was asked. */
function translated(
  parts: ImpersonatingParts,
  account: Pick<Account, 'team' | 'user' | 'sealed'>,
  send: Send,
): Send {
  return async (interaction) => {
    try {
      return await asStaff(() => send(interaction));
    } catch (error) {
      if (!isSessionMissing(error)) throw error;
      await refuseAccount(parts.db, account, parts.now());
      throw new NotConnected('no session');
    }
  };
}

/** A 401 is about the bot's own token, and nothing that the person can mend. */
async function asStaff<T>(interaction: () => Promise<T>): Promise<T> {
  try {
    return await interaction();
  } catch (error) {
    if (!isTokenRefused(error)) throw error;
    throw new Problem(staffRefused, { cause: error });
  }
}

/** "Unable to impersonate user which does not have an active session." (recorded) */
function isSessionMissing(error: unknown): boolean {
  if (!isWaldurFailure(error) || error.kind !== 'refusal' || error.status !== 403) return false;
  return /impersonate/i.test(error.details.join(' '));
}

const staffRefused =
  'Waldur does not take the bot’s own token any more. Nothing was done; tell the people who run the bot.';
const mistaken =
  'Waldur answered as somebody else than you, so the bot has stopped. Nothing of that answer was used. The people who run the bot have been alarmed.';
const mayBeDone = 'Whether what you wanted was done is not known: look in Waldur.';
const changedMeanwhile =
  'Waldur shows somebody else under your address now. Use /slurm connect again.';

function nobody(address: string, waldurUrl: string): string {
  return `Waldur knows nobody with your address in Slack (${address}). Sign in to ${waldurUrl} once, and see that your profile there has this address; then use /slurm connect again.`;
}

function several(address: string): string {
  return `Waldur knows several people with your address in Slack (${address}), so the bot cannot tell who you are. Ask Waldur’s staff to mend that.`;
}
