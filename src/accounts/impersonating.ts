import type { Dispatcher } from 'undici';
import { isWaldurFailure } from '../api/errors.ts';
import type { Send } from '../api/http.ts';
import type { FoundUser } from '../api/staff.ts';
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
import { type Proofs, withProof } from './proof-of-identity.ts';
import { addressOf, isSameAddress, type SlackMember, spellings } from './slack-member.ts';
import { notTaken, type StaffAccess } from './staff-access.ts';
import { type Accounts, isTokenRefused, NotConnected } from './waldur-accounts.ts';
import { createWaldurStandings, type Standings } from './waldur-standing.ts';

interface ImpersonatingParts {
  db: Database;
  staffToken: string;
  /** The same token, for requests in the bot's own name. */
  staff: StaffAccess;
  waldurUrl: string;
  dispatcher: Dispatcher;
  /** How long Waldur may take to answer. */
  timeoutMs: number;
  /** What Slack says about a person, fresh enough to rely on. */
  member(person: Person): Promise<SlackMember>;
  /** Tells the operator something that cannot wait. */
  alarm(what: string, facts: Record<string, unknown>): void;
  now: () => Date;
}

/** Waldur answered as somebody other than the person for whom the bot asked. */
export class IdentityMismatch extends Problem {}

/** What the process remembers while it runs. */
interface Remembered {
  proofs: Proofs;
  standings: Standings;
}

/** Accounts of people for whom the bot acts with one staff token, found by their address in Slack. */
export function createImpersonatingAccounts(parts: ImpersonatingParts): Accounts {
  const { db, now, staff } = parts;
  const memory: Remembered = { proofs: new Map(), standings: createWaldurStandings(staff, now) };

  async function find(person: Person) {
    const account = await findAccount(db, person);
    return account === null || account.email === null ? null : account;
  }

  async function propose(person: Person): Promise<FoundUser & { address: string }> {
    const address = addressOf(await parts.member(person));
    const found = await usersWith(staff, address);
    const [user, ...others] = found.filter(({ isActive }) => isActive);
    if (others.length > 0) throw new Problem(several(address));
    if (user !== undefined) return { ...user, address };
    throw new Problem(found.length > 0 ? deactivated : nobody(address, parts.waldurUrl));
  }

  return {
    find,

    async actingAs(person) {
      const account = await find(person);
      if (account === null || account.email === null) throw new NotConnected('never');
      const address = addressOf(await parts.member(person));
      if (!isSameAddress(address, account.email)) throw new NotConnected('never');
      const identity = { ...account, address };
      if (account.expiredAt !== null) throw await whyRefused(memory, identity);
      return { account, waldur: waldurAs(parts, memory, identity) };
    },

    disconnect: (person) => removeAccount(db, person),

    linking: {
      by: 'email',
      propose,
      async confirm(person, uuid) {
        const user = await propose(person);
        if (user.uuid !== uuid) throw new Problem(changedMeanwhile);
        const { username, fullName, address } = user;
        const identity = { ...person, waldurUuid: uuid, sealed: '' };
        const { rights } = await waldurAs(parts, memory, { ...identity, address }).me();
        const account = { ...identity, username, fullName, email: address, rights };
        await saveAccount(db, { ...account, connectedAt: now() });
        return user;
      },
    },
  };
}

/** The Waldur users with this address, in the first spelling that Waldur knows. */
async function usersWith(staff: StaffAccess, address: string): Promise<FoundUser[]> {
  for (const spelling of spellings(address)) {
    const found = await staff.ask(({ usersWithEmail }) => usersWithEmail(spelling));
    if (found.length > 0) return found;
  }
  return [];
}

/** Why an account was stopped. Signing in again does not help a person who is deactivated. */
async function whyRefused({ standings }: Remembered, identity: Identity): Promise<NotConnected> {
  const standing = await standings.of(identity).catch((error: unknown) => {
    if (!isWaldurFailure(error)) throw error;
  });
  return new NotConnected(standing === 'deactivated' ? 'deactivated' : 'no session');
}

/** The account with the person's present address in Slack. */
type Identity = Pick<Account, 'team' | 'user' | 'waldurUuid' | 'sealed'> & { address: string };

/**
 * Waldur as this user. It sends only while they are active there, and accepts only answers that are proven to be
 * theirs.
 */
function waldurAs(parts: ImpersonatingParts, memory: Remembered, account: Identity): Waldur {
  const { waldurUuid: expected, team, user } = account;
  const mismatch = async (found: string | null, what: string, changed: boolean): Promise<never> => {
    // Without that right the token impersonates nobody, so this is not about the person.
    const fault = await parts.staff.check();
    if (fault !== null)
      throw changed ? new IdentityMismatch(`${fault.message} ${mayBeDone}`) : fault;
    await refuseAccount(parts.db, account, parts.now());
    parts.alarm('Waldur answered as somebody else', { team, user, expected, found, asked: what });
    throw new IdentityMismatch(changed ? `${mistaken} ${mayBeDone}` : mistaken);
  };
  const waldur = createWaldur({
    baseUrl: parts.waldurUrl,
    token: parts.staffToken,
    dispatcher: parts.dispatcher,
    timeoutMs: parts.timeoutMs,
    impersonate: expected,
    around: (send) =>
      whileActive(
        parts,
        memory,
        account,
        withProof(translated(parts, account, send), {
          expected,
          proofs: memory.proofs,
          mismatch: (found, { method, target }, changed) =>
            mismatch(found, `${method} ${target}`, changed),
        }),
      ),
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

/**
 * Sends only while the user is active: Waldur lets staff act for deactivated people, and create jobs as them
 * (recorded). The user must still have the person's address, too: our database alone never decides who somebody is.
 */
function whileActive(
  { db, now }: ImpersonatingParts,
  { standings }: Remembered,
  account: Identity,
  send: Send,
): Send {
  return async (request) => {
    const isChange = request.method !== 'GET';
    const standing = await standings.of(account, isChange ? 'now' : 'lately');
    if (standing === 'another') throw new NotConnected('never');
    if (standing !== 'active') {
      await refuseAccount(db, account, now());
      throw new NotConnected(standing === 'deactivated' ? 'deactivated' : 'no session');
    }
    return send(request);
  };
}

/** Translates Waldur's two refusals that are about the impersonation and not about the request. */
function translated(parts: ImpersonatingParts, account: Identity, send: Send): Send {
  return async (request) => {
    try {
      return await send(request);
    } catch (error) {
      if (isTokenRefused(error)) throw parts.staff.fault(notTaken, error);
      if (!isSessionMissing(error)) throw error;
      await refuseAccount(parts.db, account, parts.now());
      throw new NotConnected('no session');
    }
  };
}

/** "Unable to impersonate user which does not have an active session." (recorded) */
function isSessionMissing(error: unknown): boolean {
  if (!isWaldurFailure(error) || error.kind !== 'refusal' || error.status !== 403) return false;
  return /impersonate/i.test(error.details.join(' '));
}

const mistaken =
  'Waldur answered as somebody else than you, so I have stopped. Nothing of that answer was used. The people who run me have been alarmed.';
const mayBeDone = 'Whether what you wanted was done is not known: look in Waldur.';
const changedMeanwhile =
  'Waldur shows somebody else under your address now. Use /slurm connect again.';
const deactivated =
  'Your account in Waldur is deactivated, so I do nothing for you there. Ask Waldur’s staff, then use /slurm connect again.';

function nobody(address: string, waldurUrl: string): string {
  return `Waldur knows nobody with your address in Slack (${address}). Sign in to ${waldurUrl} once, and see that your profile there has this address, in the same capital and small letters; then use /slurm connect again.`;
}

function several(address: string): string {
  return `Waldur knows several people with your address in Slack (${address}), so I cannot tell who you are. Ask Waldur’s staff to mend that.`;
}
