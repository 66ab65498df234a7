import type { Departure } from '../slack/departures.ts';
import { forgetPerson, forgetTeam } from '../store/leaving.ts';
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
