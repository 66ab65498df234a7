import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { waldurDispatcher } from '../api/http.ts';
import { createWaldur } from '../api/waldur.ts';
import {
  type Config,
  ConfigError,
  givenWaldurToken,
  loadConfig,
  secretsOf,
} from '../config/config.ts';
import { boltLogger, createLog } from '../logging/logger.ts';
import { visible } from '../logging/readable.ts';
import { redact } from '../logging/redaction.ts';
import { chmodLine } from '../machine/file-modes.ts';
import { createSlackClient } from '../slack/client.ts';
import { lastActions } from '../store/audit.ts';
import { openDatabase, partsOf } from '../store/database.ts';
import {
  checkAppToken,
  checkBotToken,
  checkMachine,
  checkPosting,
  checkWaldur,
  type Finding,
  notChecked,
} from './doctor-checks.ts';

/**
 * `npm run doctor -- <your Slack user id>`: checks a real set-up. It posts, edits and deletes one message in the
 * operator's direct messages, and reads from Waldur; it changes nothing else. The Waldur token comes from WALDUR_TOKEN,
 * or is typed.
 */
async function main(): Promise<void> {
  const config = loadConfig();
  const token = givenWaldurToken() ?? (await typedToken());
  const secrets = [...secretsOf(config), ...(token === null ? [] : [token])];
  const print = (text: string) => process.stdout.write(`${visible(redact(text, secrets))}\n`);
  const findings = [
    ...checkMachine(config),
    ...(await slackFindings(config)),
    ...(await waldurFindings(config, token)),
  ];
  for (const { verdict, told } of findings) print(`${verdict.padEnd(12)}${told}`);
  for (const line of await lastAnswers(config)) print(line);
  if (findings.some(({ verdict }) => verdict === 'wrong')) process.exitCode = 1;
}

async function slackFindings({ slack, pauses }: Config): Promise<Finding[]> {
  const log = createLog({ level: 'error', write: () => undefined });
  const client = (token: string) =>
    createSlackClient({
      token,
      apiUrl: slack.apiUrl,
      logger: boltLogger(log),
      timeoutMs: pauses.answerMs,
    });
  const { receiver, botToken } = slack;
  const operator = process.argv[2] ?? '';
  const posting = /^[UW][A-Z0-9]+$/.test(operator)
    ? await checkPosting(client(botToken), operator)
    : notChecked(
        'Posting: say who you are in Slack, npm run doctor -- U0123456789 (your member id).',
      );
  return [
    ...(await checkBotToken(client(botToken))),
    ...(receiver.mode === 'socket' ? [await checkAppToken(client(receiver.appToken))] : []),
    posting,
  ];
}

async function waldurFindings(
  { waldurUrl, pauses }: Config,
  token: string | null,
): Promise<Finding[]> {
  if (token === null) return [notChecked('Waldur: give a token of yours in WALDUR_TOKEN.')];
  const { answerMs: timeoutMs } = pauses;
  const dispatcher = waldurDispatcher(timeoutMs);
  try {
    return await checkWaldur(createWaldur({ baseUrl: waldurUrl, token, dispatcher, timeoutMs }));
  } finally {
    await dispatcher.close();
  }
}

/**
 * The latest outcome of each kind of change in Waldur. Only the running bot knows what this Waldur does not support.
 */
async function lastAnswers({ databasePath }: Config): Promise<string[]> {
  if (!existsSync(databasePath)) return ['The bot has not run here yet, so nothing was tried.'];
  if (chmodLine(partsOf(databasePath)) !== null) return [];
  const db = await openDatabase(databasePath);
  try {
    const last = await lastActions(db);
    return [
      'What this Waldur answered last, by the audit:',
      ...last.map(({ action, at, outcome }) => `  ${action}: ${outcome} on ${at.toISOString()}`),
      'What it refused to two people the running bot does not offer for a day: /slurm help tells, and the log ("this Waldur refuses").',
    ];
  } finally {
    await db.destroy();
  }
}

/** Asks for the token without showing it; null if nobody can type. */
async function typedToken(): Promise<string | null> {
  if (!process.stdin.isTTY) return null;
  process.stdout.write('Waldur API token (not shown; empty to leave Waldur out): ');
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const typing = createInterface({ input: process.stdin, output, terminal: true });
  const token = (await typing.question('')).trim();
  typing.close();
  process.stdout.write('\n');
  return token === '' ? null : token;
}

main().catch((error: unknown) => {
  const known = error instanceof ConfigError;
  const message = Error.isError(error) ? error.message : String(error);
  process.stderr.write(`${known ? message : `The doctor could not go on: ${message}`}\n`);
  process.exit(1);
});
