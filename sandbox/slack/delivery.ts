import type { Json } from './types.ts';

/** What Slack sends to an app: one event, command or interaction. */
export type Envelope = {
  type: 'events_api' | 'interactive' | 'slash_commands';
  payload: Json;
  /** True if the acknowledgement may carry an answer. */
  accepts_response_payload: boolean;
  retry: { num: number; reason: string };
};

/** How an app took it. `body` is the acknowledgement's content; times are milliseconds. */
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
  /** Cuts every socket; nothing where there are none. */
  dropSockets(): void;
};
