/** What the bot's token must be allowed, as manifest.yml asks for it; a test compares the two. */
export const NEEDED_SCOPES = [
  'app_mentions:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'im:history',
  'im:write',
] as const;

/** With these the bot reads a thread back after an ambiguous post (docs/reliability.md). */
export const OPTIONAL_SCOPES = ['channels:history', 'groups:history'] as const;
