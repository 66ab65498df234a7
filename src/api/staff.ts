import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { createSend } from './http.ts';
import { fields } from './page.ts';
import { FIELDS, personRow, type WaldurUser } from './schema.ts';

/** What the bot asks Waldur with its staff token, as itself. */
export interface Staff {
  /** Also keeps the token alive: requests for others do not (recorded). */
  isStaff(): Promise<boolean>;
  /** All active users with exactly this address, whatever its capitals. */
  usersWithEmail(email: string): Promise<WaldurUser[]>;
}

export interface StaffOptions {
  baseUrl: string;
  token: string;
  dispatcher: Dispatcher;
  timeoutMs?: number;
}

const self = z.object({ is_staff: z.boolean().default(false) });
/** Inactive users can be impersonated (recorded), so it has to be said that a user is active. */
const listed = z.object({ is_active: z.boolean() });

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
      const rows = z.array(z.unknown()).parse(answer.read(z.array(z.unknown())));
      // Waldur ignores filters elsewhere: what does not fit is left out here as well.
      return rows.flatMap((row) => {
        const user = personRow.safeParse(row);
        const active = listed.safeParse(row).data?.is_active === true;
        const fits = user.data?.email.toLowerCase() === email.toLowerCase();
        return user.success && active && fits ? [user.data] : [];
      });
    },
  };
}
