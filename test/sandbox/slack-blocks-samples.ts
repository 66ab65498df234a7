import type { PlainTextElement } from '@slack/types';

// The smallest valid pieces of Block Kit, for tests that make one thing wrong at a time.

export const plain = (text: string): PlainTextElement => ({ type: 'plain_text', text });
export const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
export const chars = (n: number) => 'x'.repeat(n);
export const times = <T>(n: number, make: (i: number) => T) =>
  Array.from({ length: n }, (_, i) => make(i));

export const section = (more: object = {}) => ({ type: 'section', text: mrkdwn('hello'), ...more });
export const divider = (more: object = {}) => ({ type: 'divider', ...more });
export const button = (more: object = {}) => ({ type: 'button', text: plain('Go'), ...more });
export const actions = (...elements: object[]) => ({ type: 'actions', elements });
export const context = (...elements: object[]) => ({ type: 'context', elements });
export const accessory = (element: object) => section({ accessory: element });
export const image = (more: object = {}) => ({
  type: 'image',
  image_url: 'https://example.com/a.png',
  alt_text: 'a chart',
  ...more,
});

export const option = (n: number | string, more: object = {}) => ({
  text: plain(`option ${n}`),
  value: `value ${n}`,
  ...more,
});
export const options = (n: number) => times(n, (i) => option(i));
export const group = (n: number, label = 'group') => ({ label: plain(label), options: options(n) });
export const select = (more: object = {}) => ({ type: 'static_select', ...more });

export const confirm = (more: object = {}) => ({
  title: plain('Sure?'),
  text: plain('Remove it?'),
  confirm: plain('Remove'),
  deny: plain('Keep'),
  ...more,
});

export const input = (element: object, more: object = {}) => ({
  type: 'input',
  label: plain('Name'),
  element,
  ...more,
});

export const modal = (blocks: object[], more: object = {}) => ({
  type: 'modal',
  title: plain('Submit'),
  submit: plain('Submit'),
  blocks,
  ...more,
});

export const richText = (...elements: object[]) => ({ type: 'rich_text', elements });
export const richSection = (...elements: object[]) => ({ type: 'rich_text_section', elements });

export const cell = (text: string) => ({ type: 'raw_text', text });
export const rows = (count: number, columns: number) =>
  times(count, () => times(columns, () => cell('x')));
