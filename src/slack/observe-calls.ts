import { WebAPIRequestError, WebClient } from '@slack/web-api';
import { slackFailure } from './failures.ts';

/** The result of one call of Slack's Web API. */
export type CallResult =
  | 'ok'
  /** Slack no longer accepts the bot's token. */
  | 'unauthorized'
  | 'ratelimited'
  /** Slack said no, for another reason. */
  | 'refused'
  /** Nobody knows, or Slack was not reached: a timeout, a broken connection, 5xx. */
  | 'failed';

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

/** A client that reports every call once it is over. */
export class ObservedClient extends WebClient {
  readonly #over: CallOver;

  constructor(over: CallOver, ...args: ConstructorParameters<typeof WebClient>) {
    super(...args);
    this.#over = over;
  }

  override async apiCall(...args: Parameters<WebClient['apiCall']>) {
    const [method] = args;
    try {
      const answer = await super.apiCall(...args);
      this.#over(method, 'ok');
      return answer;
    } catch (error) {
      this.#over(method, resultOf(error));
      throw error;
    }
  }
}

function resultOf(error: unknown): CallResult {
  const failure = slackFailure(error);
  if (failure.kind === 'ambiguous' || error instanceof WebAPIRequestError) return 'failed';
  if (failure.kind === 'later') return 'ratelimited';
  return unauthorized.has(failure.code) ? 'unauthorized' : 'refused';
}
