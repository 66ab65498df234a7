import type { Delivery } from './delivery.ts';
import type { Faults } from './faults.ts';
import type { Ledger } from './ledger.ts';
import type { Manifest } from './manifest.ts';
import type { MessageStore } from './message-store.ts';
import type { ResponseUrls } from './response-url-store.ts';
import type { Triggers } from './triggers.ts';
import type { Channel, Json, Member, StoredFile } from './types.ts';
import type { ViewStore } from './view-store.ts';

/** The secrets of the app's installation. They never go to the ledger or the log. */
export type Tokens = { bot: string; app: string; signing: string; verification: string };

/** Everything that the parts of the server share: who is there, what was said, and how the app is reached. */
export type Workspace = {
  /** Where the server listens, without a slash at the end. */
  url: string;
  readonly manifest: Manifest;
  readonly tokens: Tokens;
  /** The bot token's scopes. */
  readonly scopes: string[];
  /** True if apps.connections.open gives sockets. */
  readonly socketMode: boolean;
  /** Milliseconds after a failed delivery at which an event is sent again. */
  readonly redeliverMs: number[];
  /** What people and the app have done here so far begins anew with `startOver`. */
  members: Map<string, Member>;
  channels: Map<string, Channel>;
  /** Members of user groups by id. */
  usergroups: Map<string, string[]>;
  messages: MessageStore;
  files: Map<string, StoredFile>;
  views: ViewStore;
  triggers: Triggers;
  responseUrls: ResponseUrls;
  /** The event bodies that were sent, by event_id. */
  events: Map<string, Json>;
  readonly ledger: Ledger;
  faults: Faults;
  readonly delivery: Delivery;
  /** Aborted when the server closes: ends what waits. */
  readonly closing: AbortSignal;
  nextTs(): string;
  /** Runs in the background what nobody waits for. */
  background(work: Promise<unknown>): void;
};
