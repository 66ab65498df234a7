import { z } from 'zod';
import {
  days,
  folderUrl,
  hostName,
  ids,
  logLevel,
  optional,
  origin,
  pathBelow,
  seconds,
  setting,
  sqlitePath,
  text,
  waldurAuth,
  waldurUrl,
  wholeBetween,
  yes,
} from './setting-readers.ts';

/** Slurm’s own limit, in bytes: the default of `max_script_size` in slurm.conf. */
const SLURMS_LARGEST = 4 * 1024 * 1024;

/** The shortest and the longest pause of the poller, in seconds. */
export const DEFAULT_POLL = { min: '5', max: '300' };

/** Every setting as it is written: what is expected of it, and its default. .env.example says what each is for. */
export const settings = z.object({
  SLACK_BOT_TOKEN: setting(
    'at api.slack.com/apps, in your app: OAuth & Permissions > Bot User OAuth Token (xoxb-…)',
    text,
  ),
  SLACK_APP_TOKEN: z.string().optional(),
  SLACK_SIGNING_SECRET: z.string().optional(),
  HTTP_HOST: setting('an IP address or a name of this machine', hostName, '127.0.0.1'),
  PORT: setting('a port number from 0 to 65535', wholeBetween(0, 65_535), '3000'),
  SLACK_API_URL: setting("the URL of Slack's Web API", folderUrl, 'https://slack.com/api/'),
  SLACK_FILES_ORIGIN: setting('an origin, without a path', origin, 'https://files.slack.com'),
  WALDUR_URL: setting(
    'the address of your Waldur, such as https://waldur.example.org, without /api',
    waldurUrl,
  ),
  WALDUR_PORTAL_URL: optional("where people's own pages of Waldur are, as a URL", folderUrl, null),
  WALDUR_PORTAL_JOB_PATH: setting(
    'a path such as projects/{project}/ in which {job} and {project} stand for uuids',
    pathBelow,
    'projects/{project}/',
  ),
  WALDUR_AUTH: setting('linked or impersonate', waldurAuth, 'linked'),
  WALDUR_STAFF_TOKEN: z.string().optional(),
  ALLOW_PLAIN_HTTP: optional('1, or nothing', yes, false),
  ALLOWED_CHANNELS: optional('ids of channels (C…), with commas between', ids('CG'), []),
  ALLOWED_USERGROUPS: optional('ids of user groups (S…), with commas between', ids('S'), []),
  DATABASE_URL: setting(
    'sqlite:PATH (postgres:// is refused until it is supported)',
    sqlitePath,
    'sqlite:./data/slurm.db',
  ),
  SLURM_KEY_FILE: z.string().optional(),
  MAX_SCRIPT_BYTES: setting(
    `a whole number of bytes from 1 to ${SLURMS_LARGEST}: Slurm itself takes no larger script`,
    wholeBetween(1, SLURMS_LARGEST),
    '1048576',
  ),
  POLL_MIN_SECONDS: setting(
    'a number of seconds above 0, such as 5 or 0.5',
    seconds,
    DEFAULT_POLL.min,
  ),
  POLL_MAX_SECONDS: setting('a number of seconds above 0, such as 300', seconds, DEFAULT_POLL.max),
  LOST_ANSWER_SECONDS: setting('a number of seconds above 0, such as 60', seconds, '60'),
  ANSWER_SECONDS: setting('a number of seconds above 0, such as 10', seconds, '10'),
  RETRY_SECONDS: setting('a number of seconds above 0, such as 1', seconds, '1'),
  RETENTION_DAYS: setting('a whole number of days from 1', days, '90'),
  AUDIT_RETENTION_DAYS: setting('a whole number of days from 1', days, '365'),
  METRICS_PORT: optional(
    'a port number from 0 to 65535, or nothing',
    wholeBetween(0, 65_535),
    null,
  ),
  METRICS_HOST: setting('an IP address or a name of this machine', hostName, '127.0.0.1'),
  LOG_LEVEL: setting('debug, info, warn or error', logLevel, 'info'),
});

/** The names of all settings. */
export const SETTINGS = Object.keys(settings.shape);
