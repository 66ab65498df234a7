import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceiverEvent } from '@slack/bolt';
import closeWithGrace from 'close-with-grace';
import PQueue from 'p-queue';
import { createImpersonatingAccounts } from './accounts/impersonating.ts';
import { KeyFileError } from './accounts/key.ts';
import { createLinkedAccounts } from './accounts/linked.ts';
import { openKeyring } from './accounts/seal.ts';
import { createStaffAccess, startStaffKeeper } from './accounts/staff-access.ts';
import type { Accounts } from './accounts/waldur-accounts.ts';
import { waldurDispatcher } from './api/http.ts';
import { observing } from './api/observe-requests.ts';
import { createPortal } from './api/portal.ts';
import { commands } from './commands/index.ts';
import { type Config, ConfigError, loadConfig, secretsOf } from './config/config.ts';
import { addMilliseconds, millisecondsInDay, millisecondsInHour } from './dates.ts';
import type { Context } from './interaction/context.ts';
import { createFairQueue } from './interaction/fair-queue.ts';
import { startHomes } from './interaction/keep-homes.ts';
import { helpEntries } from './interaction/run.ts';
import { createAbilities } from './jobs/abilities.ts';
import { keepArrival, recoverArrivals } from './listeners/arrivals.ts';
import { recoverDepartures } from './listeners/departures.ts';
import { listen } from './listeners/index.ts';
import { boltLogger, type Log, programLog } from './logging/logger.ts';
import { LooseFiles } from './machine/file-modes.ts';
import { createInOrder } from './machine/in-order.ts';
import { PortRefused } from './machine/listening.ts';
import { startLoop } from './machine/loop.ts';
import { prepareOperator } from './operator/operator.ts';
import { startPoller } from './poller/index.ts';
import { createSlackClient, identify } from './slack/client.ts';
import { createPace } from './slack/pace.ts';
import { createPeople } from './slack/people.ts';
import { createPlaces, createSharing } from './slack/places.ts';
import { createEntrance, SlurmApp } from './slack/receiver.ts';
import { lastRefresh } from './store/audit.ts';
import { DatabaseHeld, holdDatabase, NewerDatabase, openDatabase } from './store/database.ts';
import { forgetOld } from './store/retention.ts';
import { startPrompts } from './submissions/keep-prompts.ts';
import { startSubmissions } from './submissions/workflow.ts';

/** How long the bot may take to finish work that it has begun. */
const GRACE_MS = 30_000;
/** How many scripts are in memory at a time on their way from Slack, and how many on their way to Waldur. */
const TRANSFERS = 4;

/**
 * Puts the parts together and starts them.
 * @param running receives what stops each part as soon as it runs: the bot then accepts nothing new and finishes
 * everything that it has begun
 */
async function start(config: Config, log: Log, running: AsyncDisposableStack): Promise<void> {
  const { slack, waldurUrl } = config;
  running.defer(holdDatabase(config.databasePath));
  const operator = await prepareOperator(config.metrics, log);
  running.defer(operator.stop);
  const pace = createPace(config.pauses.failedCall);
  const access = {
    token: slack.botToken,
    apiUrl: slack.apiUrl,
    logger: boltLogger(log),
    timeoutMs: config.pauses.answerMs,
    over: operator.slackCalled,
    pace,
  };
  const client = createSlackClient(access);
  /** For what nobody waits for. */
  const yielding = createSlackClient({ ...access, yields: true });
  const bot = await identify(client, slack.botToken);
  const db = await openDatabase(config.databasePath);
  running.defer(() => db.destroy());
  const now = () => new Date();
  const dispatcher = waldurDispatcher(config.pauses.answerMs).compose(
    observing(operator.waldurAnswered),
  );
  const people = createPeople(client, bot.team, now);
  const places = createPlaces(client, now);
  const keyring = await openKeyring(config.keyFile);
  const alarm = (what: string, facts: Record<string, unknown>) =>
    log.error(`ALARM: ${what}`, facts);
  const portal = createPortal({ baseUrl: waldurUrl, dispatcher, ...config.portal });
  const looking = startLoop({
    async pass() {
      await portal.look();
      return portal.tokenPage() === null ? addMilliseconds(now(), millisecondsInHour) : null;
    },
    failed: (error) => log.error('the portal was not looked for', { error }),
    idleMs: millisecondsInDay,
    failedMs: config.pauses.failedMs,
    now,
  });
  running.defer(looking.stop);
  const { waldurAuth: auth } = config;
  const common = { db, waldurUrl, dispatcher, timeoutMs: config.pauses.answerMs, now };
  const staff = auth.by === 'linked' ? null : createStaffAccess({ ...common, ...auth, alarm });
  const accounts: Accounts =
    auth.by === 'linked' || staff === null
      ? createLinkedAccounts({ ...common, keyring })
      : createImpersonatingAccounts({ ...common, ...auth, staff, member: people.member, alarm });
  if (staff !== null) running.defer((await startStaffKeeper(staff)).stop);
  const abilities = createAbilities(now);
  const refreshed = await lastRefresh(db);
  if (refreshed !== null) abilities.worked('pull', refreshed);
  const entrance = createEntrance(config, log);
  await operator.serve({ db, isConnected: entrance.isOpen, now });
  const poller = startPoller({
    db,
    accounts,
    slack: yielding,
    pace,
    log,
    isShared: createSharing(yielding, now),
    abilities,
    waldur: { by: accounts.linking.by, waldurUrl },
    poll: config.poll,
    pauses: config.pauses,
    now,
    swept: operator.swept,
    delivered() {
      prompts.wake();
      homes.wake();
    },
  });
  const work = new PQueue();
  const context: Context = {
    config,
    help: helpEntries(commands),
    log,
    db,
    accounts,
    slack: client,
    portal,
    files: {
      client,
      token: slack.botToken,
      filesOrigin: slack.filesOrigin,
      maxBytes: config.maxScriptBytes,
      transfers: new PQueue({ concurrency: TRANSFERS }),
    },
    keyring,
    people,
    places,
    abilities,
    fairQueue: createFairQueue(),
    workspaceUrl: bot.url,
    botUser: bot.botUserId,
    now,
    work,
    sending: new PQueue({ concurrency: TRANSFERS }),
    inFlight: new Set(),
    prompting: createInOrder(),
    wake() {
      poller.wake();
      submissions.wake();
      prompts.wake();
      homes.wake();
    },
  };
  const submissions = startSubmissions(context);
  const prompts = startPrompts(context);
  const homes = startHomes(context);
  const retention = startLoop({
    pass: async () => ((await forgetOld(db, now(), config.retention)) ? now() : null),
    failed: (error) => log.error('old things were not forgotten', { error }),
    idleMs: millisecondsInDay,
    failedMs: config.pauses.failedMs,
    now,
  });
  const before = (event: ReceiverEvent) => keepArrival(context, event);
  const app = new SlurmApp(entrance, bot, { log, before, work });
  running.defer(async () => {
    app.close();
    // A pass that is running may still take up a submission.
    const finished = Promise.all([submissions.stop(), prompts.stop(), homes.stop()]).then(() =>
      work.onIdle(),
    );
    await Promise.all([finished, poller.stop(), retention.stop(), entrance.stop(finished)]);
  });
  listen(app, context);
  await recoverArrivals(context);
  await entrance.start();
  work
    .add(() => recoverDepartures(context))
    .catch((error: unknown) => log.error('departures not looked for', { error }));
  log.info('started', { receiver: slack.receiver.mode, waldur: waldurUrl, bot: bot.botUserId });
}

async function main(): Promise<void> {
  const config = loadConfig();
  const log = programLog(config.logLevel);
  for (const secret of secretsOf(config)) log.hide(secret);
  for (const note of config.notes) log.info(note);
  const running = new AsyncDisposableStack();
  closeWithGrace(
    {
      delay: GRACE_MS,
      skip: ['beforeExit'],
      logger: false,
      onTimeout: () => log.error('stopped before everything was finished'),
      onSecondSignal: (signal) => log.error('stopped at once', { signal }),
      onSecondError: (error) => log.error('stopped at once', { error }),
    },
    async ({ signal, err }) => {
      // A broken socket of Bolt's ends here. It is better that a supervisor restarts the bot than that the bot is deaf.
      if (err !== undefined) log.error('stopped: unhandled', { error: err });
      else log.info('stopping', { signal });
      await running.disposeAsync().catch((error: unknown) => {
        log.error('not everything was stopped', { error });
        throw error;
      });
    },
  );
  await start(config, log, running).catch(async (error: unknown) => {
    // It was stopped before it had started.
    if (running.disposed) return;
    // What was taken up is finished, as on a signal.
    const stopped = running
      .disposeAsync()
      .catch((failure: unknown) => log.error('not everything was stopped', { error: failure }));
    await Promise.race([stopped, sleep(GRACE_MS)]);
    if (isForOperator(error)) throw error;
    log.error('not started', { error });
    process.exit(1);
  });
}

/** True for problems that the operator has to mend: they are told in one sentence. */
const isForOperator = (error: unknown): boolean =>
  [DatabaseHeld, KeyFileError, LooseFiles, NewerDatabase, PortRefused].some(
    (kind) => error instanceof kind,
  );

main().catch((error: unknown) => {
  const known = error instanceof ConfigError;
  const message = Error.isError(error) ? error.message : String(error);
  process.stderr.write(`${known ? message : `The bot did not start: ${message}`}\n`);
  process.exit(1);
});
