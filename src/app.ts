import type { Accounts } from './accounts/accounts.ts';
import { createImpersonatingAccounts } from './accounts/impersonating.ts';
import { KeyFileError } from './accounts/key.ts';
import { openKeyring } from './accounts/keyring.ts';
import { createLinkedAccounts } from './accounts/linked.ts';
import { startStaffKeeper } from './accounts/staff-keeper.ts';
import { waldurDispatcher } from './api/http.ts';
import { observing } from './api/observed.ts';
import { commands } from './commands/index.ts';
import { type Config, ConfigError, loadConfig, secretsOf } from './config.ts';
import { LooseFiles } from './file-modes.ts';
import type { Context } from './interaction/context.ts';
import { recoverDepartures } from './listeners/departures.ts';
import { keepArrival, listen, recoverArrivals } from './listeners/index.ts';
import { boltLogger, type Log, programLog } from './logging/logger.ts';
import { PortRefused } from './operator/http.ts';
import { prepareOperator } from './operator/operator.ts';
import { startPoller } from './poller/index.ts';
import { startLoop } from './poller/loop.ts';
import { createSlackClient } from './slack/client.ts';
import { identify } from './slack/identity.ts';
import { createPeople } from './slack/people.ts';
import { createPlaces } from './slack/places.ts';
import { createEntrance, SlurmApp } from './slack/receiver.ts';
import { NewerDatabase, openDatabase } from './store/database.ts';
import { forgetOld } from './store/retention.ts';
import { recoverSubmissions } from './submissions/workflow.ts';

/** Errors that say all there is to say to the operator: without a stack. */
const TOLD = [KeyFileError, LooseFiles, NewerDatabase, PortRefused];
const DAY_MS = 24 * 60 * 60 * 1000;

/** Puts the parts together and starts them. */
async function start(config: Config, log: Log): Promise<() => Promise<void>> {
  const { slack, waldurUrl } = config;
  const operator = await prepareOperator(config.metrics, log);
  const client = createSlackClient({
    token: slack.botToken,
    apiUrl: slack.apiUrl,
    logger: boltLogger(log),
    over: operator.slackCalled,
  });
  const bot = await identify(client, slack.botToken);
  const db = await openDatabase(config.databasePath);
  const now = () => new Date();
  const dispatcher = waldurDispatcher().compose(observing(operator.waldurAnswered));
  const people = createPeople(client, bot.team, now);
  const places = createPlaces(client, now);
  const keyring = await openKeyring(config.keyFile);
  const alarm = (what: string, facts: Record<string, unknown>) =>
    log.error(`ALARM: ${what}`, facts);
  const { waldurAuth: auth } = config;
  const common = { db, waldurUrl, dispatcher, now };
  const accounts: Accounts =
    auth.by === 'linked'
      ? createLinkedAccounts({ ...common, keyring })
      : createImpersonatingAccounts({ ...common, ...auth, member: people.member, alarm });
  const keeper =
    auth.by === 'linked' ? null : await startStaffKeeper({ ...auth, waldurUrl, dispatcher, alarm });
  const poller = startPoller({
    db,
    accounts,
    slack: client,
    log,
    places,
    waldur: { by: accounts.linking.by, waldurUrl },
    poll: config.poll,
    now,
    swept: operator.swept,
  });
  const context: Context = {
    config,
    commands,
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
    people,
    places,
    botUser: bot.botUserId,
    now,
    wake: poller.wake,
  };
  const entrance = createEntrance(config, log);
  await operator.serve({ db, isConnected: entrance.isOpen, now });
  const app = new SlurmApp(entrance, bot, { log, before: (event) => keepArrival(context, event) });
  listen(app, context);
  await recoverArrivals(context);
  await recoverSubmissions(context);
  await entrance.start();
  recoverDepartures(context).catch((error: unknown) =>
    log.error('departures not looked for', { error }),
  );
  const retention = startLoop({
    pass: async () => ((await forgetOld(db, now(), config.retention)) ? now() : null),
    failed: (error) => log.error('old things were not forgotten', { error }),
    idleMs: DAY_MS,
    now,
  });
  log.info('started', { receiver: slack.receiver.mode, waldur: waldurUrl, bot: bot.botUserId });
  return async () => {
    operator.stop();
    await entrance.stop();
    await poller.stop();
    await retention.stop();
    keeper?.stop();
    await db.destroy();
  };
}

async function main(): Promise<void> {
  const config = loadConfig();
  const log = programLog(config.logLevel);
  for (const secret of secretsOf(config)) log.hide(secret);
  for (const note of config.notes) log.info(note);
  // A broken socket of Bolt's ends here: better stopped, and started anew by a supervisor, than deaf.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error) => {
      log.error('stopped: unhandled', { error });
      process.exit(1);
    });
  }
  const stop = await start(config, log).catch((error: unknown) => {
    if (TOLD.some((kind) => error instanceof kind)) throw error;
    log.error('not started', { error });
    process.exit(1);
  });
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
