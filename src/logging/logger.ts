import { inspect } from 'node:util';
import { type Logger, LogLevel as SlackLevel } from '@slack/web-api';
import { destination, type Logger as Pino, pino } from 'pino';
import { isError, toldError } from './error.ts';
import { readable, visible } from './readable.ts';
import { redactDeeply } from './redaction.ts';

/** The severities of a record, from the least to the most severe. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The fields of a message. Undefined ones are left out. An error is logged with its stack and causes. */
export type Fields = Record<string, unknown>;

export interface Log {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  /** A log that adds these fields to each record, for instance a reference id. */
  child(fields: Fields): Log;
  /** Removes this value from every line from now on, in children and parents too. */
  hide(secret: string): void;
  readonly level: LogLevel;
}

/** Shorter values are not secrets, and removing them would spoil the log. */
const SHORTEST_SECRET = 6;

interface Options {
  /** The least severe level that is written. */
  level: LogLevel;
  /** Receives one record, with its line ending. */
  write: (record: string) => void;
  /** True for lines that people read instead of JSON. */
  isTerminal?: boolean;
  now?: () => Date;
}

/** A log of one JSON object a line: `{"level":"warn","time":"2026-11-24T19:12:00.000Z",…,"msg":"…"}`. */
export function createLog({ level, write, isTerminal = false, now = () => new Date() }: Options) {
  const secrets = new Set<string>();
  const format = isTerminal ? readable : json;
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${now().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }), log: withToldErrors },
  };
  // The last filter: every record passes through it, whatever it contains.
  const last = {
    write: (line: string) => write(`${format(redactDeeply(JSON.parse(line), secrets))}\n`),
  };
  return logWith(pino(options, last), level, secrets);
}

/**
 * The log of a program. It writes to stderr synchronously, so that nothing is lost at the end; readable on a terminal.
 */
export function programLog(level: LogLevel): Log {
  const stderr = destination({ dest: 2, sync: true });
  // If the log cannot be written, the bot goes on.
  stderr.on('error', () => undefined);
  return createLog({
    level,
    write: (record) => stderr.write(record),
    isTerminal: process.stderr.isTTY,
  });
}

function logWith(logger: Pino, level: LogLevel, secrets: Set<string>): Log {
  return {
    debug: (message, fields = {}) => logger.debug(fields, message),
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
    child: (fields) => logWith(logger.child(fields), level, secrets),
    hide(secret) {
      if (secret.length >= SHORTEST_SECRET) secrets.add(secret);
    },
    level,
  };
}

function withToldErrors(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, isError(value) ? toldError(value) : value]),
  );
}

/** JSON in one line. */
const json = (record: unknown): string => visible(JSON.stringify(record));

/**
 * Our log in the shape that Slack's packages expect. Their debug lines are never written: they contain whole payloads,
 * with people's words and response_urls.
 */
export function boltLogger(log: Log): Logger {
  const at =
    (level: 'info' | 'warn' | 'error') =>
    (...parts: unknown[]) => {
      const [error] = parts.filter(isError);
      const words = parts.filter((part) => part !== error).map(textOf);
      log[level](words.join(' ') || String(error), { error });
    };
  return {
    debug: () => undefined,
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    setLevel: () => undefined,
    getLevel: () => SLACK_LEVELS[log.level],
    setName: () => undefined,
  };
}

function textOf(part: unknown): string {
  return typeof part === 'string'
    ? part
    : inspect(part, { breakLength: Number.POSITIVE_INFINITY, depth: 4 });
}

const SLACK_LEVELS: Record<LogLevel, SlackLevel> = {
  debug: SlackLevel.INFO,
  info: SlackLevel.INFO,
  warn: SlackLevel.WARN,
  error: SlackLevel.ERROR,
};
