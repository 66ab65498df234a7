import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { appAsSeen, setShared, setUser, uninstall } from './administration.ts';
import { schemas } from './control-schemas.ts';
import { redeliver } from './events.ts';
import { deleteFile, editFile } from './file-store.ts';
import { readBody, sendJson } from './http-bodies.ts';
import { tryJson } from './json.ts';
import { ControlError } from './person/act.ts';
import { choose, click } from './person/buttons.ts';
import { findField } from './person/find-element.ts';
import { forge } from './person/forge.ts';
import {
  chooseInModal,
  clickInModal,
  closeModal,
  pressInHome,
  seenModal,
  topModal,
} from './person/modal.ts';
import { edit, remove, say } from './person/say.ts';
import { openHome, screenOf, seenHome } from './person/screen.ts';
import { submit } from './person/submit-modal.ts';
import { loadOptions } from './person/suggest.ts';
import { takeShortcut } from './person/take-shortcut.ts';
import { typeCommand } from './person/type-command.ts';
import type { SocketHub } from './socket.ts';
import type { Workspace } from './workspace.ts';
import { BOT, channel, dmWith, member } from './world.ts';

type Route = (body: unknown) => unknown;

const route =
  <T extends z.ZodType>(schema: T, run: (input: z.output<T>) => unknown): Route =>
  (body) =>
    run(schema.parse(body));

/** The control API: what people do and see, faults, and the ledger. `verify` asks the app's URL for a challenge. */
export function createControlServer(
  space: Workspace,
  hub: SocketHub,
  { verify, startOver }: { verify(): Promise<boolean>; startOver(): void },
) {
  const routes = new Map<string, Route>(
    Object.entries({
      ...personRoutes(space),
      ...faultRoutes(space, hub),
      ...worldRoutes(space),
      verifyUrl: route(schemas.nothing, verify),
      startOver: route(schemas.nothing, startOver),
    }),
  );
  return async (
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
  ): Promise<void> => {
    const text = (await readBody(request)).toString('utf8');
    if (request.method === 'GET') answerGet(space, request, response, name);
    else await answerPost(response, routes.get(name), name, text);
  };
}

async function answerPost(
  response: ServerResponse,
  found: Route | undefined,
  name: string,
  text: string,
): Promise<void> {
  if (found === undefined) {
    sendJson(response, 404, { error: `no such control: ${name}` });
    return;
  }
  try {
    const result = await found(text === '' ? {} : tryJson(text));
    sendJson(response, 200, { result: result ?? null });
  } catch (error) {
    sendJson(response, 400, { error: sentenceFor(error) });
  }
}

/** The driver's mistake as an answer. Any other error is our own failure and is rethrown. */
function sentenceFor(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  if (error instanceof ControlError) return error.message;
  throw error;
}

function answerGet(
  space: Workspace,
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
): void {
  if (name === 'ledger') {
    const after = new URL(request.url ?? '/', 'http://sandbox').searchParams.get('after');
    sendJson(response, 200, space.ledger.after(Number(after ?? 0)));
  } else if (name === 'app') sendJson(response, 200, appAsSeen(space));
  else sendJson(response, 404, { error: `no such control: ${name}` });
}

const personRoutes = (space: Workspace): Record<string, Route> => ({
  command: route(schemas.command, (input) => typeCommand(space, input)),
  say: route(schemas.say, (input) => say(space, input)),
  edit: route(schemas.edit, (input) => edit(space, input)),
  remove: route(schemas.remove, (input) => remove(space, input)),
  shortcut: route(schemas.shortcut, (input) => takeShortcut(space, input)),
  click: route(schemas.click, (input) => click(space, input)),
  choose: route(schemas.choose, (input) => choose(space, input)),
  modal: route(schemas.modal, ({ user }) => seenModal(space, user)),
  closeModal: route(schemas.closeModal, ({ user }) => closeModal(space, user)),
  clickInModal: route(schemas.clickInModal, ({ user, label, nth }) =>
    clickInModal(space, user, label, nth),
  ),
  chooseInModal: route(schemas.chooseInModal, ({ user, label, option }) =>
    chooseInModal(space, user, label, option),
  ),
  suggest: route(schemas.suggest, ({ user, label, query }) => {
    const view = topModal(space, user);
    return loadOptions(space, view, findField(view.blocks, label), query);
  }),
  submit: route(schemas.submit, ({ user, values }) => submit(space, user, values)),
  forge: route(schemas.forge, (input) => forge(space, input)),
  screen: route(schemas.screen, ({ user, channel }) => screenOf(space, user, channel)),
  home: route(schemas.home, ({ user }) => seenHome(space, user)),
  pressInHome: route(schemas.pressInHome, ({ user, label, nth }) =>
    pressInHome(space, user, label, nth),
  ),
  openHome: route(schemas.openHome, ({ user }) => openHome(space, user)),
});

const faultRoutes = (space: Workspace, hub: SocketHub): Record<string, Route> => ({
  fault: route(schemas.fault, (fault) => space.faults.add(fault)),
  clearFaults: route(schemas.nothing, () => space.faults.clear()),
  faultsFired: route(schemas.nothing, () => space.faults.fired()),
  dropSockets: route(schemas.nothing, () => space.delivery.dropSockets()),
  disconnect: route(schemas.disconnect, ({ reason }) => hub.disconnect(reason)),
  redeliver: route(schemas.redeliver, ({ event_id }) => redeliver(space, event_id)),
  expireTriggers: route(schemas.nothing, () => space.triggers.expireAll()),
  setTriggerLife: route(schemas.setTriggerLife, ({ ms }) => space.triggers.setLife(ms)),
});

const worldRoutes = (space: Workspace): Record<string, Route> => ({
  deleteFile: route(schemas.deleteFile, ({ id, untold }) => deleteFile(space, id, untold)),
  editFile: route(schemas.editFile, ({ id, base64 }) =>
    editFile(space, id, new Uint8Array(Buffer.from(base64, 'base64'))),
  ),
  setUser: route(schemas.setUser, ({ user, ...change }) => setUser(space, user, change)),
  setShared: route(schemas.setShared, ({ channel, isShared }) =>
    setShared(space, channel, isShared),
  ),
  setUsergroup: route(schemas.setUsergroup, ({ usergroup, users }) => {
    space.usergroups.set(usergroup, users);
  }),
  uninstall: route(schemas.nothing, () => uninstall(space)),
  addMember: route(schemas.addMember, ({ user }) => {
    const dm = dmWith(user);
    space.members.set(user, member(user, user.toLowerCase(), user));
    space.channels.set(dm, channel(dm, 'im', 'directmessage', [user, BOT]));
  }),
  addChannel: route(schemas.addChannel, (input) => {
    space.channels.set(
      input.channel,
      channel(input.channel, input.kind, input.name, input.members),
    );
  }),
  setMembership: route(schemas.setMembership, ({ channel, user, isMember }) => {
    const found = space.channels.get(channel);
    if (found === undefined) throw new ControlError(`There is no conversation ${channel}.`);
    found.members = [...found.members.filter((id) => id !== user), ...(isMember ? [user] : [])];
  }),
});
