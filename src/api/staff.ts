import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { WaldurRefusal } from './errors.ts';
import { createSend } from './http.ts';
import { fields } from './read-page.ts';
import { FIELDS, personRow, type WaldurUser } from './records.ts';

/** What the bot asks Waldur with its staff token in its own name. */
export interface Staff {
  /** Also keeps the token alive, which requests for others do not (recorded). */
  isStaff(): Promise<boolean>;
  /** All users with exactly this address, case included: Waldur's own rule (recorded). */
  usersWithEmail(email: string): Promise<FoundUser[]>;
  /** The user with this uuid; null if there is none. */
  user(uuid: string): Promise<FoundUser | null>;
}

export interface FoundUser extends WaldurUser {
  /** Inactive users can be impersonated (recorded). Null if Waldur does not say, as to anybody but staff. */
  isActive: boolean | null;
}

interface StaffOptions {
  baseUrl: string;
  token: string;
  dispatcher: Dispatcher;
  timeoutMs?: number;
}

const self = z.object({ is_staff: z.boolean().default(false) });
const standing = z.object({ is_active: z.boolean().nullable().default(null) });
const foundRow = z
  .intersection(personRow, standing)
  .transform(({ is_active: isActive, ...user }): FoundUser => ({ ...user, isActive }));
const FOUND_FIELDS = [...FIELDS.person, 'is_active'];

/** Waldur for its staff. Every method throws a WaldurFailure if Waldur refuses or cannot be reached. */
export function createStaff({ timeoutMs = 10_000, ...options }: StaffOptions): Staff {
  const send = createSend({ ...options, timeoutMs, deadlineMs: 60_000 });
  return {
    async isStaff() {
      const query = fields(['is_staff']);
      return (await send({ method: 'GET', target: '/api/users/me/', query })).read(self).is_staff;
    },
    async usersWithEmail(email) {
      const query: [string, string][] = [['email', email], ...fields(FOUND_FIELDS)];
      const answer = await send({ method: 'GET', target: '/api/users/', query });
      // Waldur ignores filters elsewhere, so rows that do not match are left out here too.
      return answer.read(z.array(z.unknown())).flatMap((row) => {
        const { data: user } = foundRow.safeParse(row);
        return user?.email === email ? [user] : [];
      });
    },
    async user(uuid) {
      const target = `/api/users/${uuid}/`;
      try {
        return (await send({ method: 'GET', target, query: fields(FOUND_FIELDS) })).read(foundRow);
      } catch (error) {
        if (error instanceof WaldurRefusal && error.status === 404) return null;
        throw error;
      }
    },
  };
}
