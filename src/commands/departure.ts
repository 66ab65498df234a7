import type { Departure } from '../slack/departures.ts';
import { connectedPeople } from '../store/accounts.ts';
import { forgetPerson, forgetTeam } from '../store/leaving.ts';
import { messageOf } from './failure.ts';
import type { Services } from './services.ts';

/** Drops what belongs to those who are gone, before Slack hears that it was told. */
export async function forget(services: Services, { team, users }: Departure): Promise<void> {
  if (users === null) {
    await forgetTeam(services.db, team);
    services.log.error('the bot was removed from its workspace: everything of it is dropped', {
      team,
    });
    return;
  }
  for (const user of users) {
    await forgetPerson(services.db, { team, user });
    services.log.info('a person left', { team, user });
  }
  services.wake();
}

/** Looks for people who left while the bot was not there to be told. */
export async function recoverDepartures(services: Services): Promise<void> {
  for (const { team, user } of await connectedPeople(services.db)) {
    const member = await services.people.member({ team, user }).catch((error: unknown) => {
      services.log.warn('not known whether a person left', { user, error: messageOf(error) });
      return null;
    });
    if (member?.isDeactivated === true) await forget(services, { team, users: [user] });
  }
}
