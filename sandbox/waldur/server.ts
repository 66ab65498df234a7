import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { makeDesk } from './control-desk.ts';
import { type Exchange, send, serveApi } from './exchange.ts';
import { makeFaults } from './faults.ts';
import { startHandOver } from './hand-over.ts';
import type { LedgerEntry } from './ledger.ts';
import { makeSite, type SiteOptions } from './make-site.ts';
import { makeRoutes } from './routes.ts';

export interface WaldurOptions extends SiteOptions {
  /** Any free port of 127.0.0.1 if it is 0 or left out. */
  port?: number;
  /** How long every answer is held back, in milliseconds. */
  delayMs?: number;
}

export interface WaldurSandbox {
  url: string;
  close(): Promise<void>;
}

const CONTROL = '/sandbox/';

/** Starts a local Waldur with a small Slurm behind it. */
export async function startWaldur(options: WaldurOptions): Promise<WaldurSandbox> {
  let now = begin();

  function begin() {
    const site = makeSite(options);
    const ledger: LedgerEntry[] = [];
    const faults = makeFaults();
    const hanging = new Set<Socket>();
    const obey = makeDesk(site, ledger, faults, { cutHanging: () => cutAll(hanging), startOver });
    const routes = makeRoutes(site, startHandOver(site));
    const desk = { site, routes, ledger, faults, hanging, delayMs: options.delayMs ?? 0 };
    return { desk, obey };
  }

  function startOver(): void {
    now.desk.site.clock.stop();
    cutAll(now.desk.hanging);
    now = begin();
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const origin = `http://${request.headers.host ?? '127.0.0.1'}`;
    const http = { request, response, origin, url: new URL(request.url ?? '/', origin) };
    const { desk, obey } = now;
    desk.site.clock.settle();
    if (http.url.pathname.startsWith(CONTROL)) await serveControl(obey, http);
    else await serveApi(desk, http);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      const why = Error.isError(error) ? error.stack : String(error);
      now.desk.site.log(request.complete ? `the sandbox failed: ${why}` : 'the client went away');
      request.socket.destroy();
    });
  });
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(options.port ?? 0, '127.0.0.1', done);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((done) => {
        now.desk.site.clock.stop();
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function cutAll(sockets: Set<Socket>): void {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
}

async function serveControl(
  obey: (word: string, message: unknown) => unknown,
  { request, response, url }: Exchange,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  try {
    const message: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
    const reply = JSON.stringify(obey(url.pathname.slice(CONTROL.length), message));
    const headers = { 'Content-Type': 'application/json' };
    send(response, { status: 200, headers, body: Buffer.from(reply) });
  } catch (error) {
    const text = Error.isError(error) ? error.message : String(error);
    send(response, {
      status: 400,
      headers: { 'Content-Type': 'text/plain' },
      body: Buffer.from(text),
    });
  }
}
