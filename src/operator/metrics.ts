import { Counter, collectDefaultMetrics, Histogram, Registry } from '@prometheus-io/client';
import type { Answered } from '../api/observe-requests.ts';
import type { CallResult } from '../slack/pace.ts';

/**
 * Metrics of events that the bot's parts report as they happen. Those that can be counted in the tables are in
 * gauges.ts.
 */
interface Metrics {
  registry: Registry;
  waldurAnswered(answered: Answered): void;
  slackCalled(method: string, result: CallResult): void;
  swept(seconds: number): void;
}

/** Begins each of our names. */
export const PREFIX = 'slurmbot_';

/**
 * In seconds. One record of Waldur's takes tens of milliseconds, a page or a script seconds, and a request at most 60
 * s.
 */
const REQUEST_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** In seconds. */
const SWEEP_BUCKETS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/**
 * Counts for Prometheus. Labels have few values, whatever people and servers do: no person, job, project or channel
 * is named.
 */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const waldurRequests = new Counter({
    name: `${PREFIX}waldur_requests_total`,
    help: 'Requests to Waldur by status code; "none" where no answer came.',
    labelNames: ['code'],
    registers,
  });
  const waldurSeconds = new Histogram({
    name: `${PREFIX}waldur_request_duration_seconds`,
    help: 'How long requests to Waldur took, whether answered or not.',
    buckets: REQUEST_BUCKETS,
    registers,
  });
  const slackCalls = new Counter({
    name: `${PREFIX}slack_calls_total`,
    help: "Calls of Slack's Web API by method and result (ok, unauthorized, ratelimited, refused, failed).",
    labelNames: ['method', 'result'],
    registers,
  });
  const sweepSeconds = new Histogram({
    name: `${PREFIX}sweep_duration_seconds`,
    help: 'How long passes over the due jobs took.',
    buckets: SWEEP_BUCKETS,
    registers,
  });
  return {
    registry,
    waldurAnswered({ status, seconds }) {
      waldurRequests.inc({ code: status === null ? 'none' : String(status) });
      waldurSeconds.observe(seconds);
    },
    slackCalled: (method, result) => slackCalls.inc({ method, result }),
    swept: (seconds) => sweepSeconds.observe(seconds),
  };
}
