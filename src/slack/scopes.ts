/** Scopes that the bot's token needs. manifest.yml asks for them; a test compares the two. */
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
 * Scopes that the bot can do without. The first two let it read a thread back after an ambiguous post
 * (docs/reliability.md); the others are for WALDUR_AUTH=impersonate and ALLOWED_USERGROUPS (docs/security.md).
 */
export const OPTIONAL_SCOPES = [
  'channels:history',
  'groups:history',
  'usergroups:read',
  'users:read.email',
] as const;
