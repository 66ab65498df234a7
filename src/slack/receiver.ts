import {
  App,
  HTTPReceiver,
  type Receiver,
  type ReceiverEvent,
  SocketModeReceiver,
} from '@slack/bolt';
import type PQueue from 'p-queue';
import type { Config } from '../config/config.ts';
import { boltLogger, type Log } from '../logging/logger.ts';
import { listenOn } from '../machine/listening.ts';
import type { BotIdentity } from './client.ts';
import { createSignedServer } from './http-server.ts';

/** Where Slack's payloads come in: over a WebSocket (Socket Mode), or signed to an HTTP port. */
interface Entrance {
  receiver: Receiver;
  start(): Promise<void>;
  /** True if Slack can reach the bot at present. */
  isOpen(): boolean;
  /** Accepts nothing more, and ends when everything that came in before is `answered`. */
  stop(answered: Promise<void>): Promise<void>;
}

/** The entrance that the settings choose. */
export function createEntrance({ slack }: Config, log: Log): Entrance {
  const { receiver } = slack;
  return receiver.mode === 'socket'
    ? socketEntrance(receiver.appToken, slack.apiUrl, log)
    : httpEntrance(receiver, log);
}

function socketEntrance(appToken: string, slackApiUrl: string, log: Log): Entrance {
  // The socket gets options of its own: Bolt's shared object would give it our "no retries".
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

interface SlurmAppOptions {
  log: Log;
  /** Stores what must not be lost. `known`: Bolt need not see the event. */
  before(event: ReceiverEvent): Promise<'go on' | 'known'>;
  /** Runs the work on what has come in. */
  work: PQueue;
}

/**
 * Bolt's App, which looks at every payload before it is acknowledged. Bolt itself acknowledges an event before any
 * listener runs, and Slack never repeats an event that was acknowledged and then lost.
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

  /** From now on nothing is acknowledged, so that Slack sends events again and tells people to try again. */
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
