import type {
  ActionsBlock,
  Button,
  ContextBlock,
  KnownBlock,
  MrkdwnElement,
  Overflow,
  PlainTextElement,
  SectionBlock,
  StaticSelect,
} from '@slack/types';
import { encode, type Intent } from './intent.ts';

/** What Slack is sent: blocks for the eye, `text` for notifications and screen readers. */
export interface Message {
  text: string;
  blocks: KnownBlock[];
}

/** Something to press or choose: its label and its meaning. */
export interface Choice {
  label: string;
  intent: Intent;
}

/** A message of one paragraph. `mrkdwn`: untrusted parts must be escaped (text.ts). */
export function say(mrkdwnText: string, ...more: KnownBlock[]): Message {
  return { text: mrkdwnText, blocks: [section(mrkdwnText), ...more] };
}

/** Mrkdwn that Slack takes literally: it turns nothing into a link or a mention. */
function mrkdwn(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true };
}

/** Text without any formatting. */
export function plain(text: string): PlainTextElement {
  return { type: 'plain_text', text, emoji: false };
}

/** A paragraph. */
export function section(text: string): SectionBlock {
  return { type: 'section', text: mrkdwn(text) };
}

/** Small print. */
export function smallPrint(text: string): ContextBlock {
  return { type: 'context', elements: [mrkdwn(text)] };
}

/** A row of buttons or menus; nothing when there are none. */
export function actions(...elements: ActionsBlock['elements']): ActionsBlock[] {
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
}

/** A button. */
export function button(choice: Choice, style?: 'primary' | 'danger'): Button {
  return {
    type: 'button',
    text: plain(choice.label),
    action_id: `do:${choice.label}`,
    value: encode(choice.intent),
    ...(style && { style }),
  };
}

/** What a button that only opens a page says of itself when it is pressed. */
export const LINK = 'link';

/** A button that opens a page. Its place in the message tells two of them apart. */
export function linkButton(label: string, url: string): Button {
  return { type: 'button', text: plain(label), action_id: LINK, url };
}

/** The ⋯ menu: up to five choices. */
export function more(choices: Choice[], id = ''): Overflow {
  return { type: 'overflow', action_id: `do:more${id}`, options: choices.map(option) };
}

/** A menu with a placeholder, up to a hundred choices. */
export function menu(placeholder: string, choices: Choice[]): StaticSelect {
  return {
    type: 'static_select',
    action_id: 'do:menu',
    placeholder: plain(placeholder),
    options: choices.slice(0, 100).map(option),
  };
}

function option(choice: Choice): { text: PlainTextElement; value: string } {
  return { text: plain(choice.label), value: encode(choice.intent) };
}
