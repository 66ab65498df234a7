import type { Block, MessageEntry, ModalEntry, View } from '../../sandbox/demo/entries.ts';
import type { Reader } from '../../sandbox/demo/plain-text.ts';

/** Entries of a ledger, for the tests of the demo. */

export const BOT = 'UBOT';
export const ANA = 'UANA';
export const reader: Reader = {
  names: { [BOT]: 'Slurm', [ANA]: 'Ana', C1: '#jobs' },
  now: () => new Date(2026, 10, 24, 15, 0),
};

export const section = (text: string): Block => ({
  type: 'section',
  block_id: text,
  text: { text },
});

export const buttons = (...labels: string[]): Block => ({
  type: 'actions',
  block_id: 'actions',
  elements: labels.map((text) => ({ type: 'button', text: { text } })),
});

export const message = (more: Partial<MessageEntry>): MessageEntry => ({
  seq: 1,
  kind: 'message',
  change: 'posted',
  channel: 'C1',
  ts: '1.1',
  user: BOT,
  text: '',
  blocks: [],
  files: [],
  broadcast: false,
  shown: true,
  ...more,
});

const token: Block = {
  type: 'input',
  block_id: 'token',
  label: { text: 'API token' },
  element: { type: 'plain_text_input', action_id: 'token' },
};
const name: Block = {
  type: 'input',
  block_id: 'name',
  label: { text: 'Name' },
  optional: true,
  element: { type: 'plain_text_input', action_id: 'name' },
};

/** A form with two fields, filled in. */
export const view = (value: string, id = 'V1'): View => ({
  id,
  title: { text: 'Connect' },
  submit: { text: 'Go' },
  close: { text: 'Cancel' },
  blocks: [section('Where is it?'), token, name],
  state: { values: { token: { token: { value } }, name: { name: { value } } } },
});

export const modal = (more: Partial<ModalEntry>): ModalEntry => ({
  seq: 1,
  kind: 'view',
  change: 'opened',
  user: ANA,
  view: view(''),
  errors: {},
  ...more,
});
