import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createControlServer } from './control-server.ts';
import { createFaults } from './faults.ts';
import { serveFile, serveUpload } from './file-server.ts';
import { sendJson } from './http-bodies.ts';
import { createHttpDelivery, type Signing, verifyUrl } from './http-delivery.ts';
import { createTsClock, newSecret } from './ids.ts';
import { createLedger } from './ledger.ts';
import { readManifest } from './manifest.ts';
import { createMessageStore } from './message-store.ts';
import { createRates, type Rates } from './rates.ts';
import { serveResponseUrl } from './response-url.ts';
import { createResponseUrls } from './response-url-store.ts';
import { createSocketHub, type SocketHub } from './socket.ts';
import { createTriggers } from './triggers.ts';
import { createViewStore } from './view-store.ts';
import { createMethods } from './webapi/index.ts';
import { createWebApi } from './webapi/serve.ts';
import type { Tokens, Workspace } from './workspace.ts';
import { APP_ID, seedChannels, seedMembers } from './world.ts';

export type SlackOptions = {
  /** Any free port if it is 0 or left out. */
  port?: number;
  /** Path of the app's manifest.yml. */
  manifest: string;
  /** Deliver by signed HTTP POST to this address instead of by Socket Mode. */
  signing?: Signing;
  /** How long to wait for an acknowledgement, in milliseconds (Slack: 3,000). */
  ackTimeoutMs?: number;
  /** How long a trigger_id lives, in milliseconds (Slack: 3,000). */
  triggerMs?: number;
  /** When an event is sent again, in milliseconds after each failure (Slack: at once, 1 min, 5 min). */
  redeliverMs?: number[];
  /** Enforce Slack's rate limits, or those of a clock of the caller's; off by default. */
  rateLimits?: boolean | Rates;
  /** Grant the scopes under bot_optional too; on by default. */
  grantOptional?: boolean;
  /** Gets one line for each entry of the ledger. */
  log?: (line: string) => void;
};

export type SlackSandbox = {
  url: string;
  apiUrl: string;
  filesOrigin: string;
  botToken: string;
  appToken: string;
  signingSecret: string;
  close(): Promise<void>;
};

const SLACK_REDELIVER_MS = [0, 60_000, 300_000];

/** Starts a workspace on 127.0.0.1 with one app installed. Rejects if Slack would not take the manifest. */
export async function startSlack(options: SlackOptions): Promise<SlackSandbox> {
  const closing = new AbortController();
  const { space, hub, startOver } = createWorkspace(options, closing.signal);
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => fail(space, response, error));
  });
  const serve = createRouter(space, hub, { ...options, startOver });
  server.on('upgrade', (request, socket, head) => hub.upgrade(request, socket, head));
  space.url = `http://127.0.0.1:${await listen(server, options.port ?? 0)}`;
  return {
    url: space.url,
    apiUrl: `${space.url}/api/`,
    filesOrigin: space.url,
    botToken: space.tokens.bot,
    appToken: space.tokens.app,
    signingSecret: space.tokens.signing,
    async close() {
      closing.abort();
      await hub.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', () => {
    const address: AddressInfo | string | null = server.address();
    resolve(typeof address === 'object' && address !== null ? address.port : port);
  });
  return promise;
}

function createWorkspace(
  options: SlackOptions,
  closing: AbortSignal,
): { space: Workspace; hub: SocketHub; startOver(): void } {
  const manifest = readManifest(options.manifest);
  const ledger = createLedger(options.log);
  const ackTimeoutMs = options.ackTimeoutMs ?? 3000;
  const hub = createSocketHub(ledger, ackTimeoutMs);
  const { bot, bot_optional } = manifest.oauth_config.scopes;
  const begin = () => ({
    members: seedMembers(manifest.features.bot_user?.display_name ?? 'app'),
    channels: seedChannels(),
    usergroups: new Map(),
    messages: createMessageStore(),
    files: new Map(),
    views: createViewStore(),
    triggers: createTriggers(options.triggerMs ?? 3000),
    responseUrls: createResponseUrls(),
    events: new Map(),
    faults: createFaults(ledger),
  });
  const space: Workspace = {
    url: '',
    manifest,
    tokens: newTokens(options.signing),
    scopes: options.grantOptional === false ? bot : [...bot, ...bot_optional],
    socketMode: manifest.settings.socket_mode_enabled === true && options.signing === undefined,
    redeliverMs: options.redeliverMs ?? SLACK_REDELIVER_MS,
    ...begin(),
    ledger,
    delivery:
      options.signing === undefined ? hub : createHttpDelivery(options.signing, ackTimeoutMs),
    closing,
    nextTs: createTsClock(),
    background: (work) => {
      work.catch((error: unknown) => {
        if (!closing.aborted) ledger.add('trouble', { text: String(error) });
      });
    },
  };
  const startOver = () => {
    ledger.clear();
    Object.assign(space, begin());
  };
  return { space, hub, startOver };
}

/** New secrets for this installation, in the form of Slack's. */
const newTokens = (signing: Signing | undefined): Tokens => ({
  bot: `xoxb-${newSecret(6)}-${newSecret(12)}`,
  app: `xapp-1-${APP_ID}-${newSecret(32)}`,
  signing: signing?.secret ?? newSecret(16),
  verification: newSecret(12),
});

/** Sends each request to its part of the server. */
function createRouter(
  space: Workspace,
  hub: SocketHub,
  options: SlackOptions & { startOver(): void },
) {
  const { rateLimits = false } = options;
  const limited = rateLimits === true ? createRates() : () => 0;
  const rates = typeof rateLimits === 'boolean' ? limited : rateLimits;
  const api = createWebApi(space, createMethods(hub.newTicket), rates);
  const { signing, startOver } = options;
  const verify = async () =>
    signing === undefined ? false : verifyUrl(signing, space.tokens.verification, newSecret(20));
  const control = createControlServer(space, hub, { verify, startOver });
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, root = '', name = ''] = new URL(request.url ?? '/', 'http://sandbox').pathname.split(
      '/',
    );
    if (root === 'api') return api(request, response, name);
    if (root === 'sandbox') return control(request, response, name);
    if (root === 'commands' || root === 'actions')
      return serveResponseUrl(space, request, response);
    if (root === 'files-pri') return serveFile(space, request, response);
    if (root === 'upload') return serveUpload(space, request, response);
    sendJson(response, 404, { ok: false, error: 'not_found' });
  };
}

function fail(space: Workspace, response: ServerResponse, error: unknown): void {
  space.ledger.add('trouble', {
    text: Error.isError(error) ? (error.stack ?? error.message) : String(error),
  });
  if (!response.headersSent) sendJson(response, 500, { ok: false, error: 'fatal_error' });
  else response.destroy();
}
