import type { Json } from './types.ts';

/** A modal (or Home tab) as it is now, with what the person has entered so far. */
export type View = {
  id: string;
  hash: string;
  type: 'modal' | 'home';
  user: string;
  /** The conversation in which it was opened, if any. */
  channel: string | undefined;
  title: Json;
  submit: Json | null;
  close: Json | null;
  blocks: Json[];
  callback_id: string;
  external_id: string;
  private_metadata: string;
  clear_on_close: boolean;
  notify_on_close: boolean;
  submit_disabled: boolean;
  root_id: string;
  previous_id: string | null;
  /** State values by block_id, then action_id. */
  values: Record<string, Record<string, Json>>;
  /** Options that were loaded for an external menu, by action_id. */
  loaded: Record<string, Json[]>;
};

/** The open views: a stack for each person, at most three deep, and Home tabs. */
export type ViewStore = {
  stackOf(user: string): View[];
  top(user: string): View | undefined;
  setStack(user: string, stack: View[]): void;
  home(user: string): View | undefined;
  setHome(view: View): void;
  byId(id: string): View | undefined;
  byExternalId(id: string): View | undefined;
};

export function createViewStore(): ViewStore {
  const stacks = new Map<string, View[]>();
  const homes = new Map<string, View>();
  const stackOf = (user: string): View[] => stacks.get(user) ?? [];
  const open = (): View[] => [...[...stacks.values()].flat(), ...homes.values()];
  return {
    stackOf,
    top: (user) => stackOf(user).at(-1),
    setStack: (user, stack) => stacks.set(user, stack),
    home: (user) => homes.get(user),
    setHome: (view) => homes.set(view.user, view),
    byId: (id) => open().find((view) => view.id === id),
    byExternalId: (id) => (id === '' ? undefined : open().find((view) => view.external_id === id)),
  };
}
