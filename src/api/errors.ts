/**
 * What can go wrong when Waldur is asked: one class per cause, each carrying what happened as data.
 * None of them ever holds a token, a query string or a body.
 */

/** The method and the path of a request, without its query. */
export interface RequestLine {
  method: string;
  path: string;
}

interface Facts extends RequestLine {
  /** True if Waldur may have done what was asked in spite of the error. Never true for a GET. */
  ambiguous: boolean;
}

abstract class WaldurError extends Error {
  readonly method: string;
  readonly path: string;
  readonly ambiguous: boolean;

  constructor(facts: Facts, problem: string, cause?: unknown) {
    super(`${facts.method} ${facts.path}: ${problem}`, cause === undefined ? {} : { cause });
    this.method = facts.method;
    this.path = facts.path;
    this.ambiguous = facts.ambiguous;
  }
}

interface RefusalFacts extends Facts {
  status: number;
  details: string[];
  fieldErrors: Record<string, string[]>;
  retryAfterS: number | null;
  impersonator: string | null;
}

/** Waldur answered with a status of 400 or above. A 4xx is definite; after a 5xx the outcome is unknown. */
export class WaldurRefusal extends WaldurError {
  override readonly name = 'WaldurRefusal';
  readonly kind = 'refusal';
  /** The HTTP status. */
  readonly status: number;
  /** Waldur's own sentences; those about a field begin with its name: `project: Invalid …`. */
  readonly details: string[];
  /** The sentences about fields, by Waldur's name of the field. */
  readonly fieldErrors: Record<string, string[]>;
  /** Seconds to wait, if Waldur gave them in Retry-After. */
  readonly retryAfterS: number | null;
  /**
   * The uuid of whoever impersonates the person who was answered (X-impersonator-uuid); null if the answer does not
   * say.
   */
  readonly impersonator: string | null;

  constructor(facts: RefusalFacts) {
    super(facts, [`Waldur answered ${facts.status}`, ...facts.details].join('; '));
    this.status = facts.status;
    this.details = facts.details;
    this.fieldErrors = facts.fieldErrors;
    this.retryAfterS = facts.retryAfterS;
    this.impersonator = facts.impersonator;
  }
}

/** No answer came: Waldur could not be reached, or the connection was cut. */
export class WaldurUnreachable extends WaldurError {
  override readonly name = 'WaldurUnreachable';
  readonly kind = 'unreachable';
  /** The system's or undici's code, for instance `ECONNREFUSED`; empty if there is none. */
  readonly code: string;

  constructor(facts: Facts & { code: string }, cause: unknown) {
    super(facts, `Waldur could not be reached (${facts.code || 'no code'})`, cause);
    this.code = facts.code;
  }
}

/** Waldur did not connect, answer or finish its answer in time. */
export class WaldurTimeout extends WaldurError {
  override readonly name = 'WaldurTimeout';
  readonly kind = 'timeout';
  /** How long the bot waited, in milliseconds. */
  readonly ms: number;

  constructor(facts: Facts & { ms: number }) {
    super(facts, `Waldur did not answer within ${facts.ms / 1000} s`);
    this.ms = facts.ms;
  }
}

/** Something answered, but not as Waldur's API does: not JSON, another shape, a redirect, too much. */
export class WaldurSurprise extends WaldurError {
  override readonly name = 'WaldurSurprise';
  readonly kind = 'surprise';
  /** The HTTP status; null if nothing was sent. */
  readonly status: number | null;
  /** The unexpected fact, as the end of a sentence about the answer. */
  readonly problem: string;

  constructor(facts: Facts & { status: number | null; problem: string }) {
    super(facts, `unexpected answer: ${facts.problem}`);
    this.status = facts.status;
    this.problem = facts.problem;
  }
}

export type WaldurFailure = WaldurRefusal | WaldurUnreachable | WaldurTimeout | WaldurSurprise;

/** True if an error is a WaldurFailure; its `kind` then tells which one. */
export function isWaldurFailure(error: unknown): error is WaldurFailure {
  return error instanceof WaldurError;
}
