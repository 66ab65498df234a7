import type { Context } from '../interaction/context.ts';
import type { Departure } from '../slack/departure-events.ts';
import { peopleKept } from '../store/accounts.ts';
import { forgetPerson, forgetTeam } from '../store/leaving.ts';

/** Deletes what belongs to people who have left, before the event is acknowledged. */
export async function forget(context: Context, { team, users }: Departure): Promise<void> {
  if (users === null) {
    await forgetTeam(context.db, team);
    context.log.error('the bot was removed from its workspace: everything of it is dropped', {
      team,
    });
    return;
  }
  for (const user of users) {
    await forgetPerson(context.db, { team, user });
    context.log.info('a person left', { team, user });
  }
  context.wake();
}

/** Looks for people who left while the bot was not running. */
export async function recoverDepartures(context: Context): Promise<void> {
  const kept = await peopleKept(context.db);
  const listed = await context.people.listed(kept.map(({ user }) => user));
  for (const { team, user } of kept) {
    const member =
      listed.get(user) ??
      (await context.people.member({ team, user }).catch((error: unknown) => {
        context.log.warn('not known whether a person left', { user, error });
        return null;
      }));
    if (member?.isDeactivated === true) await forget(context, { team, users: [user] });
  }
}
