import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import type { Answer, Delivery } from './delivery.ts';
import { hundredths, newSecret } from './ids.ts';
import { stringAt, tryJson } from './json.ts';
import type { Ledger } from './ledger.ts';
import { APP_ID } from './world.ts';

/** Slack's limit of sockets per app. */
const MAX_SOCKETS = 10;
const PING_MS = 10_000;
/** How long a client may take to answer a close frame. */
const GOODBYE_MS = 300;

/** The sockets of Socket Mode. Each envelope goes to one of them, in turn. */
export type SocketHub = Delivery & {
  /** The path of a socket that may be opened once. */
  newTicket(): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Tells every socket to reconnect, as Slack does now and then. */
  disconnect(reason: 'warning' | 'refresh_requested' | 'link_disabled'): void;
  count(): number;
  /** Says goodbye to every socket. */
  close(): Promise<void>;
};

type Pending = { socket: WebSocket; settle: (answer: Answer) => void };

/** Makes the hub. It waits `ackTimeoutMs` milliseconds for an acknowledgement (Slack: 3,000). */
export function createSocketHub(ledger: Ledger, ackTimeoutMs: number): SocketHub {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const pending = new Map<string, Pending>();
  let sockets: WebSocket[] = [];

  const note = (change: string, facts = {}) =>
    ledger.add('socket', { change, open: sockets.length, ...facts });

  function greet(socket: WebSocket): void {
    const debug_info = {
      host: 'applink-sandbox',
      build_number: 1,
      approximate_connection_time: 18060,
    };
    const connection_info = { app_id: APP_ID };
    if (sockets.length >= MAX_SOCKETS) {
      note('refused', { reason: 'too_many_websockets' });
      socket.send(
        JSON.stringify({ type: 'disconnect', reason: 'too_many_websockets', debug_info }),
      );
      socket.close();
      return;
    }
    sockets.push(socket);
    note('opened');
    const num_connections = sockets.length;
    socket.send(JSON.stringify({ type: 'hello', num_connections, debug_info, connection_info }));
    keepAlive(socket);
    socket.on('message', (data) => acknowledge(data));
    socket.on('close', () => forget(socket));
    socket.on('error', () => socket.terminate());
  }

  function acknowledge(data: RawData): void {
    const message = tryJson(String(data));
    const id = stringAt(message, 'envelope_id') ?? '';
    const found = pending.get(id);
    if (found === undefined) {
      note('unexpected', { envelope_id: id });
      return;
    }
    found.settle({ outcome: 'acked', body: payloadOf(message), ackMs: 0 });
  }

  function forget(socket: WebSocket): void {
    sockets = sockets.filter((one) => one !== socket);
    note('closed');
    for (const one of pending.values())
      if (one.socket === socket) one.settle({ outcome: 'failed', ackMs: 0, detail: 'timeout' });
  }

  function nextSocket(): WebSocket | undefined {
    const index = sockets.findIndex((one) => one.readyState === WebSocket.OPEN);
    const [socket] = index < 0 ? [] : sockets.splice(index, 1);
    if (socket !== undefined) sockets.push(socket);
    return socket;
  }

  return {
    newTicket() {
      const ticket = newSecret(16);
      tickets.add(ticket);
      return `/link/?ticket=${ticket}&app_id=${APP_ID}`;
    },
    upgrade(request, socket, head) {
      const url = new URL(request.url ?? '/', 'http://sandbox');
      if (url.pathname !== '/link/' || !tickets.delete(url.searchParams.get('ticket') ?? '')) {
        note('refused', { reason: 'invalid_ticket' });
        socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, greet);
    },
    send(envelope, envelope_id) {
      const socket = nextSocket();
      const started = performance.now();
      if (socket === undefined)
        return Promise.resolve({ outcome: 'not_connected', ackMs: 0, detail: 'timeout' });
      const { promise, resolve } = Promise.withResolvers<Answer>();
      const settle = (answer: Answer): void => {
        clearTimeout(timer);
        pending.delete(envelope_id);
        resolve({ ...answer, ackMs: hundredths(performance.now() - started) });
      };
      const timer = setTimeout(settle, ackTimeoutMs, {
        outcome: 'timeout',
        ackMs: 0,
        detail: 'timeout',
      });
      timer.unref();
      pending.set(envelope_id, { socket, settle });
      const { type, payload, accepts_response_payload, retry } = envelope;
      const retries =
        type === 'events_api' ? { retry_attempt: retry.num, retry_reason: retry.reason } : {};
      socket.send(
        JSON.stringify({ envelope_id, payload, type, accepts_response_payload, ...retries }),
      );
      return promise;
    },
    dropSockets() {
      note('dropped');
      for (const socket of sockets) socket.terminate();
    },
    disconnect(reason) {
      note('disconnect', { reason });
      const debug_info = { host: 'applink-sandbox' };
      for (const socket of sockets)
        socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info }));
    },
    count: () => sockets.length,
    async close() {
      const closed = sockets.map(
        (socket) => new Promise((resolve) => socket.once('close', resolve)),
      );
      for (const socket of sockets) socket.close(1001);
      await Promise.race([Promise.all(closed), sleep(GOODBYE_MS, undefined, { ref: false })]);
      for (const socket of sockets) socket.terminate();
      server.close();
    },
  };
}

/** Pings while the socket is open, as Slack does: clients close a socket that stays silent. */
function keepAlive(socket: WebSocket): void {
  const timer = setInterval(() => socket.ping('Ping from applink-sandbox'), PING_MS);
  timer.unref();
  socket.on('close', () => clearInterval(timer));
}

const payloadOf = (message: unknown): unknown =>
  typeof message === 'object' && message !== null && 'payload' in message
    ? message.payload
    : undefined;
