import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { WaldurRefusal } from './errors.ts';
import { createSend } from './http.ts';
import { fields } from './page.ts';
import { FIELDS, personRow, type WaldurUser } from './schema.ts';

/** What the bot asks Waldur with its staff token, as itself. */
export interface Staff {
  /** Also keeps the token alive: requests for others do not (recorded). */
  isStaff(): Promise<boolean>;
  /** All users with exactly this address, in these capitals: Waldur's own rule (recorded). */
  usersWithEmail(email: string): Promise<FoundUser[]>;
  /** Inactive users can be impersonated (recorded), so it has to be asked. `hidden`: only staff are told. */
  standing(uuid: string): Promise<'active' | 'deactivated' | 'gone' | 'hidden'>;
}

export interface FoundUser extends WaldurUser {
  isActive: boolean;
}

export interface StaffOptions {
  baseUrl: string;
  token: string;
  dispatcher: Dispatcher;
  timeoutMs?: number;
}

const self = z.object({ is_staff: z.boolean().default(false) });
const standing = z.object({ is_active: z.boolean().optional() });

/** Waldur for its staff. Every method throws a WaldurFailure when Waldur refuses or cannot be reached. */
export function createStaff({ timeoutMs = 10_000, ...options }: StaffOptions): Staff {
  const send = createSend({ ...options, timeoutMs, deadlineMs: 60_000 });
  return {
    async isStaff() {
      const query = fields(['is_staff']);
      return (await send({ method: 'GET', target: '/api/users/me/', query })).read(self).is_staff;
    },
    async usersWithEmail(email) {
      const names = [...FIELDS.person, 'is_active'];
      const query: [string, string][] = [['email', email], ...fields(names)];
      const answer = await send({ method: 'GET', target: '/api/users/', query });
      // Waldur ignores filters elsewhere: what does not fit is left out here as well.
      return answer.read(z.array(z.unknown())).flatMap((row) => {
        const { data: user } = personRow.safeParse(row);
        const isActive = standing.safeParse(row).data?.is_active === true;
        return user?.email === email ? [{ ...user, isActive }] : [];
      });
    },
    async standing(uuid) {
      const target = `/api/users/${uuid}/`;
      try {
        const answer = await send({ method: 'GET', target, query: fields(['is_active']) });
        const { is_active: isActive } = answer.read(standing);
        if (isActive === undefined) return 'hidden';
        return isActive ? 'active' : 'deactivated';
      } catch (error) {
        if (error instanceof WaldurRefusal && error.status === 404) return 'gone';
        throw error;
      }
    },
  };
}
