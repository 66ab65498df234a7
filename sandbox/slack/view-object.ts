import type { Json } from './types.ts';
import type { View } from './view-store.ts';
import { APP_ID, BOT_ID, TEAM } from './world.ts';

/** A view as Slack describes it in answers and payloads; `values` only if a person has acted in it. */
export function viewObject(view: View, values: View['values'] = {}): Json {
  const { id, type, blocks, private_metadata, callback_id, hash, title, close, submit } = view;
  return {
    id,
    team_id: TEAM.id,
    type,
    blocks,
    private_metadata,
    callback_id,
    state: { values },
    hash,
    title,
    clear_on_close: view.clear_on_close,
    notify_on_close: view.notify_on_close,
    close,
    submit,
    submit_disabled: view.submit_disabled,
    previous_view_id: view.previous_id,
    root_view_id: view.root_id,
    app_id: APP_ID,
    external_id: view.external_id,
    app_installed_team_id: TEAM.id,
    bot_id: BOT_ID,
  };
}
