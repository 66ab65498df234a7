import { notStaff, type StaffAccess } from './staff-access.ts';

/** How long a person counts as active for what only reads. */
const LATELY_MS = 10 * 60_000;

/** Whether people are active in Waldur. */
export interface Standings {
  /**
   * @param when `lately`: it may be ten minutes old
   * @throws StaffFault when the staff token is not shown it; a WaldurFailure
   */
  of(uuid: string, when?: 'now' | 'lately'): Promise<'active' | 'deactivated' | 'gone'>;
}

/** Standings that are asked of Waldur with the staff token. Only that somebody is active is remembered. */
export function createStandings(staff: StaffAccess, now: () => Date): Standings {
  const seenActive = new Map<string, number>();
  return {
    async of(uuid, when = 'now') {
      const time = now().getTime();
      const seen = seenActive.get(uuid);
      if (when === 'lately' && seen !== undefined && time - seen < LATELY_MS) return 'active';
      const standing = await staff.ask((waldur) => waldur.standing(uuid));
      if (standing === 'hidden') throw staff.fault(notStaff);
      if (standing === 'active') seenActive.set(uuid, time);
      else seenActive.delete(uuid);
      return standing;
    },
  };
}
