import type { StaffAccess } from './staff-access.ts';

/** A token lives for an hour after its last use by default, and acting for others is no use of it (recorded). */
const EVERY_MS = 5 * 60_000;

/**
 * Keeps the staff token alive with a request of its own, and raises the alarm when it is none any more: without
 * that right Waldur ignores for whom the bot acts.
 * @throws Error, for the operator, when the token is refused or not of staff at the start
 */
export async function startStaffKeeper(
  staff: StaffAccess,
  everyMs = EVERY_MS,
): Promise<{ stop(): void }> {
  const fault = await staff.check();
  if (fault !== null) throw new Error(fault.what);
  const timer = setInterval(() => staff.check(), everyMs);
  return { stop: () => clearInterval(timer) };
}
