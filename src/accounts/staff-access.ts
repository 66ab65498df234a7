import type { Dispatcher } from 'undici';
import { isWaldurFailure } from '../api/errors.ts';
import { createStaff, type Staff } from '../api/staff.ts';
import { Problem } from '../jobs/problem.ts';

/** The bot's own access to Waldur does not work: the operators' matter, and nothing that a person can mend. */
export class StaffFault extends Problem {
  /** The fault, for the operators. */
  readonly what: string;

  constructor(what: string, cause?: unknown) {
    super(told, { cause });
    this.what = what;
  }
}

/** The staff token in use. The alarm is raised once until the token works again. */
export interface StaffAccess {
  /**
   * Asks Waldur as staff.
   * @throws StaffFault when Waldur does not take the token, or not for this; else a WaldurFailure
   */
  ask<T>(question: (staff: Staff) => Promise<T>): Promise<T>;
  /** Asks whether it is a staff user's token; null when it is, and while Waldur cannot be asked. */
  check(): Promise<StaffFault | null>;
  /** Raises the alarm. */
  fault(what: string, cause?: unknown): StaffFault;
}

export interface StaffParts {
  staffToken: string;
  waldurUrl: string;
  dispatcher: Dispatcher;
  /** Something is wrong that an operator has to know at once. */
  alarm(what: string, facts: Record<string, unknown>): void;
}

export function createStaffAccess(parts: StaffParts): StaffAccess {
  const { staffToken: token, waldurUrl: baseUrl, dispatcher, alarm } = parts;
  const staff = createStaff({ baseUrl, token, dispatcher });
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

export const notTaken = 'Waldur does not take WALDUR_STAFF_TOKEN.';
export const notStaff = 'WALDUR_STAFF_TOKEN is not the token of a staff user.';
const told =
  'My own access to Waldur does not work, so I cannot act for you there. The people who run me have been alarmed and have to mend it.';
