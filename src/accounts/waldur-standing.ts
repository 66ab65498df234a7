import type { FoundUser } from '../api/staff.ts';
import { differenceInMilliseconds } from '../dates.ts';
import { spellings } from './slack-member.ts';
import { notStaff, type StaffAccess } from './staff-access.ts';

/** How long a person counts as active for requests that only read. */
const LATELY_MS = 10 * 60_000;

interface Identity {
  waldurUuid: string;
  /** Their present address in Slack. */
  address: string;
}

/** `another`: the user has another address now, so they may be somebody else. */
type Standing = 'active' | 'deactivated' | 'gone' | 'another';

/** Says if people are active in Waldur, and are still the people whom Slack knows. */
export interface Standings {
  /**
   * @param when `lately`: it may be ten minutes old
   * @throws StaffFault if the staff token is not shown it; a WaldurFailure
   */
  of(identity: Identity, when?: 'now' | 'lately'): Promise<Standing>;
}

/** Asks Waldur with the staff token. It remembers only that somebody is active. */
export function createWaldurStandings(staff: StaffAccess, now: () => Date): Standings {
  const seenActive = new Map<string, Date>();
  return {
    async of({ waldurUuid, address }, when = 'now') {
      const time = now();
      const key = `${waldurUuid} ${address}`;
      const seen = seenActive.get(key);
      if (
        when === 'lately' &&
        seen !== undefined &&
        differenceInMilliseconds(time, seen) < LATELY_MS
      )
        return 'active';
      const user = await staff.ask((waldur) => waldur.user(waldurUuid));
      if (user?.isActive === null) throw staff.fault(notStaff);
      const standing = standingOf(user, address);
      if (standing === 'active') seenActive.set(key, time);
      else seenActive.delete(key);
      return standing;
    },
  };
}

function standingOf(user: FoundUser | null, address: string): Standing {
  if (user === null) return 'gone';
  if (!spellings(address).includes(user.email)) return 'another';
  return user.isActive === true ? 'active' : 'deactivated';
}
