import { isWaldurFailure, type WaldurRefusal } from '../api/errors.ts';
import type { WaldurUser } from '../api/records.ts';
import type { Waldur } from '../api/waldur.ts';
import type { Account, Person } from '../store/accounts.ts';

/** Who a Slack user is in Waldur, and Waldur as they see it. */
export interface Accounts {
  /** The account; null when the person is not connected. */
  find(person: Person): Promise<Account | null>;
  /**
   * Waldur as this person. That Waldur does not take their identity any more is remembered by itself.
   * @throws NotConnected when they have to connect first
   */
  actingAs(person: Person): Promise<{ account: Account; waldur: Waldur }>;
  /** Forgets the person, with the token. */
  disconnect(person: Person): Promise<void>;
  /** How people are linked to Waldur here (WALDUR_AUTH). */
  linking: TokenLinking | EmailLinking;
}

/** Each person gives a token of their own. */
export interface TokenLinking {
  by: 'token';
  /**
   * Asks Waldur whose token this is, and keeps it sealed.
   * @throws a WaldurFailure when Waldur does not take it; nothing is kept then
   */
  connect(person: Person, token: string): Promise<WaldurUser>;
}

/** The bot finds people by the address that they have in Slack. */
export interface EmailLinking {
  by: 'email';
  /**
   * Whom it found.
   * @throws Problem when that is nobody, or not one person for certain
   */
  propose(person: Person): Promise<WaldurUser>;
  /**
   * Keeps what the person has confirmed.
   * @throws Problem when it is not what would be proposed now, or Waldur does not act as this user
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

/** Whether Waldur said that it does not take the token (401, recorded in four wordings). */
export function isTokenRefused(error: unknown): error is WaldurRefusal {
  return isWaldurFailure(error) && error.kind === 'refusal' && error.status === 401;
}
