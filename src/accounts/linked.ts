import type { Dispatcher } from 'undici';
import type { Send } from '../api/http.ts';
import { createWaldur } from '../api/waldur.ts';
import {
  findAccount,
  type Person,
  refuseAccount,
  removeAccount,
  saveAccount,
} from '../store/accounts.ts';
import type { Database } from '../store/database.ts';
import type { Keyring } from './seal.ts';
import { type Accounts, isTokenRefused, NotConnected } from './waldur-accounts.ts';

interface LinkedParts {
  db: Database;
  keyring: Keyring;
  waldurUrl: string;
  dispatcher: Dispatcher;
  /** How long Waldur may take to answer. */
  timeoutMs: number;
  now: () => Date;
}

/** Accounts of people who have linked tokens of their own. */
export function createLinkedAccounts(parts: LinkedParts): Accounts {
  const { db, keyring, waldurUrl, dispatcher, timeoutMs, now } = parts;
  const bound = ({ team, user }: Person) => ({ team, user, origin: waldurUrl });
  const waldurWith = (token: string, around = (send: Send) => send) =>
    createWaldur({ baseUrl: waldurUrl, token, dispatcher, timeoutMs, around });

  async function find(person: Person) {
    const account = await findAccount(db, person);
    return account === null || account.sealed === '' ? null : account;
  }

  return {
    find,

    async actingAs(person) {
      const account = await find(person);
      if (account === null) throw new NotConnected('never');
      if (account.expiredAt !== null) throw new NotConnected('expired');
      const sealer = await keyring();
      const token = sealer.open(account.sealed, bound(person));
      const refused = () => refuseAccount(db, account, now());
      return { account, waldur: waldurWith(token, noticing(refused)) };
    },

    disconnect: (person) => removeAccount(db, person),

    linking: {
      by: 'token',
      async connect(person, token) {
        const who = await waldurWith(token).me();
        const sealer = await keyring();
        await saveAccount(db, {
          ...person,
          waldurUuid: who.uuid,
          username: who.username,
          fullName: who.fullName,
          rights: who.rights,
          email: null,
          sealed: sealer.seal(token, bound(person)),
          connectedAt: now(),
        });
        return who;
      },
    },
  };
}

/** Calls `refused` when Waldur refuses the token. */
function noticing(refused: () => Promise<void>) {
  return (send: Send): Send =>
    async (request) => {
      try {
        return await send(request);
      } catch (error) {
        if (isTokenRefused(error)) await refused();
        throw error;
      }
    };
}
