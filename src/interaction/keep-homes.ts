import { addMilliseconds } from '../dates.ts';
import { notOffered } from '../jobs/rights.ts';
import { type Loop, startLoop } from '../machine/loop.ts';
import { slackFailure } from '../slack/failures.ts';
import type { Account, Person } from '../store/accounts.ts';
import { dueHomes, homeJobs, homeShown } from '../store/homes.ts';
import { pastOf } from '../store/job-history.ts';
import type { Watch } from '../store/watches.ts';
import { type HomeJob, home, homeToConnect } from '../views/home.ts';
import type { Context } from './context.ts';

/** The pause before a Home tab that Slack did not take is tried again. */
const AGAIN_MS = 10_000;
/** The longest pause between two looks for Home tabs that are due. */
const IDLE_MS = 60_000;

/** Keeps the Home tabs up to date that people have opened. */
export function startHomes(context: Context): Loop {
  const { db, log, now } = context;
  return startLoop({
    async pass() {
      const due = await dueHomes(db);
      let isLeft = false;
      for (const each of due) {
        const isDone = await publish(context, each).catch((error: unknown) => {
          log.error('home not shown', { user: each.user, error });
          return false;
        });
        if (isDone) await homeShown(db, each);
        else isLeft = true;
      }
      if (due.length === 0) return null;
      return isLeft ? addMilliseconds(now(), AGAIN_MS) : now();
    },
    failed: (error) => log.error('homes not shown', { error }),
    idleMs: IDLE_MS,
    failedMs: context.config.pauses.failedMs,
    now,
  });
}

/** @returns false if Slack may take it later */
async function publish(context: Context, person: Person): Promise<boolean> {
  const view = await draw(context, person);
  try {
    await context.slack.views.publish({ user_id: person.user, view });
    return true;
  } catch (error) {
    const failure = slackFailure(error);
    context.log.info('home not shown', { user: person.user, slack: JSON.stringify(failure) });
    return failure.kind === 'permanent' || failure.kind === 'refused';
  }
}

async function draw(context: Context, person: Person) {
  const account = await context.accounts.find(person);
  if (account === null || account.expiredAt !== null) return homeToConnect();
  const { going, ended } = await homeJobs(context.db, person);
  const jobs = (watches: Watch[]) =>
    Promise.all(watches.map((watch) => homeJob(context, account, watch)));
  const { fullName, username, allocations } = account;
  const shown = { going: await jobs(going), ended: await jobs(ended) };
  return home({ fullName, username, allocations, ...shown });
}

async function homeJob(context: Context, account: Account, watch: Watch): Promise<HomeJob> {
  const { channel, jobUuid: uuid, jobCreated: submittedAt, projectName } = watch;
  return {
    ...watch,
    uuid,
    submittedAt,
    refused: notOffered(context.abilities, account, projectName),
    past: await pastOf(context.db, watch),
    card: addressOf(context.workspaceUrl, watch),
    channel: /^[CG]/.test(channel) ? channel : null,
  };
}

/** The address of a card, as Slack's chat.getPermalink makes it; null before it is posted. */
function addressOf(workspaceUrl: string, { channel, cardTs, threadTs }: Watch): string | null {
  if (cardTs === null) return null;
  const thread = threadTs === null ? '' : `?thread_ts=${threadTs}&cid=${channel}`;
  return `${workspaceUrl}archives/${channel}/p${cardTs.replace('.', '')}${thread}`;
}
