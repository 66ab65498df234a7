/**
 * What a token looks like. This can never be certain: uuids (32 hexadecimal digits) and SHA-256 sums (64) are left
 * alone, since they name jobs and scripts, so a token of exactly these shapes is not recognised.
 */

/** Tokens that are known by their beginning or their form. */
const KNOWN = [
  // Slack's: bot, user, app, legacy, refresh (`xoxe.xoxb-1-…`), workflow.
  /(?:xox[a-z](?:\.xox[a-z])?|xapp|xwfp)-[\w-]+/gi,
  // Waldur's classic ones: 40 hexadecimal digits (recorded).
  /(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])/gi,
  // A JSON Web Token.
  /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g,
];

/** A prefix that marks personal access tokens in many systems: `wpat_…`, `glpat-…`. */
const PREFIX = /(?<![A-Za-z])[A-Za-z]{0,8}pat[_-]/;

/** A long word without spaces, which may be a token of any system. */
const LONG_WORD = /(?<![\w-])[\w-]{32,}={0,2}(?![\w-])/g;
/** Only hexadecimal digits, with or without dashes: uuids and sums. Those with 40 digits are among the known tokens. */
const DIGITS_ONLY = /^[0-9a-f-]+$/i;
/** A long word with at least this many signs of randomness (see `chances`) counts as random. */
const ENOUGH = 4;

/** No token is longer, apart from those that are recognised by their beginning. */
const LONGEST_TOKEN = 500;

/**
 * Removes tokens from text that came from outside and is shown to people. The text is cut to `max` characters first,
 * and a word that would be cut in two is removed: half a token is not recognised.
 */
export function withoutTokens(text: string, max: number): string {
  if (text.length <= max) return replaceTokens(text, '[token]');
  let end = max - 1;
  while (end > max - LONGEST_TOKEN && /\S/.test(text.charAt(end))) end -= 1;
  return `${replaceTokens(text.slice(0, Math.max(0, end)).trimEnd(), '[token]')}…`;
}

/** Replaces everything that is shaped like a token. */
export function replaceTokens(text: string, put: string): string {
  return KNOWN.reduce((given, pattern) => given.replace(pattern, put), text)
    .replace(/[\w-]+/g, (word) => withoutPrefixed(word, put))
    .replace(LONG_WORD, (word) => (isRandom(word) ? put : word));
}

/** Replaces the token after a prefix in a word: it has a digit, and 16 characters or more. */
function withoutPrefixed(word: string, put: string): string {
  const prefix = PREFIX.exec(word);
  if (prefix === null) return word;
  const rest = word.slice(prefix.index + prefix[0].length);
  return rest.length >= 16 && /\d/.test(rest) ? word.slice(0, prefix.index) + put : word;
}

/**
 * True if a text holds something shaped like a token. The path of a web address does not count: it often names a
 * commit or a document.
 */
export function holdsToken(text: string): boolean {
  const words = text.replace(/\bhttps?:\/\/[^\s<>|?]+/gi, 'address');
  return (
    replaceTokens(words, '\0') !== words ||
    [...words.matchAll(NAMED)].some(([, value = '']) => /\d/.test(value))
  );
}

/** "Token abc123…" but not "Token has expired": long and with a digit. */
const NAMED = /\b(?:token|bearer)["']?[\s:=]+["']?([\w.~+/-]{16,})/gi;

function isRandom(word: string): boolean {
  if (DIGITS_ONLY.test(word)) return false;
  if (/^[A-Za-z0-9]{32,}$/.test(word)) return chances(word) >= ENOUGH;
  const mixed = /[a-z]/.test(word) && /[A-Z]/.test(word);
  const parts = word.match(/[A-Za-z0-9]{6,}/g) ?? [];
  return mixed && parts.reduce((sum, part) => sum + chances(part), 0) >= ENOUGH;
}

/** Counts groups of digits or capitals, and single small letters: a name has few of them, random text has many. */
function chances(word: string): number {
  return word.match(/\d+|[A-Z]{2,}|(?<![a-z])[a-z](?![a-z])/g)?.length ?? 0;
}
