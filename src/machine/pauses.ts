/** How long the bot waits for others, and before it tries again what failed, in milliseconds. */
export interface Pauses {
  /** For the first byte of an answer of Slack or Waldur, and for each next one. */
  answerMs: number;
  /** After something of the bot's own failed, such as a write to a full disk. */
  failedMs: number;
  /** Between two attempts to post what someone waits for. */
  awaitedPost: Span;
  /**
   * After the answer to a post was lost: Slack may still be storing the message, so its place is read back only
   * afterwards. What fails again and again is tried less and less often.
   */
  lostPost: Span;
  /** The same while Slack is away: few calls are let through, and the next one may be the first that works. */
  awayPost: Span;
  /** After a call of Slack's Web API failed, before the bot tries that method again by itself. */
  failedCall: Span;
  /** After Slack refused a post for a reason that may pass. */
  refusedPost: Span;
  /** After Slack did not take a notice. */
  noticeMs: number;
  /** After Slack did not take a prompt. */
  promptMs: number;
  /** A record that is missing is looked for once more, at least this much later, before it counts as gone. */
  missingMs: number;
}

/** The first pause and the longest; each is twice as long as the last. */
export interface Span {
  firstMs: number;
  mostMs: number;
}

/** @param answerMs how long an answer is waited for @param retryMs the shortest pause before trying again */
export function pausesFrom(answerMs: number, retryMs: number): Pauses {
  const retries = (first: number, most: number) => ({
    firstMs: first * retryMs,
    mostMs: most * retryMs,
  });
  return {
    answerMs,
    failedMs: retryMs,
    awaitedPost: retries(2, 60),
    lostPost: retries(1.5, 300),
    awayPost: retries(1.5, 8),
    failedCall: retries(1, 2),
    refusedPost: retries(30, 3600),
    noticeMs: 5 * retryMs,
    promptMs: 10 * retryMs,
    missingMs: 2 * retryMs,
  };
}
