import { WebAPIRequestError, WebClient } from '@slack/web-api';
import { type SlackFailure, slackFailure } from './failures.ts';
import { type CallResult, NotYet, type Pace } from './pace.ts';

/** A finished call: its method, such as `chat.postMessage`, and its result. */
export type CallOver = (method: string, result: CallResult) => void;

/** Codes with which Slack refuses a token, whatever is asked (docs.slack.dev, errors of auth.test). */
const unauthorized: ReadonlySet<string> = new Set([
  'account_inactive',
  'invalid_auth',
  'not_authed',
  'token_expired',
  'token_revoked',
]);

/** How a client's calls go together with those of the bot's other clients. */
export interface Manners {
  /** Called for every call once it is over. */
  over: CallOver;
  /** Shared by all clients of the bot: Slack's limits count their calls together. */
  pace: Pace;
  /** True for what the bot does by itself: what would be too soon is not called, and throws NotYet. */
  yields: boolean;
}

/** A client that reports every call, and keeps Slack's pace where nobody waits for it. */
export class ObservedClient extends WebClient {
  readonly #manners: Manners;

  constructor(manners: Manners, ...args: ConstructorParameters<typeof WebClient>) {
    super(...args);
    this.#manners = manners;
  }

  override async apiCall(...args: Parameters<WebClient['apiCall']>) {
    const [method, { channel } = {}] = args;
    const place = typeof channel === 'string' ? channel : undefined;
    const { over, pace, yields } = this.#manners;
    const ms = yields ? pace.wait(method, place) : 0;
    if (ms > 0) throw new NotYet(method, ms);
    const ended = pace.begin(method, place);
    try {
      const answer = await super.apiCall(...args);
      ended('ok');
      over(method, 'ok');
      return answer;
    } catch (error) {
      const failure = slackFailure(error);
      const result = resultOf(error, failure);
      ended(result, failure.kind === 'later' ? failure.ms : 0);
      over(method, result);
      throw error;
    }
  }
}

function resultOf(error: unknown, failure: SlackFailure): CallResult {
  if (failure.kind === 'ambiguous' || error instanceof WebAPIRequestError) return 'failed';
  if (failure.kind === 'later') return 'ratelimited';
  return unauthorized.has(failure.code) ? 'unauthorized' : 'refused';
}
