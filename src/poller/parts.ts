import type { WebClient } from '@slack/web-api';
import type { Accounts } from '../accounts/accounts.ts';
import type { Log } from '../log.ts';
import type { Database } from '../store/database.ts';

/** What the poller works with. */
export interface PollerParts {
  db: Database;
  accounts: Accounts;
  slack: WebClient;
  log: Log;
  /** Which Waldur this is: what it can do is kept by its address. */
  waldurUrl: string;
  /** How soon and how late a job is looked at again, in milliseconds. */
  poll: { minMs: number; maxMs: number };
  now(): Date;
}
