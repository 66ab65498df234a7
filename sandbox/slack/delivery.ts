import { randomUUID } from 'node:crypto';
import { stringAt } from './json.ts';
import type { Json } from './types.ts';
import type { Workspace } from './workspace.ts';

/** What Slack sends to an app: one event, command or interaction. */
export type Envelope = {
  type: 'events_api' | 'interactive' | 'slash_commands';
  payload: Json;
  /** True if the acknowledgement may carry an answer. */
  accepts_response_payload: boolean;
  retry: { num: number; reason: string };
};

/** The app's reaction. `body` is the acknowledgement's content; times are in milliseconds. */
export type Answer =
  | { outcome: 'acked'; body: unknown; ackMs: number }
  | {
      outcome: 'timeout' | 'not_connected' | 'failed' | 'no_retry';
      ackMs: number;
      detail?: string;
    };

/** A way to the app: sockets or signed HTTP. */
export type Delivery = {
  /** Resolves when the app has acknowledged, or when Slack stops waiting. Never rejects. */
  send(envelope: Envelope, envelopeId: string): Promise<Answer>;
  /** Cuts every socket, if there are any. */
  dropSockets(): void;
};

/**
 * Sends one envelope to the app, plays a planned fault on it, and writes the delivery to the ledger. Never rejects.
 * The fault `redeliver` sends an event a second time although it was acknowledged.
 */
export async function deliver(space: Workspace, envelope: Envelope): Promise<Answer> {
  const envelope_id = randomUUID();
  const fault = space.faults.take('delivery', JSON.stringify(envelope.payload))?.kind;
  const answer = await send(space, envelope, envelope_id, fault);
  const { type, retry, payload } = envelope;
  const facts = { type, what: whatIs(envelope), envelope_id, retry, payload };
  space.ledger.add('delivery', { ...facts, ...answer });
  if (fault === 'redeliver' && type === 'events_api')
    await deliver(space, { ...envelope, retry: { num: 1, reason: 'timeout' } });
  return answer;
}

/** The event's type, the command, or the kind of interaction. */
const whatIs = ({ payload }: Envelope): string | undefined =>
  stringAt(payload, 'event', 'type') ?? stringAt(payload, 'command') ?? stringAt(payload, 'type');

async function send(
  space: Workspace,
  envelope: Envelope,
  id: string,
  fault: string | undefined,
): Promise<Answer> {
  if (fault === 'cut') return { outcome: 'failed', ackMs: 0, detail: 'connection_failed' };
  const sent = space.delivery.send(envelope, id);
  if (fault === 'drop_socket') space.delivery.dropSockets();
  const answer = await sent;
  const isLost = fault === 'lost_answer' || fault === 'hang';
  return isLost ? { outcome: 'timeout', ackMs: answer.ackMs, detail: 'timeout' } : answer;
}
