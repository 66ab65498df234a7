import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from './call.ts';
import type { Clock } from './clock.ts';
import { refuse } from './http-answer.ts';
import { readUuid } from './ids.ts';
import type { User, World } from './world.ts';

/** Finds out who is asking, with Waldur's sentences for everyone else, and renews the token that was used. */
export function authenticate(world: World, clock: Clock, headers: IncomingHttpHeaders): Caller {
  const user = tokenUser(world, clock, headers.authorization ?? '');
  const wanted = impersonated(world, user, headers['x-impersonated-user-uuid']);
  if (!wanted) {
    user.tokenUsed = clock.wall();
    return { user, impersonator: null };
  }
  if (wanted.token === null)
    refuse(403, 'Unable to impersonate user which does not have an active session.');
  // Recorded: it renews the impersonated person's token, not the one that was sent.
  wanted.tokenUsed = clock.wall();
  return { user: wanted, impersonator: user };
}

function unauthorized(detail: string): never {
  return refuse(401, detail, { 'WWW-Authenticate': 'Token' });
}

function tokenUser(world: World, clock: Clock, header: string): User {
  const [keyword = '', ...words] = header.split(/\s+/).filter(Boolean);
  if (keyword.toLowerCase() !== 'token')
    return unauthorized('Authentication credentials were not provided.');
  if (words.length === 0) return unauthorized('Invalid token. No credentials provided.');
  if (words.length > 1)
    return unauthorized('Invalid token. Token string should not contain spaces.');
  const user = world.users.find((each) => each.token !== null && each.token === words[0]);
  if (!user) return unauthorized('Invalid token.');
  if (!user.active) return unauthorized('User inactive or deleted.');
  if (isExpired(user, clock)) return unauthorized('Token has expired.');
  return user;
}

function isExpired(user: User, clock: Clock): boolean {
  if (user.tokenExpired) return true;
  if (user.tokenLifetime === null) return false;
  return clock.wall() - user.tokenUsed > user.tokenLifetime * 1000;
}

/** Recorded: it fails open. If the caller is not staff, or the uuid is unknown or malformed, the header is ignored. */
function impersonated(world: World, user: User, header: unknown): User | undefined {
  if (!user.staff || typeof header !== 'string') return undefined;
  const uuid = readUuid(header);
  return world.users.find((each) => each.uuid === uuid);
}
