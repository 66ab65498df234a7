import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ConfigError,
  givenWaldurToken,
  loadConfig,
  readConfig,
  secretsOf,
} from '../src/config/config.ts';
import { SETTINGS } from '../src/config/settings.ts';
import { pausesFrom } from '../src/machine/pauses.ts';

const LEAST = {
  SLACK_BOT_TOKEN: 'bot-token-of-slack',
  SLACK_APP_TOKEN: 'app-token-of-slack',
  WALDUR_URL: 'https://waldur.example.org',
};

const DAY_MS = 24 * 60 * 60 * 1000;

function problemsOf(env: Record<string, string | undefined>): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('It was expected to fail, and did not');
}

describe('readConfig', () => {
  test('the least that is needed, and every default', () => {
    expect(readConfig(LEAST)).toEqual({
      slack: {
        botToken: 'bot-token-of-slack',
        apiUrl: 'https://slack.com/api/',
        filesOrigin: 'https://files.slack.com',
        receiver: { mode: 'socket', appToken: 'app-token-of-slack' },
      },
      waldurUrl: 'https://waldur.example.org',
      portal: { home: null, jobPath: 'projects/{project}/' },
      waldurAuth: { by: 'linked' },
      allowed: { channels: [], usergroups: [] },
      databasePath: './data/slurm.db',
      keyFile: 'data/slurm.key',
      maxScriptBytes: 1_048_576,
      lostAnswerMs: 60_000,
      pauses: {
        answerMs: 10_000,
        failedMs: 1000,
        awaitedPost: { firstMs: 2000, mostMs: 60_000 },
        awayPost: { firstMs: 1500, mostMs: 8000 },
        failedCall: { firstMs: 1000, mostMs: 2000 },
        lostPost: { firstMs: 1500, mostMs: 300_000 },
        refusedPost: { firstMs: 30_000, mostMs: 3_600_000 },
        noticeMs: 5000,
        promptMs: 10_000,
        missingMs: 2000,
      },
      retention: { jobsMs: 90 * DAY_MS, auditMs: 365 * DAY_MS },
      poll: { minMs: 5000, maxMs: 300_000 },
      metrics: null,
      logLevel: 'info',
      notes: [],
    });
  });

  test('everything set', () => {
    const config = readConfig({
      SLACK_BOT_TOKEN: ' bot ',
      SLACK_SIGNING_SECRET: 'signing',
      HTTP_HOST: '0.0.0.0',
      PORT: '0',
      SLACK_API_URL: 'http://127.0.0.1:4000/api',
      SLACK_FILES_ORIGIN: 'http://127.0.0.1:4000/',
      WALDUR_URL: 'http://127.0.0.1:5000/waldur/',
      WALDUR_PORTAL_URL: 'https://portal.example.org/x',
      WALDUR_PORTAL_JOB_PATH: 'jobs/{job}',
      WALDUR_AUTH: 'Impersonate',
      WALDUR_STAFF_TOKEN: 'staff',
      ALLOWED_CHANNELS: 'C0JOBS0001, G0OLD00001',
      ALLOWED_USERGROUPS: 'S0HPC00001',
      DATABASE_URL: 'sqlite:///var/lib/slurm/bot.db',
      SLURM_KEY_FILE: '/etc/slurm/key',
      MAX_SCRIPT_BYTES: '4194304',
      LOST_ANSWER_SECONDS: '1.5',
      ANSWER_SECONDS: '20',
      RETRY_SECONDS: '0.5',
      POLL_MIN_SECONDS: '0.25',
      POLL_MAX_SECONDS: '1',
      RETENTION_DAYS: '7',
      AUDIT_RETENTION_DAYS: '30',
      METRICS_PORT: '9464',
      METRICS_HOST: '::1',
      LOG_LEVEL: 'DEBUG',
    });
    expect(config).toEqual({
      slack: {
        botToken: 'bot',
        apiUrl: 'http://127.0.0.1:4000/api/',
        filesOrigin: 'http://127.0.0.1:4000',
        receiver: { mode: 'http', signingSecret: 'signing', host: '0.0.0.0', port: 0 },
      },
      waldurUrl: 'http://127.0.0.1:5000/waldur',
      portal: { home: 'https://portal.example.org/x/', jobPath: 'jobs/{job}' },
      waldurAuth: { by: 'impersonate', staffToken: 'staff' },
      allowed: { channels: ['C0JOBS0001', 'G0OLD00001'], usergroups: ['S0HPC00001'] },
      databasePath: '/var/lib/slurm/bot.db',
      keyFile: '/etc/slurm/key',
      maxScriptBytes: 4_194_304,
      lostAnswerMs: 1500,
      pauses: pausesFrom(20_000, 500),
      poll: { minMs: 250, maxMs: 1000 },
      metrics: { host: '::1', port: 9464 },
      retention: { jobsMs: 7 * DAY_MS, auditMs: 30 * DAY_MS },
      logLevel: 'debug',
      notes: [],
    });
    expect(secretsOf(config)).toEqual(['bot', 'signing', 'staff']);
    expect(secretsOf(readConfig(LEAST))).toEqual(['bot-token-of-slack', 'app-token-of-slack']);
  });

  test('an app token and a signing secret: Socket Mode, and a note for the log', () => {
    const config = readConfig({ ...LEAST, SLACK_SIGNING_SECRET: 'signing' });
    expect(config.slack.receiver.mode).toBe('socket');
    expect(config.notes).toEqual([
      'SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both set: Socket Mode is used',
    ]);
  });

  test('nothing set: one message with everything that is missing', () => {
    expect(problemsOf({})).toBe(
      [
        'Settings are missing or wrong:',
        '  SLACK_BOT_TOKEN is missing: at api.slack.com/apps, in your app: OAuth & Permissions > Bot User OAuth Token (xoxb-…)',
        '  WALDUR_URL is missing: the address of your Waldur, such as https://waldur.example.org, without /api',
        '  SLACK_APP_TOKEN or SLACK_SIGNING_SECRET is missing: the first for Socket Mode (Basic Information > App-Level Tokens, with the scope connections:write), the second for signed HTTP (Basic Information > Signing Secret)',
        'See .env.example for each of them, and write yours to .env. docs/setup.md goes through it step by step.',
      ].join('\n'),
    );
  });

  test('a blank setting is a missing one', () => {
    expect(problemsOf({ ...LEAST, SLACK_BOT_TOKEN: '  ' })).toContain('SLACK_BOT_TOKEN is missing');
    expect(readConfig({ ...LEAST, PORT: '', LOG_LEVEL: '' })).toEqual(readConfig(LEAST));
  });

  test.each([
    ['HTTP_HOST', 'http://localhost'],
    ['PORT', '65536'],
    ['PORT', '3000.5'],
    ['SLACK_API_URL', 'slack.com/api'],
    ['SLACK_FILES_ORIGIN', 'https://files.slack.com/files'],
    ['WALDUR_URL', 'waldur.example.org'],
    ['WALDUR_URL', 'ftp://waldur.example.org'],
    ['WALDUR_URL', 'https://ada:hunter2@waldur.example.org'],
    ['WALDUR_URL', 'https://waldur.example.org/api/'],
    ['WALDUR_URL', 'https://waldur.example.org/?token=hunter2'],
    ['DATABASE_URL', 'postgres://bot:hunter2@db/slurm'],
    ['DATABASE_URL', 'sqlite:'],
    ['DATABASE_URL', 'data/hunter2.db'],
    ['MAX_SCRIPT_BYTES', '0'],
    ['MAX_SCRIPT_BYTES', '1 MiB'],
    ['MAX_SCRIPT_BYTES', '4194305'],
    ['POLL_MIN_SECONDS', '0'],
    ['POLL_MIN_SECONDS', '-5'],
    ['POLL_MIN_SECONDS', '301'],
    ['POLL_MAX_SECONDS', '5m'],
    ['POLL_MAX_SECONDS', '4.9'],
    ['WALDUR_PORTAL_URL', 'portal.example.org'],
    ['WALDUR_PORTAL_JOB_PATH', '/jobs/{job}'],
    ['WALDUR_PORTAL_JOB_PATH', '../{job}'],
    ['WALDUR_AUTH', 'root'],
    ['ALLOWED_CHANNELS', '#jobs'],
    ['ALLOWED_USERGROUPS', 'C0JOBS0001'],
    ['RETENTION_DAYS', '0'],
    ['RETENTION_DAYS', '1.5'],
    ['AUDIT_RETENTION_DAYS', '1 year'],
    ['ALLOW_PLAIN_HTTP', 'yes'],
    ['METRICS_PORT', '-1'],
    ['METRICS_HOST', 'http://hunter2'],
    ['LOG_LEVEL', 'loud'],
  ])('%s=%s is wrong, and the value is not repeated', (name, value) => {
    const message = problemsOf({ ...LEAST, [name]: value });
    expect(message).toMatch(
      /^Settings are missing or wrong:\n {2}(POLL_MAX_SECONDS|\w+) is wrong: .+\nSee .env.example/,
    );
    expect(message).toContain(name);
    expect(message).not.toContain('hunter2');
    expect(message).not.toContain(`${value}\n`);
  });

  const FAR = [
    ['WALDUR_URL', 'http://waldur.example.org'],
    ['WALDUR_URL', 'http://10.0.0.7:8000'],
    ['WALDUR_URL', 'http://127.0.0.1.example.org'],
    ['WALDUR_URL', 'http://[fe80::1]'],
    ['SLACK_API_URL', 'HTTP://slack.example.org/api/'],
    ['SLACK_FILES_ORIGIN', 'http://files.example.org'],
  ];
  test.each(FAR)(
    'plain http beyond this machine, %s=%s, is refused unless allowed',
    (name, value) => {
      expect(problemsOf({ ...LEAST, [name]: value })).toContain(
        `  ${name} is wrong: tokens would travel unencrypted; use https, or set ALLOW_PLAIN_HTTP=1`,
      );
      const { notes } = readConfig({ ...LEAST, [name]: value, ALLOW_PLAIN_HTTP: '1' });
      expect(notes).toEqual([`ALLOW_PLAIN_HTTP=1: tokens travel unencrypted to ${name}`]);
    },
  );

  test.each([
    'http://127.0.0.1:8000',
    'http://127.8.8.8',
    'http://localhost:8000',
    'http://[::1]:8000',
  ])('plain http within this machine, %s, is taken', (url) => {
    const here = { WALDUR_URL: url, SLACK_API_URL: url, SLACK_FILES_ORIGIN: url };
    expect(readConfig({ ...LEAST, ...here }).notes).toEqual([]);
    expect(readConfig({ ...LEAST, ALLOW_PLAIN_HTTP: '1' }).notes).toEqual([]);
  });

  test('impersonation without a staff token', () => {
    expect(problemsOf({ ...LEAST, WALDUR_AUTH: 'impersonate' })).toContain(
      'WALDUR_STAFF_TOKEN is missing',
    );
  });

  test('postgres is named as what is not supported yet', () => {
    const message = problemsOf({ ...LEAST, DATABASE_URL: 'postgres://db/slurm' });
    expect(message).toContain('postgres:// is refused until it is supported');
  });

  test('several wrong and missing ones at once, also those that belong together', () => {
    const message = problemsOf({
      WALDUR_URL: 'nowhere',
      PORT: 'x',
      POLL_MIN_SECONDS: '10',
      POLL_MAX_SECONDS: '2',
    });
    const named = message.split('\n').map((line) => line.trim().split(' is ')[0]);
    expect(named.slice(1, -1)).toEqual([
      'SLACK_BOT_TOKEN',
      'PORT',
      'WALDUR_URL',
      'SLACK_APP_TOKEN or SLACK_SIGNING_SECRET',
      'POLL_MAX_SECONDS',
    ]);
  });
});

describe('secrets in files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'secrets-'));
    await writeFile(join(folder, 'bot'), 'hunter2-bot\n', { mode: 0o600 });
    await writeFile(join(folder, 'app'), '  hunter2-app  \n', { mode: 0o600 });
    await writeFile(join(folder, 'empty'), '\n');
  });
  afterAll(() => rm(folder, { recursive: true }));
  const { SLACK_BOT_TOKEN: _, SLACK_APP_TOKEN: __, ...rest } = LEAST;
  const at = (name: string) => join(folder, name);

  test('each is read once, without blanks around it', () => {
    const config = readConfig({
      ...rest,
      SLACK_BOT_TOKEN_FILE: at('bot'),
      SLACK_APP_TOKEN_FILE: at('app'),
    });
    expect(secretsOf(config)).toEqual(['hunter2-bot', 'hunter2-app']);
    const http = readConfig({
      ...rest,
      SLACK_BOT_TOKEN: 'bot',
      SLACK_SIGNING_SECRET_FILE: at('app'),
      WALDUR_AUTH: 'impersonate',
      WALDUR_STAFF_TOKEN_FILE: at('bot'),
    });
    expect(secretsOf(http)).toEqual(['bot', 'hunter2-app', 'hunter2-bot']);
    expect(givenWaldurToken({ WALDUR_TOKEN_FILE: at('app') })).toBe('hunter2-app');
    expect(givenWaldurToken({ WALDUR_TOKEN: ' typed ' })).toBe('typed');
  });

  test('what cannot be read, is empty or is given twice is named, and not called missing too', () => {
    const message = problemsOf({
      ...LEAST,
      SLACK_BOT_TOKEN: '',
      SLACK_BOT_TOKEN_FILE: at('none'),
      SLACK_APP_TOKEN_FILE: at('app'),
      WALDUR_AUTH: 'impersonate',
      WALDUR_STAFF_TOKEN_FILE: at('empty'),
    });
    expect(message.split('\n').slice(1, -1)).toEqual([
      `  SLACK_BOT_TOKEN_FILE is wrong: ${at('none')} cannot be read (ENOENT)`,
      '  SLACK_APP_TOKEN_FILE is wrong: the setting itself is given too; keep one of the two',
      `  WALDUR_STAFF_TOKEN_FILE is wrong: ${at('empty')} is empty`,
    ]);
    expect(message).not.toContain('hunter2');
    const none = { WALDUR_TOKEN_FILE: folder };
    expect(() => givenWaldurToken(none)).toThrow(`${folder} cannot be read (EISDIR)`);
  });

  test('blanks are neither a file nor a second value', () => {
    const config = readConfig({ ...LEAST, SLACK_BOT_TOKEN_FILE: ' ', SLACK_APP_TOKEN_FILE: '' });
    expect(config).toEqual(readConfig(LEAST));
    const file = { SLACK_BOT_TOKEN: ' ', SLACK_BOT_TOKEN_FILE: at('bot') };
    expect(readConfig({ ...LEAST, ...file }).slack.botToken).toBe('hunter2-bot');
  });
});

describe('.env.example', () => {
  const lines = async () => {
    const text = await readFile(new URL('../.env.example', import.meta.url), 'utf8');
    return [...text.matchAll(/^(# )?([A-Z_]+)=(.*)$/gm)].map(([, mark, name = '', value = '']) => ({
      isDefault: mark !== undefined,
      name,
      value,
    }));
  };

  test('has every setting once, and no other', async () => {
    const names = (await lines()).map(({ name }) => name);
    expect(names.toSorted()).toEqual(SETTINGS.toSorted());
  });

  test('shows the defaults, and no values of its own', async () => {
    const all = await lines();
    const defaults = all.filter(({ isDefault }) => isDefault);
    const env = Object.fromEntries(defaults.map(({ name, value }) => [name, value]));
    const { keyFile, ...rest } = readConfig({ ...LEAST, ...env });
    expect(readConfig(LEAST)).toEqual({ ...rest, keyFile: join(keyFile) });
    const others = all.filter(({ isDefault }) => !isDefault);
    expect(others.map(({ value }) => value)).toEqual(others.map(() => ''));
  });
});

describe('loadConfig', () => {
  test('the environment comes before the file, and is not changed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'config-'));
    const file = join(folder, '.env');
    await writeFile(
      file,
      'SLACK_BOT_TOKEN=from-file\nPORT=1\nWALDUR_URL=https://file.example.org\n',
    );
    const env = { SLACK_SIGNING_SECRET: 'x', PORT: '2' };
    const config = loadConfig(env, file);
    expect(config.slack.receiver).toEqual({
      mode: 'http',
      signingSecret: 'x',
      host: '127.0.0.1',
      port: 2,
    });
    expect(config.slack.botToken).toBe('from-file');
    expect(env).toEqual({ SLACK_SIGNING_SECRET: 'x', PORT: '2' });
    await rm(folder, { recursive: true });
  });

  test('a file that others can read is told at start', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'config-'));
    const file = join(folder, '.env');
    await writeFile(file, '', { mode: 0o600 });
    expect(loadConfig(LEAST, file).notes).toEqual([]);
    await chmod(file, 0o640);
    expect(loadConfig(LEAST, file).notes).toEqual([
      `Others can read the tokens in ${file}. Run: chmod 600 ${file}`,
    ]);
    await rm(folder, { recursive: true });
  });

  test('no file is no problem; one that cannot be read is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'config-'));
    expect(loadConfig(LEAST, join(folder, 'none'))).toEqual(readConfig(LEAST));
    expect(() => loadConfig(LEAST, folder)).toThrow(new ConfigError(`${folder} cannot be read.`));
    await rm(folder, { recursive: true });
  });
});
