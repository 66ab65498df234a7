import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { HTTPModuleFunctions, type HTTPReceiver, isRawBodyError } from '@slack/bolt';

const PATH = '/slack/events';
/** How far the time of a signed request may differ from ours (Slack's advice). */
const SKEW_S = 5 * 60;
/** The largest body that is read, in bytes. Slack's largest, a full modal, has a quarter of it. */
const LARGEST = 1024 * 1024;
/** How long a request may take to arrive. Slack itself gives up after three seconds. */
const LONGEST_MS = 10_000;
/** Connections at a time: with the largest body, this limits how much memory strangers can occupy. */
const CONNECTIONS = 100;

interface Signed {
  receiver: Pick<HTTPReceiver, 'requestListener'>;
  signingSecret: string;
  /** How long a request may take to arrive, in milliseconds. */
  longestMs?: number;
}

/**
 * The server for signed requests. It refuses what cannot be Slack's by the headers alone, before reading the body. Only
 * a JSON object with the right signature reaches Bolt.
 */
export function createSignedServer(signed: Signed): Server {
  const { longestMs = LONGEST_MS } = signed;
  const server = createServer(
    {
      requestTimeout: longestMs,
      headersTimeout: longestMs,
      connectionsCheckingInterval: longestMs / 10,
    },
    (request, response) => {
      const status = refusalOf(request);
      if (status === null) void take(signed, request, response);
      else refuse(response, status);
    },
  );
  server.maxConnections = CONNECTIONS;
  return server;
}

/** The status with which a request is refused because of its headers; null if its body is to be read. */
function refusalOf({ method, url, headers }: IncomingMessage): number | null {
  if (method !== 'POST' || url?.split('?', 1)[0] !== PATH) return 404;
  const { 'x-slack-signature': signature, 'x-slack-request-timestamp': time } = headers;
  if (typeof signature !== 'string' || !/^v0=[0-9a-f]{64}$/.test(signature)) return 401;
  if (typeof time !== 'string' || !/^\d{1,12}$/.test(time)) return 401;
  if (Math.abs(Date.now() / 1000 - Number(time)) > SKEW_S) return 401;
  return Number(headers['content-length'] ?? 0) > LARGEST ? 413 : null;
}

/** Refuses a request and closes the connection without waiting for the rest of the body. */
function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: 'close' }).end();
}

async function take(
  { receiver, signingSecret }: Signed,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const read = { enabled: true, signingSecret, bodyLimit: LARGEST };
  try {
    const signed = await HTTPModuleFunctions.parseAndVerifyHTTPRequest(read, request);
    if (isPayload(signed)) receiver.requestListener(signed, response);
    else refuse(response, 400);
  } catch (error) {
    refuse(response, isRawBodyError(error) ? error.statusCode : 401);
  }
}

type Buffered = Parameters<typeof HTTPModuleFunctions.parseHTTPRequestBody>[0];

/** True if a body is an object. On anything else, such as `null`, Bolt's promise rejects and nobody handles it. */
function isPayload(request: Buffered): boolean {
  try {
    const body: unknown = HTTPModuleFunctions.parseHTTPRequestBody(request);
    return typeof body === 'object' && body !== null && !Array.isArray(body);
  } catch {
    return false;
  }
}
