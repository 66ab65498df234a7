import type { App } from '@slack/bolt';
import type { Context } from '../interaction/context.ts';
import { listenToActions } from './actions.ts';
import { listenToForms } from './forms.ts';
import { listenToHomeTab } from './home-tab.ts';
import { listenToShortcut } from './shortcut.ts';
import { listenToSlashCommand } from './slash-command.ts';

/**
 * Everything that Slack can send us, and where it goes. manifest.yml lists the same. Messages and other events do not
 * use Bolt's listeners: they are stored before Slack hears that they have arrived (arrivals.ts).
 */
export function listen(app: App, context: Context): void {
  listenToSlashCommand(app, context);
  listenToActions(app, context);
  listenToForms(app, context);
  listenToShortcut(app, context);
  listenToHomeTab(app, context);
  app.error(async (error) => context.log.error('unhandled', { error }));
}
