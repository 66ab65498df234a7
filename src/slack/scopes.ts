/** What the bot's token must be allowed, as manifest.yml asks for it; a test compares the two. */
export const NEEDED_SCOPES = [
  'app_mentions:read',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:read',
  'im:history',
  'im:write',
  'users:read',
] as const;

/**
 * With the first two the bot reads a thread back after an ambiguous post (docs/reliability.md); the others are for
 * WALDUR_AUTH=impersonate and ALLOWED_USERGROUPS (docs/security.md).
 */
export const OPTIONAL_SCOPES = [
  'channels:history',
  'groups:history',
  'usergroups:read',
  'users:read.email',
] as const;
