import { newSecret } from './ids.ts';
import { SlackError } from './slack-error.ts';
import { TEAM } from './world.ts';

/** The interaction that a response_url answers. `message` is the one whose element was used, if any. */
export type ResponseTarget = {
  channel: string;
  user: string;
  message: { ts: string; ephemeral: boolean } | undefined;
};

type Issued = ResponseTarget & { uses: number; expires: number };

export type ResponseUrls = {
  /** A new path, to be appended to the server's address. */
  issue(kind: 'commands' | 'actions', target: ResponseTarget): string;
  /** Finds the target; throws invalid_url, used_url or expired_url. */
  check(path: string): ResponseTarget;
  /** Counts one use. */
  use(path: string): void;
};

/** Slack's limits: five uses within 30 minutes. */
const MAX_USES = 5;
const LIFE_MS = 30 * 60_000;

export function createResponseUrls(now: () => number = Date.now): ResponseUrls {
  const issued = new Map<string, Issued>();
  return {
    issue(kind, target) {
      const path = `/${kind}/${TEAM.id}/${now()}/${newSecret(12)}`;
      issued.set(path, { ...target, uses: 0, expires: now() + LIFE_MS });
      return path;
    },
    check(path) {
      const found = issued.get(path);
      if (found === undefined) throw new SlackError('invalid_url');
      if (now() > found.expires) throw new SlackError('expired_url');
      if (found.uses >= MAX_USES) throw new SlackError('used_url');
      return found;
    },
    use(path) {
      const found = issued.get(path);
      if (found !== undefined) found.uses += 1;
    },
  };
}
