import type { WebClient } from '@slack/web-api';
import type PQueue from 'p-queue';
import type { Accounts } from '../accounts/accounts.ts';
import type { Config } from '../config/config.ts';
import type { Abilities } from '../jobs/abilities.ts';
import type { Log } from '../logging/logger.ts';
import type { FileAccess } from '../slack/files.ts';
import type { People } from '../slack/people.ts';
import type { Places } from '../slack/places.ts';
import type { Database } from '../store/database.ts';
import type { HelpEntry } from '../views/help.ts';
import type { FairQueue } from './fair-queue.ts';

/** What commands work with: made once in app.ts. */
export interface Context {
  config: Config;
  /** What can be typed, for help. */
  help: readonly HelpEntry[];
  log: Log;
  db: Database;
  accounts: Accounts;
  slack: WebClient;
  files: FileAccess;
  people: People;
  places: Places;
  /** What this Waldur was seen to do, and to refuse. */
  abilities: Abilities;
  /** Whose turn it is. */
  fairQueue: FairQueue;
  /** The bot's own user id in Slack. */
  botUser: string;
  now(): Date;
  /** What was begun for people: the bot does not stop before it is done. */
  work: PQueue;
  /** Scripts on their way to Waldur: few at a time, since each is in memory. */
  sending: PQueue;
  /** Marks of the submissions that are being carried out. */
  inFlight: Set<string>;
  /** Tells the loops that something was written for them to do. */
  wake(): void;
}
