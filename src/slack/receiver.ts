import {
  App,
  HTTPReceiver,
  type Receiver,
  type ReceiverEvent,
  SocketModeReceiver,
} from '@slack/bolt';
import type PQueue from 'p-queue';
import type { Config } from '../config.ts';
import { listenOn } from '../listening.ts';
import { boltLogger, type Log } from '../logging/logger.ts';
import { createSignedServer } from './http-server.ts';

/** Slack's payloads come from here: over a WebSocket (Socket Mode), or signed to an HTTP port. */
export interface Entrance {
  receiver: Receiver;
  start(): Promise<void>;
  /** Whether Slack can reach the bot at present. */
  isOpen(): boolean;
  /** Takes nothing more in, and ends when what came in before is answered: `answered`. */
  stop(answered: Promise<void>): Promise<void>;
}

/** The entrance that the settings name. */
export function createEntrance({ slack }: Config, log: Log): Entrance {
  const { receiver } = slack;
  return receiver.mode === 'socket'
    ? socketEntrance(receiver.appToken, slack.apiUrl, log)
    : httpEntrance(receiver, log);
}

function socketEntrance(appToken: string, slackApiUrl: string, log: Log): Entrance {
  // Options of its own: Bolt's shared object would give the socket our "no retries".
  const receiver = new SocketModeReceiver({
    appToken,
    logger: boltLogger(log),
    installerOptions: { clientOptions: { slackApiUrl } },
  });
  return {
    receiver,
    start: async () => {
      await receiver.start();
    },
    isOpen: () => receiver.client.websocket?.isActive() ?? false,
    // Answers go back over the socket.
    stop: async (answered) => {
      await answered;
      await receiver.stop();
    },
  };
}

function httpEntrance(
  { signingSecret, host, port }: { signingSecret: string; host: string; port: number },
  log: Log,
): Entrance {
  const receiver = new HTTPReceiver({ signingSecret, logger: boltLogger(log) });
  const server = createSignedServer({ receiver, signingSecret });
  return {
    receiver,
    start: async () => {
      const settings = { host: 'HTTP_HOST', port: 'PORT' };
      await listenOn(server, { host, port, settings });
    },
    isOpen: () => server.listening,
    stop: async (answered) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await answered;
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Who the bot is, by Slack's auth.test. */
export interface BotIdentity {
  token: string;
  botId: string;
  botUserId: string;
  /** The workspace in which it is installed. */
  team: string;
}

interface SlurmAppOptions {
  log: Log;
  /** Keeps what must not be lost; `known` means that it has been kept before. */
  before(event: ReceiverEvent): Promise<'go on' | 'known'>;
  /** Where what has come in is done. */
  work: PQueue;
}

/**
 * Bolt's App, with a look at every payload before it is acknowledged: Bolt itself acknowledges an event before
 * any listener runs, and what was acknowledged and then lost never comes again.
 */
export class SlurmApp extends App {
  readonly #before: SlurmAppOptions['before'];
  readonly #work: PQueue;
  #closed = false;

  constructor(
    { receiver }: Entrance,
    identity: BotIdentity,
    { log, before, work }: SlurmAppOptions,
  ) {
    const { token: botToken, botId, botUserId } = identity;
    super({
      receiver,
      authorize: async () => ({ botToken, botId, botUserId }),
      logger: boltLogger(log),
    });
    this.#before = before;
    this.#work = work;
  }

  /** What comes from now on is not acknowledged: Slack sends events again, and tells people to try again. */
  close(): void {
    this.#closed = true;
  }

  override async processEvent(event: ReceiverEvent): Promise<void> {
    if (this.#closed) return;
    await this.#work.add(async () => {
      if ((await this.#before(event)) === 'known') return event.ack();
      return super.processEvent(event);
    });
  }
}
