import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Dispatcher, request } from 'undici';

/** A request to be stopped on its way. */
export interface Point {
  method?: string;
  /** A part of the path and query. */
  path: string;
  /** A part of the body, raw or form-decoded. */
  body?: string;
  /** How many matching requests pass first. */
  after?: number;
  /** `request`: the server does not see it until it is released. `answer`: it is carried out, and its answer waits. */
  stop: 'request' | 'answer';
}

/** A request that waits in the gate. */
export interface Held {
  body: string;
  /** Lets it go on. */
  release(): void;
}

/** Stands between the bot and a server, and holds a request exactly where a test wants the bot to die. */
export interface Gate {
  url: string;
  /** Resolves when such a request waits. */
  hold(point: Point): Promise<Held>;
  /** Breaks off all waiting requests. None of them reaches the server. */
  cut(): void;
  close(): Promise<void>;
}

interface Trap {
  point: Point;
  passed: number;
  caught: (held: Held) => void;
}

/** Starts a gate in front of the server at `origin`. */
export async function startGate(origin: string): Promise<Gate> {
  const traps = new Set<Trap>();
  const held = new Set<ServerResponse>();

  const take = (incoming: IncomingMessage, body: Buffer) => {
    const trap = [...traps].find(
      (each) => fits(each.point, incoming, body) && each.passed++ === (each.point.after ?? 0),
    );
    if (trap !== undefined) traps.delete(trap);
    return trap ?? null;
  };
  const wait = (trap: Trap, response: ServerResponse, body: Buffer) =>
    new Promise<void>((release) => {
      held.add(response);
      trap.caught({ body: body.toString('utf8'), release });
    });

  const server = createServer(async (incoming, response) => {
    const body = await bodyOf(incoming);
    // The bot was killed while it sent this: nobody gets it, and nobody waits for an answer.
    if (body === null) return;
    const trap = take(incoming, body);
    if (trap?.point.stop === 'request') await wait(trap, response, body);
    const answer = await forward(origin, incoming, body);
    if (trap?.point.stop === 'answer') await wait(trap, response, body);
    held.delete(response);
    if (answer === null) response.destroy();
    else response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  server.unref();
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    hold: (point) =>
      new Promise((caught) => {
        traps.add({ point, passed: 0, caught });
      }),
    cut() {
      for (const response of held) response.destroy();
      held.clear();
      traps.clear();
    },
    close() {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}

/** Null when the connection broke off before the end. */
async function bodyOf(incoming: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk);
    return Buffer.concat(chunks);
  } catch {
    return null;
  }
}

function fits({ method, path, body: part }: Point, incoming: IncomingMessage, body: Buffer) {
  if (method !== undefined && method !== incoming.method) return false;
  if (!(incoming.url ?? '').includes(path)) return false;
  if (part === undefined) return true;
  const text = body.toString('utf8');
  return text.includes(part) || decodeURIComponent(text.replaceAll('+', ' ')).includes(part);
}

/** The server's answer; null if it broke the connection off. Host stays the gate's, so links lead back here. */
async function forward(origin: string, incoming: IncomingMessage, body: Buffer) {
  const { connection, 'transfer-encoding': _encoding, ...headers } = incoming.headers;
  try {
    const answer = await request(`${origin}${incoming.url}`, {
      method: methodOf(incoming),
      headers: { ...headers, 'content-length': String(body.length) },
      body: body.length === 0 ? null : body,
    });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    const { 'transfer-encoding': _chunked, connection: _kept, ...rest } = answer.headers;
    return { status: answer.statusCode, headers: rest, body: bytes };
  } catch {
    return null;
  }
}

function methodOf({ method }: IncomingMessage): Dispatcher.HttpMethod {
  const known = (['POST', 'PUT', 'PATCH', 'DELETE'] as const).find((each) => each === method);
  return known ?? 'GET';
}
