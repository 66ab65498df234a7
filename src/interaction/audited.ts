import { randomBytes } from 'node:crypto';
import { IdentityMismatch } from '../accounts/impersonating.ts';
import { isWaldurFailure } from '../api/errors.ts';
import type { Account } from '../store/accounts.ts';
import { type AuditEntry, beginAudit, endAudit } from '../store/audit.ts';
import type { Context } from './context.ts';

/** A change in Waldur that is about to be made. */
interface Action<T> {
  account: Account;
  action: AuditEntry['action'];
  jobUuid: string;
  ref: string;
  /** Makes the change. */
  run(): Promise<T>;
  /** What the audit says if it succeeded. */
  outcome(result: T): { outcome: string; jobUuid?: string };
}

/** Makes a change in Waldur and writes one line to the audit: begun before the change, completed after it. */
export async function audited<T>(context: Context, action: Action<T>): Promise<T> {
  const { account, jobUuid, ref } = action;
  const id = randomBytes(6).toString('hex');
  await beginAudit(context.db, {
    id,
    at: context.now(),
    team: account.team,
    user: account.user,
    waldurUuid: account.waldurUuid,
    waldurUser: account.username,
    action: action.action,
    jobUuid,
    ref,
  });
  let result: T;
  try {
    result = await action.run();
  } catch (error) {
    await endAudit(context.db, id, { outcome: outcomeOf(error) });
    throw error;
  }
  await endAudit(context.db, id, action.outcome(result));
  return result;
}

/** What the audit says of an action that failed. */
export function outcomeOf(error: unknown): string {
  if (error instanceof IdentityMismatch) return 'answered as somebody else';
  if (!isWaldurFailure(error)) return 'failed';
  if (error.ambiguous) return 'unknown';
  return error.kind === 'refusal' ? `refused (${error.status})` : `failed (${error.kind})`;
}
