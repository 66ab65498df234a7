import type { Json } from './types.ts';

/** A refusal in Slack's words: `code` goes to `error`, `extra` beside it in the answer. */
export class SlackError extends Error {
  readonly code: string;
  readonly extra: Json;

  constructor(code: string, extra: Json = {}) {
    super(code);
    this.name = 'SlackError';
    this.code = code;
    this.extra = extra;
  }
}

/** A refusal with the reasons that Slack lists in response_metadata.messages. */
export const refusal = (code: string, messages: string[]): SlackError =>
  new SlackError(code, messages.length === 0 ? {} : { response_metadata: { messages } });
