import { sendEvent } from '../events.ts';
import { defined } from '../json.ts';
import type { Json } from '../types.ts';
import { viewObject } from '../view-object.ts';
import type { Workspace } from '../workspace.ts';
import { dmWith } from '../world.ts';
import { actor, place } from './act.ts';

/** A message as a person sees it now. */
type Seen = {
  ts: string;
  user: string;
  text: string;
  blocks: unknown[];
  attachments: unknown[];
  files: { id: string; name: string; title: string; mode: string }[];
  thread_ts?: string;
  ephemeral: boolean;
  edited: boolean;
};

/** What a person sees in a conversation, oldest first, replies among the rest. */
export function screenOf(space: Workspace, user: string, channel: string): Seen[] {
  const id = place(space, actor(space, user).id, channel).id;
  return space.messages.seenBy(id, user).map((message) => ({
    ts: message.ts,
    user: message.user,
    text: message.text,
    blocks: message.blocks,
    attachments: message.attachments,
    files: message.files.flatMap((fileId) => {
      const file = space.files.get(fileId);
      return file === undefined
        ? []
        : [{ id: file.id, name: file.name, title: file.title, mode: file.mode }];
    }),
    ...(message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }),
    ephemeral: message.to !== undefined,
    edited: message.edited_ts !== undefined,
  }));
}

/** The Home tab as it is shown; null if the app has published none. */
export function seenHome(space: Workspace, user: string): Json | null {
  const view = space.views.home(user);
  return view === undefined ? null : viewObject(view);
}

/** A person opens the app: its Home tab if the manifest has one, otherwise its messages. Returns the Home view. */
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
