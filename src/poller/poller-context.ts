import type { WebClient } from '@slack/web-api';
import type { Accounts } from '../accounts/waldur-accounts.ts';
import type { Abilities } from '../jobs/abilities.ts';
import type { Log } from '../logging/logger.ts';
import type { Pauses } from '../machine/pauses.ts';
import type { Pace } from '../slack/pace.ts';
import type { Database } from '../store/database.ts';

/** What the poller works with. */
export interface PollerContext {
  db: Database;
  accounts: Accounts;
  /** Yields to Slack's pace. */
  slack: WebClient;
  pace: Pace;
  log: Log;
  /** See Places; @throws whatever the call throws if trying later may help */
  isShared(channel: string): Promise<boolean>;
  abilities: Abilities;
  /** How people are linked to Waldur, and its address: both are told to people. */
  waldur: { by: 'token' | 'email'; waldurUrl: string };
  /** The shortest and the longest pause between two looks at a job, in milliseconds. */
  poll: { minMs: number; maxMs: number };
  pauses: Pauses;
  now(): Date;
  /** Told how long a pass over the due jobs took. */
  swept?(seconds: number): void;
  /** Told after each pass over what is owed to Slack: prompts may have something new to show. */
  delivered?(): void;
}
