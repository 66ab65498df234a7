import { dirname, join } from 'node:path';
import { config as dotenv } from 'dotenv';
import type { z } from 'zod';
import type { LogLevel } from '../logging/logger.ts';
import { chmodLine } from '../machine/file-modes.ts';
import { type Pauses, pausesFrom } from '../machine/pauses.ts';
import { readSecretFiles } from './secret-files.ts';
import { readableOnTheirWay, seconds } from './setting-readers.ts';
import { DEFAULT_POLL, SETTINGS, settings } from './settings.ts';

/** All settings, checked. What each is, and its default, is in .env.example. */
export interface Config {
  slack: {
    botToken: string;
    /** Ends with a slash. */
    apiUrl: string;
    filesOrigin: string;
    receiver:
      | { mode: 'socket'; appToken: string }
      | { mode: 'http'; signingSecret: string; host: string; port: number };
  };
  /** Origin and base path, without a final slash. */
  waldurUrl: string;
  /** Waldur's own pages for people: the address, ending with a slash (null: Waldur is asked for it), and a job's path. */
  portal: { home: string | null; jobPath: string };
  /** How Slack users are linked to Waldur users. */
  waldurAuth: { by: 'linked' } | { by: 'impersonate'; staffToken: string };
  /** Slack ids of the channels and people that may use the bot. An empty list allows all. */
  allowed: { channels: string[]; usergroups: string[] };
  databasePath: string;
  keyFile: string;
  maxScriptBytes: number;
  poll: { minMs: number; maxMs: number };
  /** How long the bot searches Waldur for a submission whose answer was lost before it tells the person. */
  lostAnswerMs: number;
  pauses: Pauses;
  /** How long a job's data is kept after its end, and how long the audit is kept, in milliseconds. */
  retention: { jobsMs: number; auditMs: number };
  /** Where the operator's pages are served; null for nowhere. */
  metrics: { host: string; port: number } | null;
  logLevel: LogLevel;
  /** What the operator should read in the log at start. */
  notes: string[];
}

/** Names every setting that is missing or wrong and what is expected, but no value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type Env = Record<string, string | undefined>;

const NO_RECEIVER =
  'SLACK_APP_TOKEN or SLACK_SIGNING_SECRET is missing: the first for Socket Mode (Basic Information > App-Level Tokens, with the scope connections:write), the second for signed HTTP (Basic Information > Signing Secret)';

const NO_STAFF_TOKEN =
  'WALDUR_STAFF_TOKEN is missing: WALDUR_AUTH=impersonate needs the token of a staff user';

const PLAIN_HTTP = 'tokens would travel unencrypted; use https, or set ALLOW_PLAIN_HTTP=1';

/**
 * Reads the settings from the environment, or from a file, which may be missing.
 * @throws ConfigError, once, for everything that is missing or wrong
 */
export function loadConfig(env: Env = process.env, file = '.env'): Config {
  const { parsed = {}, error } = dotenv({ path: file, processEnv: {}, quiet: true });
  if (error && !('code' in error && error.code === 'ENOENT')) {
    throw new ConfigError(`${file} cannot be read.`);
  }
  const config = readConfig({ ...parsed, ...env });
  const line = chmodLine([file]);
  const loose = line === null ? [] : [`Others can read the tokens in ${file}. Run: ${line}`];
  return { ...config, notes: [...config.notes, ...loose] };
}

/** @throws ConfigError, once, for everything that is missing or wrong */
export function readConfig(env: Env): Config {
  const files = readSecretFiles(env);
  const given = givenIn({ ...env, ...files.secrets });
  const read = settings.safeParse(given);
  const single = read.success ? [] : read.error.issues.map((issue) => problem(issue, given));
  const problems = [...files.problems, ...single, ...jointProblems(given)];
  if (read.success && problems.length === 0) return toConfig(read.data);
  throw new ConfigError(report(problems));
}

/** Problems of settings that depend on each other. */
function jointProblems(given: Record<string, string>): string[] {
  const receiver = given.SLACK_APP_TOKEN ?? given.SLACK_SIGNING_SECRET;
  const least = seconds(given.POLL_MIN_SECONDS ?? DEFAULT_POLL.min) ?? 0;
  const most = seconds(given.POLL_MAX_SECONDS ?? DEFAULT_POLL.max) ?? Number.POSITIVE_INFINITY;
  const alone = given.WALDUR_AUTH === 'impersonate' && !given.WALDUR_STAFF_TOKEN;
  const readable = given.ALLOW_PLAIN_HTTP ? [] : readableOnTheirWay(given);
  return [
    receiver ? [] : [NO_RECEIVER],
    alone ? [NO_STAFF_TOKEN] : [],
    readable.map((name) => `${name} is wrong: ${PLAIN_HTTP}`),
    least > most ? ['POLL_MAX_SECONDS is wrong: not less than POLL_MIN_SECONDS'] : [],
  ].flat();
}

/**
 * The Waldur token for `npm run doctor`. It is not a setting of the bot, which uses people's own tokens.
 * @throws ConfigError if its file cannot be read
 */
export function givenWaldurToken(env: Env = process.env): string | null {
  const { secrets, problems } = readSecretFiles(env, ['WALDUR_TOKEN']);
  if (problems.length > 0) throw new ConfigError(report(problems));
  return (secrets.WALDUR_TOKEN ?? env.WALDUR_TOKEN)?.trim() || null;
}

/** The values of a config that nobody may see. */
export function secretsOf({ slack, waldurAuth: auth }: Config): string[] {
  const { receiver } = slack;
  return [
    slack.botToken,
    receiver.mode === 'socket' ? receiver.appToken : receiver.signingSecret,
    ...(auth.by === 'impersonate' ? [auth.staffToken] : []),
  ];
}

/** Our settings without empty ones: `NAME=` in a file means that it is not set. */
function givenIn(env: Env): Record<string, string> {
  const pairs = SETTINGS.map((name): [string, string] => [name, env[name]?.trim() ?? '']);
  return Object.fromEntries(pairs.filter(([, value]) => value !== ''));
}

function problem(issue: z.core.$ZodIssue, given: Record<string, string>): string {
  const name = String(issue.path[0]);
  return `${name} is ${name in given ? 'wrong' : 'missing'}: ${issue.message}`;
}

function report(problems: string[]): string {
  const lines = problems.map((line) => `  ${line}`);
  return [
    'Settings are missing or wrong:',
    ...lines,
    'See .env.example for each of them, and write yours to .env. docs/setup.md goes through it step by step.',
  ].join('\n');
}

function toConfig(given: z.infer<typeof settings>): Config {
  return {
    slack: {
      botToken: given.SLACK_BOT_TOKEN,
      apiUrl: given.SLACK_API_URL,
      filesOrigin: given.SLACK_FILES_ORIGIN,
      receiver: given.SLACK_APP_TOKEN
        ? { mode: 'socket', appToken: given.SLACK_APP_TOKEN }
        : {
            mode: 'http',
            signingSecret: given.SLACK_SIGNING_SECRET ?? '',
            host: given.HTTP_HOST,
            port: given.PORT,
          },
    },
    waldurUrl: given.WALDUR_URL,
    waldurAuth:
      given.WALDUR_AUTH === 'impersonate'
        ? { by: 'impersonate', staffToken: given.WALDUR_STAFF_TOKEN ?? '' }
        : { by: 'linked' },
    allowed: { channels: given.ALLOWED_CHANNELS, usergroups: given.ALLOWED_USERGROUPS },
    portal: { home: given.WALDUR_PORTAL_URL, jobPath: given.WALDUR_PORTAL_JOB_PATH },
    databasePath: given.DATABASE_URL,
    keyFile: given.SLURM_KEY_FILE ?? join(dirname(given.DATABASE_URL), 'slurm.key'),
    maxScriptBytes: given.MAX_SCRIPT_BYTES,
    lostAnswerMs: given.LOST_ANSWER_SECONDS,
    pauses: pausesFrom(given.ANSWER_SECONDS, given.RETRY_SECONDS),
    retention: { jobsMs: given.RETENTION_DAYS, auditMs: given.AUDIT_RETENTION_DAYS },
    poll: { minMs: given.POLL_MIN_SECONDS, maxMs: given.POLL_MAX_SECONDS },
    metrics:
      given.METRICS_PORT === null ? null : { host: given.METRICS_HOST, port: given.METRICS_PORT },
    logLevel: given.LOG_LEVEL,
    notes: notes(given),
  };
}

function notes(given: z.infer<typeof settings>): string[] {
  const both = given.SLACK_APP_TOKEN && given.SLACK_SIGNING_SECRET;
  return [
    both ? ['SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both set: Socket Mode is used'] : [],
    readableOnTheirWay(given).map(
      (name) => `ALLOW_PLAIN_HTTP=1: tokens travel unencrypted to ${name}`,
    ),
  ].flat();
}
