import { describe, expect, test } from '@jest/globals';
import { checkMessage, checkView } from '../../sandbox/slack/blocks/index.ts';
import {
  accessory,
  actions,
  button,
  cell,
  chars,
  confirm,
  context,
  divider,
  group,
  image,
  input,
  modal,
  mrkdwn,
  option,
  options,
  plain,
  richText,
  rows,
  section,
  select,
  times,
} from './slack-blocks-samples.ts';

// Every limit at its border: n is accepted, and n + 1 is refused with Slack's wording and pointer.

type Limit = [name: string, max: number, make: (n: number) => object, pointer: string];

const inBlock: Limit[] = [
  ['block_id', 255, (n) => divider({ block_id: chars(n) }), '/block_id'],
  ['action_id', 255, (n) => actions(button({ action_id: chars(n) })), '/elements/0/action_id'],
  ['section text', 3000, (n) => section({ text: mrkdwn(chars(n)) }), '/text/text'],
  ['field', 2000, (n) => section({ fields: [plain(chars(n))] }), '/fields/0/text'],
  ['header', 150, (n) => ({ type: 'header', text: plain(chars(n)) }), '/text/text'],
  ['context text', 3000, (n) => context(mrkdwn(chars(n))), '/elements/0/text'],
  ['markdown', 12_000, (n) => ({ type: 'markdown', text: chars(n) }), '/text'],
  ['alt_text', 2000, (n) => image({ alt_text: chars(n) }), '/alt_text'],
  ['image title', 2000, (n) => image({ title: plain(chars(n)) }), '/title/text'],
  ['button text', 75, (n) => accessory(button({ text: plain(chars(n)) })), '/accessory/text/text'],
  ['button value', 2000, (n) => accessory(button({ value: chars(n) })), '/accessory/value'],
  [
    'button url',
    3000,
    (n) => accessory(button({ url: `https://example.com/${chars(n - 20)}` })),
    '/accessory/url',
  ],
  [
    'accessibility_label',
    75,
    (n) => accessory(button({ accessibility_label: chars(n) })),
    '/accessory/accessibility_label',
  ],
  [
    'confirm title',
    100,
    (n) => accessory(button({ confirm: confirm({ title: plain(chars(n)) }) })),
    '/accessory/confirm/title/text',
  ],
  [
    'confirm text',
    300,
    (n) => accessory(button({ confirm: confirm({ text: mrkdwn(chars(n)) }) })),
    '/accessory/confirm/text/text',
  ],
  [
    'confirm button',
    30,
    (n) => accessory(button({ confirm: confirm({ confirm: plain(chars(n)) }) })),
    '/accessory/confirm/confirm/text',
  ],
  [
    'deny button',
    30,
    (n) => accessory(button({ confirm: confirm({ deny: plain(chars(n)) }) })),
    '/accessory/confirm/deny/text',
  ],
  [
    'option text',
    75,
    (n) => accessory(select({ options: [option(1, { text: plain(chars(n)) })] })),
    '/accessory/options/0/text/text',
  ],
  [
    'option value',
    75,
    (n) => accessory(select({ options: [option(1, { value: chars(n) })] })),
    '/accessory/options/0/value',
  ],
  [
    'option description',
    75,
    (n) => accessory(select({ options: [option(1, { description: plain(chars(n)) })] })),
    '/accessory/options/0/description/text',
  ],
  [
    'group label',
    75,
    (n) => accessory(select({ option_groups: [group(1, chars(n))] })),
    '/accessory/option_groups/0/label/text',
  ],
  [
    'placeholder',
    150,
    (n) => accessory(select({ options: options(1), placeholder: plain(chars(n)) })),
    '/accessory/placeholder/text',
  ],
  [
    'label',
    2000,
    (n) => input({ type: 'plain_text_input' }, { label: plain(chars(n)) }),
    '/label/text',
  ],
  [
    'hint',
    2000,
    (n) => input({ type: 'plain_text_input' }, { hint: plain(chars(n)) }),
    '/hint/text',
  ],
  [
    'initial_value',
    3000,
    (n) => input({ type: 'plain_text_input', initial_value: chars(n) }),
    '/element/initial_value',
  ],
];

const counts: Limit[] = [
  ['fields', 10, (n) => section({ fields: times(n, () => plain('x')) }), '/fields'],
  ['actions', 25, (n) => actions(...times(n, () => button())), '/elements'],
  ['context', 10, (n) => context(...times(n, () => plain('x'))), '/elements'],
  ['select', 100, (n) => accessory(select({ options: options(n) })), '/accessory/options'],
  [
    'groups',
    100,
    (n) => accessory(select({ option_groups: times(n, () => group(1)) })),
    '/accessory/option_groups',
  ],
  [
    'options in a group',
    100,
    (n) => accessory(select({ option_groups: [group(n)] })),
    '/accessory/option_groups/0/options',
  ],
  [
    'overflow',
    5,
    (n) => accessory({ type: 'overflow', options: options(n) }),
    '/accessory/options',
  ],
  [
    'checkboxes',
    10,
    (n) => accessory({ type: 'checkboxes', options: options(n) }),
    '/accessory/options',
  ],
  [
    'radio buttons',
    10,
    (n) => accessory({ type: 'radio_buttons', options: options(n) }),
    '/accessory/options',
  ],
  ['table rows', 100, (n) => ({ type: 'table', rows: rows(n, 1) }), '/rows'],
  ['table columns', 20, (n) => ({ type: 'table', rows: rows(1, n) }), '/rows/0'],
  [
    'data_table rows',
    101,
    (n) => ({ type: 'data_table', caption: 'x', rows: rows(n, 1) }),
    '/rows',
  ],
  ['card actions', 2, (n) => ({ type: 'card', actions: times(n, () => button()) }), '/actions'],
  [
    'carousel',
    10,
    (n) => ({ type: 'carousel', elements: times(n, () => ({ type: 'card', body: plain('x') })) }),
    '/elements',
  ],
  [
    'container',
    10,
    (n) => ({ type: 'container', title: plain('x'), child_blocks: times(n, () => divider()) }),
    '/child_blocks',
  ],
];

describe('lengths in blocks', () => {
  test.each(inBlock)('%s: %i characters', (_, max, make, pointer) => {
    expect(checkMessage({ blocks: [make(max)] }, 'chat.postMessage')).toBeNull();
    expect(checkMessage({ blocks: [make(max + 1)] }, 'chat.postMessage')).toEqual({
      error: 'invalid_blocks',
      messages: [
        `[ERROR] must be less than ${max + 1} characters [json-pointer:/blocks/0${pointer}]`,
      ],
    });
  });

  test('characters are counted, not UTF-16 units or bytes', () => {
    const header = (text: string) => ({ blocks: [{ type: 'header', text: plain(text) }] });
    expect(checkMessage(header('🚀'.repeat(150)), 'chat.postMessage')).toBeNull();
    expect(checkMessage(header('🚀'.repeat(151)), 'chat.postMessage')?.error).toBe(
      'invalid_blocks',
    );
  });
});

describe('counts in blocks', () => {
  test.each(counts)('%s: %i items', (_, max, make, pointer) => {
    expect(checkMessage({ blocks: [make(max)] }, 'chat.postMessage')).toBeNull();
    expect(checkMessage({ blocks: [make(max + 1)] }, 'chat.postMessage')).toEqual({
      error: 'invalid_blocks',
      messages: [`[ERROR] no more than ${max} items allowed [json-pointer:/blocks/0${pointer}]`],
    });
  });

  test.each([
    ['actions', actions(), '/elements'],
    ['context', context(), '/elements'],
    ['fields', section({ fields: [] }), '/fields'],
    ['select', accessory(select({ options: [] })), '/accessory/options'],
    ['overflow', accessory({ type: 'overflow', options: [] }), '/accessory/options'],
    ['table', { type: 'table', rows: [] }, '/rows'],
  ])('%s: at least one item', (_, block, pointer) => {
    expect(checkMessage({ blocks: [block] }, 'chat.postMessage')).toEqual({
      error: 'invalid_blocks',
      messages: [`[ERROR] must provide at least 1 items [json-pointer:/blocks/0${pointer}]`],
    });
  });
});

describe('numbers', () => {
  const dataTable = (more: object) => ({
    type: 'data_table',
    caption: 'jobs',
    rows: rows(2, 2),
    ...more,
  });
  const inMessage = (block: object) => checkMessage({ blocks: [block] }, 'chat.postMessage');

  test('page_size 1 to 100', () => {
    expect(inMessage(dataTable({ page_size: 1 }))).toBeNull();
    expect(inMessage(dataTable({ page_size: 100 }))).toBeNull();
    expect(inMessage(dataTable({ page_size: 101 }))?.messages).toEqual([
      '[ERROR] must be less than 100 [json-pointer:/blocks/0/page_size]',
    ]);
    expect(inMessage(dataTable({ page_size: 0 }))?.messages).toEqual([
      '[ERROR] must be greater than 1 [json-pointer:/blocks/0/page_size]',
    ]);
  });

  test('a row header is one of the columns', () => {
    expect(inMessage(dataTable({ row_header_column_index: 1 }))).toBeNull();
    expect(inMessage(dataTable({ row_header_column_index: 2 }))?.error).toBe('invalid_blocks');
  });

  test('one table holds 10,000 characters', () => {
    const table = (n: number) => ({ type: 'table', rows: [times(4, () => cell(chars(n)))] });
    expect(inMessage(table(2500))).toBeNull();
    expect(inMessage(table(2501))?.messages).toEqual([
      '[ERROR] must be less than 10001 characters [json-pointer:/blocks/0/rows]',
    ]);
  });

  test('file_input takes 1 to 10 files', () => {
    const files = (n: number) => modal([input({ type: 'file_input', max_files: n })]);
    expect(checkView(files(1), 'views.open')).toBeNull();
    expect(checkView(files(10), 'views.open')).toBeNull();
    expect(checkView(files(11), 'views.open')?.messages).toEqual([
      '[ERROR] must be less than 10 [json-pointer:/view/blocks/0/element/max_files]',
    ]);
    expect(checkView(files(0), 'views.open')?.messages).toEqual([
      '[ERROR] must be greater than 1 [json-pointer:/view/blocks/0/element/max_files]',
    ]);
  });

  test('rich text lists are indented up to 8', () => {
    const list = (indent: number) =>
      richText({
        type: 'rich_text_list',
        style: 'bullet',
        indent,
        elements: [{ type: 'rich_text_section', elements: [] }],
      });
    expect(inMessage(list(8))).toBeNull();
    expect(inMessage(list(9))?.messages).toEqual([
      '[ERROR] must be less than 8 [json-pointer:/blocks/0/elements/0/indent]',
    ]);
  });
});
