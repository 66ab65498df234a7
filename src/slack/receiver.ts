import { createServer, type Server } from 'node:http';
import {
  App,
  HTTPReceiver,
  type Receiver,
  type ReceiverEvent,
  SocketModeReceiver,
} from '@slack/bolt';
import type { Config } from '../config.ts';
import { boltLogger, type Log } from '../logging/logger.ts';

/** Slack's payloads come from here: over a WebSocket (Socket Mode), or signed to an HTTP port. */
export interface Entrance {
  receiver: Receiver;
  start(): Promise<void>;
  /** Whether Slack can reach the bot at present. */
  isOpen(): boolean;
  /** Takes nothing more in. */
  stop(): Promise<void>;
}

/** How far the time of a signed request may be from ours (Slack's own advice for the past). */
const SKEW_S = 5 * 60;

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
    stop: () => receiver.stop(),
  };
}

function httpEntrance(
  { signingSecret, port }: { signingSecret: string; port: number },
  log: Log,
): Entrance {
  const receiver = new HTTPReceiver({ signingSecret, logger: boltLogger(log) });
  const server = createServer((request, response) => {
    // Bolt refuses old requests, but takes those from the future.
    const time = Number(request.headers['x-slack-request-timestamp']);
    if (time > Date.now() / 1000 + SKEW_S) {
      response.writeHead(401).end();
      return;
    }
    try {
      receiver.requestListener(request, response);
    } catch {
      // Bolt throws at whatever is not posted to /slack/events: uncaught, a stranger's request would end the bot.
      response.writeHead(404).end();
    }
  });
  return {
    receiver,
    start: () => listen(server, port),
    isOpen: () => server.listening,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
}

/** Who the bot is, by Slack's auth.test. */
export interface BotIdentity {
  token: string;
  botId: string;
  botUserId: string;
  /** The workspace in which it is installed. */
  team: string;
}

/**
 * Bolt's App, with a look at every payload before it is acknowledged: Bolt itself acknowledges an event before
 * any listener runs, and what was acknowledged and then lost never comes again.
 */
export class SlurmApp extends App {
  readonly #before: (event: ReceiverEvent) => Promise<'go on' | 'known'>;

  /** @param before keeps what must not be lost; `known` means that it has been kept before */
  constructor(
    { receiver }: Entrance,
    identity: BotIdentity,
    { log, before }: { log: Log; before: (event: ReceiverEvent) => Promise<'go on' | 'known'> },
  ) {
    const { token: botToken, botId, botUserId } = identity;
    super({
      receiver,
      authorize: async () => ({ botToken, botId, botUserId }),
      logger: boltLogger(log),
    });
    this.#before = before;
  }

  override async processEvent(event: ReceiverEvent): Promise<void> {
    if ((await this.#before(event)) === 'known') return event.ack();
    return super.processEvent(event);
  }
}
