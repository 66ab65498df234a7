import type { App } from '@slack/bolt';
import { z } from 'zod';
import type { Context } from '../interaction/context.ts';
import { openHome } from '../store/homes.ts';

const opened = z.object({
  type: z.literal('app_home_opened'),
  user: z.string(),
  tab: z.enum(['home', 'messages']),
});
const envelope = z.object({ team_id: z.string() });

/** Somebody looks at the Home tab: from now on it is kept up to date (interaction/keep-homes.ts). */
export function listenToHomeTab(app: App, context: Context): void {
  app.event('app_home_opened', async ({ event, body }) => {
    const { user, tab } = opened.parse(event);
    if (tab !== 'home') return;
    await openHome(context.db, { team: envelope.parse(body).team_id, user });
    context.wake();
  });
}
