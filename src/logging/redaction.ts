import { replaceTokens } from './token-shape.ts';

/**
 * The last filter before a line is written. It removes everything that looks like a token, wherever it came from. In
 * doubt it removes too much, but it leaves uuids (32 hexadecimal digits) and SHA-256 sums (64), since people search the
 * log for them.
 */

const GONE = '[redacted]';

const PATTERNS: readonly [RegExp, string][] = [
  // A header, whatever its scheme.
  [/\b(authorization["']?\s*[:=]\s*["']?)(?:\w+ )?[^\s"',]+/gi, `$1${GONE}`],
  // `token=…`, `ticket=…` in queries, as in the address of Slack's socket.
  [/((?:token|secret|ticket|password)=)("(?:[^"\\]|\\.)*"|[^\s"&]+)/gi, `$1${GONE}`],
  // Anyone who knows a response_url can post with it.
  [/(\bhooks\.slack\.com\/)[\w/-]+/gi, `$1${GONE}`],
];

/** "Token abc123…" but not "Token has expired": long and with a digit. */
const NAMED = /\b((?:token|bearer)["']?[\s:=]+["']?)([\w.~+/-]{16,}=*)/gi;

/** Filters a line; `secrets` are values to remove whatever they look like. */
export function redact(line: string, secrets: Iterable<string> = []): string {
  const known = [...secrets].sort((one, other) => other.length - one.length);
  const rest = known.reduce((text, secret) => text.replaceAll(secret, GONE), line);
  const shaped = PATTERNS.reduce((text, [pattern, put]) => text.replace(pattern, put), rest);
  const named = shaped.replace(NAMED, (all, name: string, value: string) =>
    /\d/.test(value) ? `${name}${GONE}` : all,
  );
  return replaceTokens(named, GONE);
}

/** Names of fields whose values are removed whatever they look like. */
const SECRET_NAME = /authorization|token|secret|ticket|password|cookie/i;
/** How deeply a record is searched. Anything deeper is removed. */
const DEEPEST = 8;

/** Filters every text in a record of the log, names included. */
export function redactDeeply(value: unknown, secrets: Iterable<string>, depth = 0): unknown {
  if (typeof value === 'string') return redact(value, secrets);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === DEEPEST) return GONE;
  if (Array.isArray(value)) return value.map((each) => redactDeeply(each, secrets, depth + 1));
  const entries = Object.entries(value).map(([name, each]) => [
    redact(name, secrets),
    SECRET_NAME.test(name) ? GONE : redactDeeply(each, secrets, depth + 1),
  ]);
  return Object.fromEntries(entries);
}
