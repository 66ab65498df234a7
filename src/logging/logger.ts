import { inspect, types } from 'node:util';
import { type Logger, LogLevel as SlackLevel } from '@slack/web-api';
import type { LogLevel } from '../config-values.ts';
import { redact } from './redaction.ts';

/** What goes with a message; undefined ones are left out. */
export type Fields = Record<string, unknown>;

export interface Log {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  /** A log that adds these fields to each record, for instance a reference id. */
  child(fields: Fields): Log;
  /** Takes this value out of every line from now on, in children and parents too. */
  hide(secret: string): void;
  readonly level: LogLevel;
}

const SEVERITY: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Shorter values are no secrets, and taking them out would spoil the log. */
const SHORTEST_SECRET = 6;

interface Options {
  /** The least severe level that is written. */
  level: LogLevel;
  /** Gets one line, its end included. */
  write: (line: string) => void;
  now?: () => Date;
}

/** A log of one line a record: `2026-11-24T19:12:00.000Z WARN message key=value …` (logfmt). */
export function createLog(options: Options): Log {
  return logWith(options, new Set(), {});
}

function logWith(options: Options, secrets: Set<string>, fixed: Fields): Log {
  const { level, write, now = () => new Date() } = options;
  const at =
    (own: LogLevel) =>
    (message: string, fields: Fields = {}) => {
      if (SEVERITY[own] < SEVERITY[level]) return;
      const head = `${now().toISOString()} ${own.toUpperCase()} ${oneLine(message)}`;
      const line = [head, ...pairs({ ...fixed, ...fields })].join(' ');
      write(`${redact(line, secrets)}\n`);
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => logWith(options, secrets, { ...fixed, ...fields }),
    hide(secret) {
      if (secret.length >= SHORTEST_SECRET) secrets.add(secret);
    },
    level,
  };
}

function pairs(fields: Fields): string[] {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${quoted(textOf(value))}`);
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (types.isNativeError(value)) return String(value);
  if (typeof value === 'object' && value !== null) {
    return inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 4 });
  }
  return String(value);
}

function quoted(text: string): string {
  return /^[^\s"=\\\p{C}]+$/u.test(text) ? text : oneLine(JSON.stringify(text));
}

/** Escapes what would break a line, or show it in another order than it is (`\p{C}`, UTS 18). */
function oneLine(text: string): string {
  return text.replace(/[\p{C}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return character === '\n' ? '\\n' : `\\u{${code.toString(16)}}`;
  });
}

/**
 * Our log in the shape that Slack's packages take. Their debug lines hold whole payloads, with what people typed
 * and response_urls in them: those are never written.
 */
export function boltLogger(log: Log): Logger {
  const told = (parts: unknown[]) =>
    parts.map((part) => (typeof part === 'string' ? part : textOf(part))).join(' ');
  return {
    debug: () => undefined,
    info: (...parts) => log.info(told(parts)),
    warn: (...parts) => log.warn(told(parts)),
    error: (...parts) => log.error(told(parts)),
    setLevel: () => undefined,
    getLevel: () => SLACK_LEVELS[log.level],
    setName: () => undefined,
  };
}

const SLACK_LEVELS: Record<LogLevel, SlackLevel> = {
  debug: SlackLevel.INFO,
  info: SlackLevel.INFO,
  warn: SlackLevel.WARN,
  error: SlackLevel.ERROR,
};
