import { readFileSync } from 'node:fs';

type Env = Record<string, string | undefined>;

/** Settings that may be given as files: `NAME_FILE` is the path of a file that contains only the value. */
const SECRETS = [
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'WALDUR_STAFF_TOKEN',
] as const;

/**
 * Reads the secrets that are given as files, as systemd, Docker and Kubernetes do.
 * @returns the values, and a sentence for each file that could not be read; no sentence contains a value
 */
export function readSecretFiles(env: Env, names: readonly string[] = SECRETS) {
  const secrets: Record<string, string> = {};
  const problems: string[] = [];
  for (const name of names) {
    const path = env[`${name}_FILE`]?.trim() ?? '';
    if (path === '') continue;
    const read = (env[name]?.trim() ?? '') === '' ? readSecret(path) : BOTH;
    if ('secret' in read) secrets[name] = read.secret;
    else {
      problems.push(`${name}_FILE is wrong: ${read.problem}`);
      // So that it is not also reported as missing.
      secrets[name] = 'not read';
    }
  }
  return { secrets, problems };
}

type Read = { secret: string } | { problem: string };

const BOTH: Read = { problem: 'the setting itself is given too; keep one of the two' };

function readSecret(path: string): Read {
  try {
    const secret = readFileSync(path, 'utf8').trim();
    return secret === '' ? { problem: `${path} is empty` } : { secret };
  } catch (error) {
    const code = Error.isError(error) && 'code' in error ? ` (${error.code})` : '';
    return { problem: `${path} cannot be read${code}` };
  }
}
