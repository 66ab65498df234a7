import { sendEvent } from '../events.ts';
import { defined } from '../json.ts';
import type { Json } from '../types.ts';
import { viewObject } from '../view-object.ts';
import type { Workspace } from '../workspace.ts';
import { dmWith } from '../world.ts';
import { actor } from './act.ts';

/** A person opens the app: its Home tab where the manifest has one, else its messages. Gives back the Home view. */
export async function openHome(space: Workspace, user: string): Promise<Json | null> {
  actor(space, user);
  const hasHome = space.manifest.features.app_home?.home_tab_enabled === true;
  const view = space.views.home(user);
  space.ledger.add('person', { act: 'openHome', user });
  await sendEvent(
    space,
    'app_home_opened',
    defined({
      type: 'app_home_opened',
      user,
      channel: dmWith(user),
      tab: hasHome ? 'home' : 'messages',
      event_ts: space.nextTs(),
      view: hasHome && view !== undefined ? viewObject(view) : undefined,
    }),
  );
  return hasHome && view !== undefined ? viewObject(view) : null;
}
