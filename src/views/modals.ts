import type { ModalView } from '@slack/types';
import { type Message, plain, section } from './message.ts';

/** The modal that is shown at once, before something slow is asked: a trigger lasts only three seconds. */
export function waitModal(title: string, text: string): ModalView {
  return { type: 'modal', title: plain(title), close: plain('Close'), blocks: [section(text)] };
}

/** A message in a modal, for instance how it went. */
export function messageModal(title: string, message: Message): ModalView {
  return { type: 'modal', title: plain(title), close: plain('Close'), blocks: message.blocks };
}
