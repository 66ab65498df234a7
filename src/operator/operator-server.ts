import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Log } from '../logging/logger.ts';
import { listenOn } from '../machine/listening.ts';

/** Something that the bot needs in order to work. */
export interface Check {
  what: string;
  /** False, or a rejection, if it is not there. */
  isThere(): boolean | Promise<boolean>;
}

interface Operated {
  listen: { host: string; port: number };
  checks: Check[];
  /** The text that Prometheus reads, and its content type. */
  metrics: { contentType: string; metrics(): Promise<string> };
  log: Log;
}

/**
 * Serves `/livez`, `/readyz` and `/metrics` to the operator's machines. It does not use Bolt's custom routes: they
 * leave a handler's rejection unhandled, and the error of an occupied port uncaught.
 * @returns the port, and a function that closes it
 * @throws PortRefused
 */
export async function startOperatorServer({ listen, checks, metrics, log }: Operated) {
  const pages: Record<string, () => Promise<Page>> = {
    '/livez': async () => page(200, 'ok\n'),
    '/readyz': () => readiness(checks),
    '/metrics': async () => page(200, await metrics.metrics(), metrics.contentType),
  };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const found = pages[request.url?.split('?', 1)[0] ?? ''];
    if (found === undefined) return send(response, page(404, 'There is no such page.\n'));
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return send(response, page(405, 'This page can only be read.\n'));
    }
    try {
      send(response, await found());
    } catch (error) {
      log.error('operator not answered', { page: request.url, error });
      send(response, page(500, 'This failed; the log says why.\n'));
    }
  };
  const server = createServer((request, response) => void answer(request, response));
  const settings = { host: 'METRICS_HOST', port: 'METRICS_PORT' };
  const port = await listenOn(server, { ...listen, settings });
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  return {
    url: `http://${host}:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Page {
  status: number;
  text: string;
  type: string;
}

function page(status: number, text: string, type = 'text/plain; charset=utf-8'): Page {
  return { status, text, type };
}

function send(response: ServerResponse, { status, text, type }: Page): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
}

async function readiness(checks: Check[]): Promise<Page> {
  const found = await Promise.all(
    checks.map(async ({ what, isThere }) => {
      const there = await Promise.resolve(isThere()).catch(() => false);
      return { there, line: `${what}: ${there ? 'ok' : 'not ready'}\n` };
    }),
  );
  const status = found.every(({ there }) => there) ? 200 : 503;
  return page(status, found.map(({ line }) => line).join(''));
}
