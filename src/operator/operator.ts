import { sql } from 'kysely';
import type { Answered } from '../api/observe-requests.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../logging/logger.ts';
import type { CallOver } from '../slack/observe-calls.ts';
import type { Database } from '../store/database.ts';
import { startOperatorServer } from './operator-server.ts';

/** What the bot's parts report as it happens, and the pages that show it to the operator's machines. */
interface Operator {
  waldurAnswered(answered: Answered): void;
  slackCalled: CallOver;
  /** Called after each pass over the due jobs. */
  swept(seconds: number): void;
  /** @throws PortRefused */
  serve(bot: Served): Promise<void>;
  stop(): void;
}

interface Served {
  db: Database;
  /** True if Slack can reach the bot. */
  isConnected(): boolean;
  now(): Date;
}

const nothing = () => undefined;
const off: Operator = {
  waldurAnswered: nothing,
  slackCalled: nothing,
  swept: nothing,
  serve: async () => undefined,
  stop: nothing,
};

/** @param listen where to listen; null to count nothing and open no port */
export async function prepareOperator(listen: Config['metrics'], log: Log): Promise<Operator> {
  if (listen === null) return off;
  // Prometheus's client takes 40 ms and 13 MB, so it is loaded only if it is used.
  const [{ createMetrics }, { addGauges }] = await Promise.all([
    import('./metrics.ts'),
    import('./gauges.ts'),
  ]);
  const { registry, ...hooks } = createMetrics();
  let stop: () => void = nothing;
  return {
    ...hooks,
    async serve({ db, isConnected, now }) {
      addGauges({ registry, db, isConnected, now });
      const checks = [
        { what: 'database', isThere: () => canRead(db) },
        { what: 'slack', isThere: isConnected },
      ];
      const server = await startOperatorServer({ listen, checks, metrics: registry, log });
      log.info('operator pages', { url: server.url });
      stop = server.close;
    },
    stop: () => stop(),
  };
}

async function canRead(db: Database): Promise<boolean> {
  await sql`SELECT 1 FROM watches LIMIT 1`.execute(db);
  return true;
}
