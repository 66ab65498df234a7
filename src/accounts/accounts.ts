import type { Dispatcher } from 'undici';
import { isWaldurFailure } from '../api/errors.ts';
import type { WaldurUser } from '../api/schema.ts';
import { createWaldur, type Waldur } from '../api/waldur.ts';
import {
  type Account,
  findAccount,
  type Person,
  removeAccount,
  saveAccount,
  updateAccount,
} from '../store/accounts.ts';
import type { Database } from '../store/database.ts';
import type { Keyring } from './keyring.ts';

/** Who a Slack user is in Waldur, and Waldur as they see it. */
export interface Accounts {
  /** The account; null when the person is not connected. */
  find(person: Person): Promise<Account | null>;
  /**
   * Waldur as this person.
   * @throws NotConnected when they have to connect first
   */
  actingAs(person: Person): Promise<{ account: Account; waldur: Waldur }>;
  /**
   * Asks Waldur whose token this is, and keeps it sealed.
   * @throws a WaldurFailure when Waldur does not take it; nothing is kept then
   */
  connect(person: Person, token: string): Promise<WaldurUser>;
  /** Deletes the token. */
  disconnect(person: Person): Promise<void>;
  /** Remembers that Waldur does not take the token any more. */
  expired(person: Person): Promise<void>;
}

/** The person has to connect their Waldur account, for the first time or again. */
export class NotConnected extends Error {
  override readonly name = 'NotConnected';
  readonly expired: boolean;

  constructor(expired: boolean) {
    super(expired ? 'the token has expired' : 'no account is connected');
    this.expired = expired;
  }
}

/** Whether Waldur said that it does not take the token (401, recorded in four wordings). */
export function isTokenRefused(error: unknown): boolean {
  return isWaldurFailure(error) && error.kind === 'refusal' && error.status === 401;
}

export interface AccountsParts {
  db: Database;
  keyring: Keyring;
  waldurUrl: string;
  dispatcher: Dispatcher;
  now: () => Date;
}

/** Accounts of people who linked a token of their own. */
export function createAccounts({
  db,
  keyring,
  waldurUrl,
  dispatcher,
  now,
}: AccountsParts): Accounts {
  const waldurWith = (token: string) => createWaldur({ baseUrl: waldurUrl, token, dispatcher });
  const bound = ({ team, user }: Person) => ({ team, user, origin: waldurUrl });

  return {
    find: (person) => findAccount(db, person),

    async actingAs(person) {
      const account = await findAccount(db, person);
      if (account === null) throw new NotConnected(false);
      if (account.expiredAt !== null) throw new NotConnected(true);
      const sealer = await keyring();
      return { account, waldur: waldurWith(sealer.open(account.sealed, bound(person))) };
    },

    async connect(person, token) {
      const who = await waldurWith(token).me();
      const sealer = await keyring();
      await saveAccount(db, {
        ...person,
        waldurUuid: who.uuid,
        username: who.username,
        fullName: who.fullName,
        sealed: sealer.seal(token, bound(person)),
        connectedAt: now(),
      });
      return who;
    },

    disconnect: (person) => removeAccount(db, person),
    expired: (person) => updateAccount(db, person, { expiredAt: now() }),
  };
}
