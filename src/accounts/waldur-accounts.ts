import { isWaldurFailure, type WaldurRefusal } from '../api/errors.ts';
import type { WaldurUser } from '../api/records.ts';
import type { Waldur } from '../api/waldur.ts';
import type { Account, Person } from '../store/accounts.ts';

/** Who a Slack user is in Waldur, and Waldur as they see it. */
export interface Accounts {
  /** The account; null if the person is not connected. */
  find(person: Person): Promise<Account | null>;
  /**
   * Waldur as this person. If Waldur no longer accepts their identity, the account is marked as expired.
   * @throws NotConnected if they have to connect first
   */
  actingAs(person: Person): Promise<{ account: Account; waldur: Waldur }>;
  /** Forgets the person and their token. */
  disconnect(person: Person): Promise<void>;
  /** How people are linked to Waldur here (WALDUR_AUTH). */
  linking: TokenLinking | EmailLinking;
}

/** Each person gives a token of their own. */
interface TokenLinking {
  by: 'token';
  /**
   * Asks Waldur whose token this is, and keeps it sealed.
   * @throws WaldurFailure if Waldur does not accept it; nothing is kept then
   */
  connect(person: Person, token: string): Promise<WaldurUser>;
}

/** The bot finds people by their e-mail address in Slack. */
export interface EmailLinking {
  by: 'email';
  /**
   * The Waldur user whom the bot found.
   * @throws Problem if there is none, or not exactly one
   */
  propose(person: Person): Promise<WaldurUser>;
  /**
   * Keeps what the person has confirmed.
   * @throws Problem if the proposal would now be another, or if Waldur does not act as this user
   */
  confirm(person: Person, uuid: string): Promise<WaldurUser>;
}

/** The person has to connect their Waldur account. */
export class NotConnected extends Error {
  override readonly name = 'NotConnected';
  readonly why: 'never' | 'expired' | 'no session' | 'deactivated';

  constructor(why: NotConnected['why']) {
    super(why === 'never' ? 'no account is connected' : `the account does not work (${why})`);
    this.why = why;
  }
}

/** True if Waldur refused the token (401, recorded in four wordings). */
export function isTokenRefused(error: unknown): error is WaldurRefusal {
  return isWaldurFailure(error) && error.kind === 'refusal' && error.status === 401;
}
