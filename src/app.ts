import { createAccounts } from './accounts/accounts.ts';
import { loadKeys } from './accounts/key.ts';
import { createSealer } from './accounts/seal.ts';
import { waldurDispatcher } from './api/http.ts';
import { keepArrival, listen, recoverArrivals } from './commands/listen.ts';
import type { Services } from './commands/services.ts';
import { recoverSubmissions } from './commands/submission.ts';
import { type Config, ConfigError, loadConfig, secretsOf } from './config.ts';
import { boltLogger, createLog, type Log } from './log.ts';
import { startPoller } from './poller/index.ts';
import { createSlackClient } from './slack/client.ts';
import { identify } from './slack/identity.ts';
import { createEntrance, SlurmApp } from './slack/receiver.ts';
import { openDatabase } from './store/database.ts';

/** Puts the parts together and starts them. */
async function start(config: Config, log: Log): Promise<() => Promise<void>> {
  const { slack, waldurUrl } = config;
  const client = createSlackClient({
    token: slack.botToken,
    apiUrl: slack.apiUrl,
    logger: boltLogger(log),
  });
  const bot = await identify(client, slack.botToken);
  const db = await openDatabase(config.databasePath);
  const now = () => new Date();
  const dispatcher = waldurDispatcher();
  const sealer = createSealer(await loadKeys(config.keyFile));
  const accounts = createAccounts({ db, sealer, waldurUrl, dispatcher, now });
  const poller = startPoller({
    db,
    accounts,
    slack: client,
    log,
    waldurUrl,
    poll: config.poll,
    now,
  });
  const services: Services = {
    config,
    log,
    db,
    accounts,
    slack: client,
    files: {
      client,
      token: slack.botToken,
      filesOrigin: slack.filesOrigin,
      maxBytes: config.maxScriptBytes,
    },
    botUser: bot.botUserId,
    now,
    wake: poller.wake,
  };
  const entrance = createEntrance(config, log);
  const app = new SlurmApp(entrance, bot, { log, before: (event) => keepArrival(services, event) });
  listen(app, services);
  await recoverArrivals(services);
  await recoverSubmissions(services);
  await entrance.start();
  log.info('started', { receiver: slack.receiver.mode, waldur: waldurUrl, bot: bot.botUserId });
  return async () => {
    await entrance.stop();
    await poller.stop();
    await db.destroy();
  };
}

async function main(): Promise<void> {
  const config = loadConfig();
  const log = createLog({ level: config.logLevel, write: (line) => process.stderr.write(line) });
  for (const secret of secretsOf(config)) log.hide(secret);
  for (const note of config.notes) log.info(note);
  // A broken socket of Bolt's ends here: better stopped, and started anew by a supervisor, than deaf.
  process.on('unhandledRejection', (error) => {
    log.error('stopped: unhandled', {
      error: Error.isError(error) ? error.message : String(error),
    });
    process.exit(1);
  });
  const stop = await start(config, log);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      log.info('stopping', { signal });
      await stop();
      process.exit(0);
    });
  }
}

main().catch((error: unknown) => {
  const known = error instanceof ConfigError;
  const message = Error.isError(error) ? error.message : String(error);
  process.stderr.write(`${known ? message : `The bot did not start: ${message}`}\n`);
  process.exit(1);
});
