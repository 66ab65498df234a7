import type { Dispatcher } from 'undici';
import { isWaldurFailure } from '../api/errors.ts';
import { createStaff, type Staff } from '../api/staff.ts';
import { isTokenRefused } from './accounts.ts';

/** A token lives for an hour after its last use by default, and acting for others is no use of it (recorded). */
const EVERY_MS = 5 * 60_000;

export interface KeeperParts {
  staffToken: string;
  waldurUrl: string;
  dispatcher: Dispatcher;
  alarm(what: string, facts: Record<string, unknown>): void;
  everyMs?: number;
}

/**
 * Keeps the staff token alive with a request of its own, and raises the alarm when it is none any more: without
 * that right Waldur ignores for whom the bot acts.
 * @throws Error, for the operator, when the token is refused or not of staff at the start
 */
export async function startStaffKeeper(parts: KeeperParts): Promise<{ stop(): void }> {
  const { staffToken: token, waldurUrl: baseUrl, dispatcher, everyMs = EVERY_MS } = parts;
  const staff = createStaff({ baseUrl, token, dispatcher });
  const problem = await problemWith(staff);
  if (problem !== null) throw new Error(problem);
  const timer = setInterval(async () => {
    const found = await problemWith(staff);
    if (found !== null) parts.alarm(found, {});
  }, everyMs);
  return { stop: () => clearInterval(timer) };
}

/** What an operator has to mend; null when there is nothing, also while Waldur cannot be reached. */
async function problemWith(staff: Staff): Promise<string | null> {
  try {
    return (await staff.isStaff()) ? null : 'WALDUR_STAFF_TOKEN is not the token of a staff user.';
  } catch (error) {
    if (isTokenRefused(error)) return 'Waldur does not take WALDUR_STAFF_TOKEN.';
    if (isWaldurFailure(error)) return null;
    throw error;
  }
}
