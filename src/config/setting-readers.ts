import { isIP } from 'node:net';
import { z } from 'zod';
import { millisecondsInDay } from '../dates.ts';
import { LOG_LEVELS, type LogLevel } from '../logging/logger.ts';

/**
 * Readers of single settings. Each turns the text, which is never blank, into the value; undefined if the text is
 * wrong. No error repeats the text, since it may be a secret.
 */

/**
 * One setting in zod's terms.
 * @param expected ends the sentence "NAME is missing: …"
 * @param fallback the text to read if the setting is missing
 */
export function setting<T>(
  expected: string,
  read: (given: string) => T | undefined,
  fallback?: string,
) {
  return z
    .string()
    .default(fallback ?? '')
    .transform((given, context) => {
      const value = given === '' ? undefined : read(given);
      if (value !== undefined) return value;
      context.addIssue({ code: 'custom', message: expected });
      return z.NEVER;
    });
}

/** One setting that may be missing. Its value is then `none`. */
export function optional<T>(expected: string, read: (given: string) => T | undefined, none: T) {
  return setting(expected, read).or(z.undefined().transform(() => none));
}

export function text(given: string): string {
  return given;
}

export function wholeBetween(least: number, most: number) {
  return (given: string): number | undefined => {
    const value = /^\d{1,16}$/.test(given) ? Number(given) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  };
}

/** Seconds above 0, fractions allowed, as milliseconds. */
export function seconds(given: string): number | undefined {
  const value = /^\d{1,9}(\.\d{1,9})?$/.test(given) ? Number(given) * 1000 : 0;
  return value > 0 ? value : undefined;
}

/** Whole days from 1 to a hundred years, as milliseconds. */
export function days(given: string): number | undefined {
  const value = wholeBetween(1, 36_500)(given);
  return value === undefined ? undefined : value * millisecondsInDay;
}

/** True for `1`. To say no, leave the setting out. */
export function yes(given: string): true | undefined {
  return given === '1' ? true : undefined;
}

const ADDRESSES = ['WALDUR_URL', 'SLACK_API_URL', 'SLACK_FILES_ORIGIN'] as const;

/** Settings with an address to which tokens would go in plain http. */
export function readableOnTheirWay(given: Partial<Record<(typeof ADDRESSES)[number], string>>) {
  return ADDRESSES.filter((name) => isReadableOnItsWay(given[name] ?? ''));
}

/** An address to listen on: an IP address, or a host's name. */
export function hostName(given: string): string | undefined {
  return isIP(given) > 0 || /^[a-z0-9.-]{1,253}$/i.test(given) ? given : undefined;
}

/** An address of a web server without user, query and fragment. */
function webAddress(given: string): URL | undefined {
  const url = URL.parse(given);
  const plain = url && !url.username && !url.password && !url.search && !url.hash;
  return plain && /^https?:$/.test(url.protocol) ? url : undefined;
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** True if others could read what is sent to this address: it is plain http and leaves this machine. */
function isReadableOnItsWay(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === 'http:' && !LOOPBACK.test(url.hostname);
}

/** The URL of a folder, with a final slash. */
export function folderUrl(given: string): string | undefined {
  return webAddress(given)?.href.replace(/(?<!\/)\/*$/, '/');
}

/** A path below a folder's URL, such as `jobs/{job}/`: no origin, no query, no way up. */
export function pathBelow(given: string): string | undefined {
  return /^(?!\/)(?:(?!\.\.)[\w.~/{}#-]){1,200}$/.test(given) ? given : undefined;
}

export function origin(given: string): string | undefined {
  const url = webAddress(given);
  return url?.pathname === '/' ? url.origin : undefined;
}

/** Origin and base path, without a final slash. Our paths begin with /api by themselves. */
export function waldurUrl(given: string): string | undefined {
  const url = webAddress(given)?.href.replace(/(?<!\/)\/+$/, '');
  return url?.endsWith('/api') ? undefined : url;
}

/** The path of `sqlite:PATH` or `sqlite:///PATH`. */
export function sqlitePath(given: string): string | undefined {
  return /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(given)?.[1];
}

export function logLevel(given: string): LogLevel | undefined {
  return z.enum(LOG_LEVELS).safeParse(given.toLowerCase()).data;
}

export function waldurAuth(given: string): 'linked' | 'impersonate' | undefined {
  return z.enum(['linked', 'impersonate']).safeParse(given.toLowerCase()).data;
}

/** Slack ids that begin with one of these letters, separated by commas or spaces. */
export function ids(letters: string) {
  return (given: string): string[] | undefined => {
    const list = given.split(/[\s,]+/).filter((id) => id !== '');
    const fits = (id: string) => /^[A-Z][A-Z0-9]{2,}$/.test(id) && letters.includes(id.charAt(0));
    return list.every(fits) ? list : undefined;
  };
}
