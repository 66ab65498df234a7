import type { Dispatcher } from 'undici';
import { isWaldurFailure } from '../api/errors.ts';
import { createStaff, type Staff } from '../api/staff.ts';
import { Problem } from '../jobs/problem.ts';

/** The bot's own access to Waldur does not work. Only the operators can mend that, not the person who asked. */
export class StaffFault extends Problem {
  /** The fault, for the operators. */
  readonly what: string;

  constructor(what: string, cause?: unknown) {
    super(told, { cause });
    this.what = what;
  }
}

/** The staff token. The alarm is raised once, and again only after the token has worked in between. */
export interface StaffAccess {
  /**
   * Sends a request as staff.
   * @throws StaffFault if Waldur refuses the token, or refuses it this request; otherwise WaldurFailure
   */
  ask<T>(question: (staff: Staff) => Promise<T>): Promise<T>;
  /** Checks that the token belongs to a staff user; null if it does, or while Waldur cannot be asked. */
  check(): Promise<StaffFault | null>;
  /** Raises the alarm. */
  fault(what: string, cause?: unknown): StaffFault;
}

interface StaffParts {
  staffToken: string;
  waldurUrl: string;
  dispatcher: Dispatcher;
  /** How long Waldur may take to answer. */
  timeoutMs: number;
  /** Tells the operator something that cannot wait. */
  alarm(what: string, facts: Record<string, unknown>): void;
}

export function createStaffAccess(parts: StaffParts): StaffAccess {
  const { staffToken: token, waldurUrl: baseUrl, dispatcher, timeoutMs, alarm } = parts;
  const staff = createStaff({ baseUrl, token, dispatcher, timeoutMs });
  let alarmed = false;

  const fault = (what: string, cause?: unknown) => {
    if (!alarmed) alarm(what, {});
    alarmed = true;
    return new StaffFault(what, cause);
  };
  const ask: StaffAccess['ask'] = async (question) => {
    try {
      return await question(staff);
    } catch (error) {
      const status = isWaldurFailure(error) && error.kind === 'refusal' ? error.status : 0;
      if (status === 401) throw fault(notTaken, error);
      if (status === 403) throw fault(notStaff, error);
      throw error;
    }
  };
  return {
    ask,
    fault,
    async check() {
      try {
        if (!(await ask(({ isStaff }) => isStaff()))) return fault(notStaff);
        alarmed = false;
      } catch (error) {
        if (error instanceof StaffFault) return error;
        if (!isWaldurFailure(error)) throw error;
      }
      return null;
    },
  };
}

/** By default a token expires an hour after its last use, and acting for others does not count as use (recorded). */
const EVERY_MS = 5 * 60_000;

/**
 * Keeps the staff token alive with a request of its own, and raises the alarm if it is no longer a staff token: without
 * that right Waldur ignores for whom the bot acts.
 * @throws Error for the operator, if the token is refused or not a staff user's at the start
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

export const notTaken = 'Waldur does not take WALDUR_STAFF_TOKEN.';
export const notStaff = 'WALDUR_STAFF_TOKEN is not the token of a staff user.';
const told =
  'My own access to Waldur does not work, so I cannot act for you there. The people who run me have been alarmed and have to mend it.';
