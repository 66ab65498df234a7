import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createWaldur, type WaldurOptions } from '../../src/api/waldur.ts';

export interface Received {
  method: string;
  /** Path and query. */
  url: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/** A real HTTP server on loopback that keeps what it received. */
export async function startServer(behave: Behaviour) {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    received.push({ method, url, headers, body: Buffer.concat(chunks) });
    behave(request, response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket.unref());
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A test that fails before it closes this must not keep Jest from ending.
  server.unref();
  const address = server.address();
  if (!isAddress(address)) throw new Error('The test server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    sockets,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

export const TOKEN = 'TOKEN-OF-ADA';

/** Our client with one behaviour of the server; `use` gets what the server received. */
export async function withWaldur<T>(
  behave: Behaviour,
  use: (parts: {
    waldur: ReturnType<typeof createWaldur>;
    received: Received[];
    url: string;
  }) => Promise<T>,
  options: Partial<WaldurOptions> & { basePath?: string } = {},
): Promise<T> {
  const { basePath = '', ...rest } = options;
  const server = await startServer(behave);
  const baseUrl = server.url + basePath;
  const waldur = createWaldur({ baseUrl, token: TOKEN, ...rest });
  try {
    return await use({ waldur, received: server.received, url: server.url });
  } finally {
    await server.close();
  }
}

/** Answers everything with this. */
export function answering(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): Behaviour {
  return (_request, response) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(status === 204 ? undefined : text);
  };
}

/** The error of a promise that must fail. */
export async function failing(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('It was expected to fail, and did not');
    },
    (error: unknown) => error,
  );
}
