/** Opens, stacks, changes and closes a person's modals, whether asked by a method or by an acknowledgement. */
import { storedBlocks, storedText } from './block-tree.ts';
import { newId, newSecret } from './ids.ts';
import { objects, stringAt } from './json.ts';
import { SlackError } from './slack-error.ts';
import type { Json } from './types.ts';
import { viewObject } from './view-object.ts';
import { initialValues } from './view-state.ts';
import type { View } from './view-store.ts';
import type { Workspace } from './workspace.ts';

/** Slack's limit of a stack. */
const MAX_STACK = 3;

type Place = { user: string; channel: string | undefined };

/** Opens a modal in place of one that was open. Throws duplicate_external_id. */
export function openView(space: Workspace, place: Place, raw: Json): View {
  const view = newView(space, place, raw, undefined);
  space.views.setStack(place.user, [view]);
  note(space, 'opened', view);
  return view;
}

/** Puts a modal on top of the person's stack. Throws push_limit_reached, duplicate_external_id. */
export function pushView(space: Workspace, place: Place, raw: Json): View {
  const stack = space.views.stackOf(place.user);
  if (stack.length >= MAX_STACK) throw new SlackError('push_limit_reached');
  const view = newView(space, place, raw, stack.at(-1));
  space.views.setStack(place.user, [...stack, view]);
  note(space, 'pushed', view);
  return view;
}

/** Sets a person's Home tab. */
export function publishView(space: Workspace, user: string, raw: Json): View {
  const before = space.views.home(user);
  const view = newView(space, { user, channel: undefined }, raw, undefined);
  if (before !== undefined) Object.assign(view, { id: before.id, root_id: before.id });
  space.views.setHome(view);
  note(space, 'published', view);
  return view;
}

/** Changes a view in place. What the person entered stays if block_id and action_id are the same. */
export function changeView(space: Workspace, view: View, raw: Json): void {
  Object.assign(view, contentOf(raw), { hash: newHash() });
  view.values = initialValues(view.blocks, view.values, view.channel);
  note(space, 'updated', view);
}

/** Closes the top view of the stack, or the whole stack. Returns the closed views, the top first. */
export function closeViews(space: Workspace, user: string, isWhole: boolean): View[] {
  const stack = space.views.stackOf(user);
  const closed = (isWhole ? stack : stack.slice(-1)).toReversed();
  space.views.setStack(user, isWhole ? [] : stack.slice(0, -1));
  for (const view of closed) note(space, isWhole ? 'cleared' : 'closed', view);
  return closed;
}

/** Closes the view that was submitted, wherever it stands in the stack. */
export function closeSubmitted(space: Workspace, view: View): void {
  const stack = space.views.stackOf(view.user);
  space.views.setStack(
    view.user,
    stack.filter((one) => one !== view),
  );
  note(space, 'closed', view);
}

/** Writes what happened to a view to the ledger, as the person sees it. */
export function note(space: Workspace, change: string, view: View, facts: Json = {}): void {
  space.ledger.add('view', {
    change,
    user: view.user,
    title: view.title.text,
    view: viewObject(view, view.values),
    ...facts,
  });
}

function newView(space: Workspace, place: Place, raw: Json, below: View | undefined): View {
  const external = stringAt(raw, 'external_id') ?? '';
  const holder = space.views.byExternalId(external);
  if (holder !== undefined && holder.type === 'modal')
    throw new SlackError('duplicate_external_id');
  const id = newId('V');
  const content = contentOf(raw);
  return {
    id,
    hash: newHash(),
    type: raw.type === 'home' ? 'home' : 'modal',
    user: place.user,
    channel: place.channel,
    ...content,
    root_id: below?.root_id ?? id,
    previous_id: below?.id ?? null,
    values: initialValues(content.blocks, {}, place.channel),
    loaded: {},
  };
}

/** The parts of a view that an app writes, with Slack's defaults. */
function contentOf(raw: Json) {
  return {
    title: storedText(raw.title) ?? { type: 'plain_text', text: '', emoji: true },
    submit: storedText(raw.submit),
    close: storedText(raw.close),
    blocks: storedBlocks(objects(raw.blocks)),
    callback_id: stringAt(raw, 'callback_id') ?? '',
    external_id: stringAt(raw, 'external_id') ?? '',
    private_metadata: stringAt(raw, 'private_metadata') ?? '',
    clear_on_close: raw.clear_on_close === true,
    notify_on_close: raw.notify_on_close === true,
    submit_disabled: raw.submit_disabled === true,
  };
}

const newHash = (): string => `${Math.floor(Date.now() / 1000)}.${newSecret(4)}`;
