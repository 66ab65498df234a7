import type { WebClient } from '@slack/web-api';
import type PQueue from 'p-queue';
import type { Keyring } from '../accounts/seal.ts';
import type { Accounts } from '../accounts/waldur-accounts.ts';
import type { Portal } from '../api/portal.ts';
import type { Config } from '../config/config.ts';
import type { Abilities } from '../jobs/abilities.ts';
import type { Log } from '../logging/logger.ts';
import type { InOrder } from '../machine/in-order.ts';
import type { People } from '../slack/people.ts';
import type { Places } from '../slack/places.ts';
import type { FileAccess } from '../slack/shared-file.ts';
import type { Database } from '../store/database.ts';
import type { HelpEntry } from '../views/help-page.ts';
import type { FairQueue } from './fair-queue.ts';

/** What commands work with. It is made once, in app.ts. */
export interface Context {
  config: Config;
  /** The commands that can be typed, for help. */
  help: readonly HelpEntry[];
  log: Log;
  db: Database;
  accounts: Accounts;
  slack: WebClient;
  /** Waldur's own pages for people. */
  portal: Portal;
  files: FileAccess;
  /** Seals the scripts that people paste. */
  keyring: Keyring;
  people: People;
  places: Places;
  /** The operations that this Waldur has carried out or refused. */
  abilities: Abilities;
  /** Decides whose turn it is. */
  fairQueue: FairQueue;
  /** The address of the workspace in Slack, with a final slash. */
  workspaceUrl: string;
  /** The bot's own user id in Slack. */
  botUser: string;
  now(): Date;
  /** Work that was begun for people. The bot does not stop before it is done. */
  work: PQueue;
  /** Limits how many scripts are on their way to Waldur at a time, since each is in memory. */
  sending: PQueue;
  /** Marks of the submissions that are being carried out. */
  inFlight: Set<string>;
  /** Shows one thing after the other in each prompt. */
  prompting: InOrder;
  /** Tells the loops that there is something to do. */
  wake(): void;
}
