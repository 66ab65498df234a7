import { appMethods, connectionsOpen } from './apps.ts';
import { chatMethods } from './chat.ts';
import { conversationMethods } from './conversations.ts';
import { fileMethods } from './files.ts';
import type { Method } from './method.ts';
import { userMethods } from './users.ts';
import { viewMethods } from './views.ts';

/** All methods of the Web API that this workspace knows; `newTicket` makes the path of a socket. */
export const createMethods = (newTicket: () => string): Map<string, Method> =>
  new Map(
    Object.entries({
      ...appMethods,
      'apps.connections.open': connectionsOpen(newTicket),
      ...chatMethods,
      ...conversationMethods,
      ...fileMethods,
      ...userMethods,
      ...viewMethods,
    }),
  );
