import * as z from 'zod';
import { checkView } from '../blocks/index.ts';
import { isObject } from '../json.ts';
import { refusal, SlackError } from '../slack-error.ts';
import type { Trigger } from '../triggers.ts';
import type { Json } from '../types.ts';
import { changeView, openView, publishView, pushView } from '../view-changes.ts';
import { viewObject } from '../view-object.ts';
import type { View } from '../view-store.ts';
import type { Workspace } from '../workspace.ts';
import { jsonArg, type Method, method, needed, textArg } from './method.ts';

const viewArg = jsonArg('invalid_arguments').optional();

type ViewMethod = 'views.open' | 'views.update' | 'views.push' | 'views.publish';

/** The view if Slack would take it. Throws invalid_arguments with the reasons. */
function needView(view: unknown, name: ViewMethod): Json {
  if (view === undefined)
    throw refusal('invalid_arguments', ['[ERROR] missing required field: view']);
  const found = checkView(view, name);
  if (found !== null) throw refusal(found.error, found.messages);
  if (!isObject(view))
    throw refusal('invalid_arguments', ['[ERROR] must be an object [json-pointer:/view]']);
  return view;
}

/** Shows a modal by a trigger: `show` puts it on the screen; the trigger is used up only then. */
const byTrigger = (name: 'views.open' | 'views.push', show: typeof openView): Method =>
  method({
    args: z.object({ trigger_id: needed, view: viewArg }),
    run(space, args) {
      const trigger = space.triggers.check(args.trigger_id);
      if (name === 'views.push') needModal(space, trigger);
      const view = show(space, trigger, needView(args.view, name));
      space.triggers.use(args.trigger_id);
      return { view: viewObject(view) };
    },
  });

/** A modal can be pushed only by what happened in one. */
function needModal(space: Workspace, { user, view }: Trigger): void {
  if (view === undefined || !space.views.stackOf(user).some((one) => one.id === view))
    throw new SlackError('invalid_trigger_id');
}

const update = method({
  args: z.object({
    view_id: textArg.optional(),
    external_id: textArg.optional(),
    hash: textArg.optional(),
    view: viewArg,
  }),
  run(space, args) {
    if (args.view_id === undefined && args.external_id === undefined)
      throw refusal('invalid_arguments', ['[ERROR] missing required field: view_id']);
    const raw = needView(args.view, 'views.update');
    const view = findView(space, args.view_id, args.external_id);
    if (args.hash !== undefined && args.hash !== view.hash) throw new SlackError('hash_conflict');
    changeView(space, view, raw);
    return { view: viewObject(view) };
  },
});

function findView(space: Workspace, id: string | undefined, externalId: string | undefined): View {
  const view = id === undefined ? space.views.byExternalId(externalId ?? '') : space.views.byId(id);
  if (view === undefined) throw new SlackError('not_found');
  return view;
}

const publish = method({
  args: z.object({ user_id: needed, view: viewArg, hash: textArg.optional() }),
  run(space, args) {
    if (space.manifest.features.app_home?.home_tab_enabled !== true)
      throw new SlackError('not_enabled');
    if (!space.members.has(args.user_id)) throw new SlackError('user_not_found');
    const raw = needView(args.view, 'views.publish');
    const before = space.views.home(args.user_id);
    if (args.hash !== undefined && args.hash !== before?.hash)
      throw new SlackError('hash_conflict');
    return { view: viewObject(publishView(space, args.user_id, raw)) };
  },
});

export const viewMethods: Record<string, Method> = {
  'views.open': byTrigger('views.open', openView),
  'views.push': byTrigger('views.push', pushView),
  'views.update': update,
  'views.publish': publish,
};
