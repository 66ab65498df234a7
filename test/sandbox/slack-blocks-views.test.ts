import { describe, expect, test } from '@jest/globals';
import { checkView } from '../../sandbox/slack/blocks/index.ts';
import {
  accessory,
  actions,
  chars,
  divider,
  input,
  modal,
  plain,
  rows,
  section,
  times,
} from './slack-blocks-samples.ts';

const home = (blocks: object[], more: object = {}) => ({ type: 'home', blocks, ...more });
const opened = (view: unknown) => checkView(view, 'views.open');
const invalid = (...messages: string[]) => ({ error: 'invalid_arguments', messages });
const name = { type: 'plain_text_input', action_id: 'name' };

describe('limits of a view', () => {
  test.each([
    ['title', 24, (n: number) => ({ title: plain(chars(n)) }), '/title/text'],
    ['submit', 24, (n: number) => ({ submit: plain(chars(n)) }), '/submit/text'],
    ['close', 24, (n: number) => ({ close: plain(chars(n)) }), '/close/text'],
    [
      'private_metadata',
      3000,
      (n: number) => ({ private_metadata: chars(n) }),
      '/private_metadata',
    ],
    ['callback_id', 255, (n: number) => ({ callback_id: chars(n) }), '/callback_id'],
    ['external_id', 255, (n: number) => ({ external_id: chars(n) }), '/external_id'],
  ])('%s: %i characters', (_, max, more, pointer) => {
    expect(opened(modal([section()], more(max)))).toBeNull();
    expect(opened(modal([section()], more(max + 1)))).toEqual(
      invalid(`[ERROR] must be less than ${max + 1} characters [json-pointer:/view${pointer}]`),
    );
  });

  test('100 blocks in a modal and on the Home tab', () => {
    const refused = invalid('[ERROR] no more than 100 items allowed [json-pointer:/view/blocks]');
    const blocks = (n: number) => times(n, () => divider());
    expect(opened(modal(blocks(100)))).toBeNull();
    expect(opened(modal(blocks(101)))).toEqual(refused);
    expect(checkView(home(blocks(100)), 'views.publish')).toBeNull();
    expect(checkView(home(blocks(101)), 'views.publish')).toEqual(refused);
  });

  test('250 kB', () => {
    const texts = (n: number) => modal(times(n, () => section({ text: plain(chars(2900)) })));
    expect(opened(texts(80))).toBeNull();
    expect(opened(texts(90))).toEqual({ error: 'view_too_large', messages: [] });
  });
});

describe('shape of a view', () => {
  test.each([
    ['no view', undefined, '[ERROR] missing required field: view'],
    ['null', null, '[ERROR] must provide an object [json-pointer:/view]'],
    [
      'no title',
      { type: 'modal', blocks: [] },
      '[ERROR] missing required field: title [json-pointer:/view]',
    ],
    [
      'no blocks',
      { type: 'modal', title: plain('x') },
      '[ERROR] missing required field: blocks [json-pointer:/view]',
    ],
    [
      'no type',
      { title: plain('x'), blocks: [] },
      '[ERROR] missing required field: type [json-pointer:/view]',
    ],
    [
      'submit null',
      modal([], { submit: null }),
      '[ERROR] must provide an object [json-pointer:/view/submit]',
    ],
    [
      'mrkdwn title',
      modal([], { title: { type: 'mrkdwn', text: 'x' } }),
      '[ERROR] unsupported type: mrkdwn [json-pointer:/view/title/type]',
    ],
    [
      'unknown key',
      modal([], { submit_disabled: true }),
      '[ERROR] invalid additional property: submit_disabled [json-pointer:/view]',
    ],
  ])('%s', (_, view, message) => {
    expect(opened(view)).toEqual(invalid(message));
  });

  test('an input needs submit', () => {
    const view = { type: 'modal', title: plain('x'), blocks: [divider(), input(name)] };
    expect(opened(view)).toEqual(
      invalid(
        '[ERROR] must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/1/input]',
      ),
    );
    expect(opened({ ...view, submit: plain('Go') })).toBeNull();
  });

  test.each([
    ['views.open', true, false],
    ['views.push', true, false],
    ['ack', true, false],
    ['views.update', true, true],
    ['views.publish', false, true],
  ] as const)('%s: modal %s, home %s', (method, takesModal, takesHome) => {
    const wrong = (type: string) =>
      invalid(`[ERROR] unsupported type: ${type} [json-pointer:/view/type]`);
    expect(checkView(modal([section()]), method)).toEqual(takesModal ? null : wrong('modal'));
    expect(checkView(home([section()]), method)).toEqual(takesHome ? null : wrong('home'));
  });
});

describe('surfaces', () => {
  const card = { type: 'card', body: plain('x') };
  const blocks: Record<string, object> = {
    card,
    carousel: { type: 'carousel', elements: [card] },
    container: { type: 'container', title: plain('x'), child_blocks: [divider()] },
    data_table: { type: 'data_table', caption: 'x', rows: rows(2, 1) },
    markdown: { type: 'markdown', text: 'x' },
    plan: { type: 'plan', title: 'x' },
    table: { type: 'table', rows: rows(1, 1) },
    task_card: { type: 'task_card', task_id: '1', title: 'x', status: 'pending' },
    alert: { type: 'alert', text: plain('x') },
    context_actions: {
      type: 'context_actions',
      elements: [{ type: 'icon_button', icon: 'trash', text: plain('x') }],
    },
  };
  const onlyHome = ['card', 'carousel', 'container'];

  test.each(Object.entries(blocks))('%s', (type, block) => {
    const refused = invalid(`[ERROR] unsupported type: ${type} [json-pointer:/view/blocks/0/type]`);
    expect(opened(modal([block]))).toEqual(type === 'alert' ? null : refused);
    const onHome = checkView(home([block]), 'views.publish');
    expect(onHome).toEqual(onlyHome.includes(type) ? null : refused);
  });

  test('file_input is for modals, and cannot dispatch', () => {
    const file = { type: 'file_input', filetypes: ['sh'] };
    expect(opened(modal([input(file)]))).toBeNull();
    expect(opened(modal([input(file, { dispatch_action: true })]))?.messages).toEqual([
      '[ERROR] must be false for a `file_input` [json-pointer:/view/blocks/0/dispatch_action]',
    ]);
    expect(checkView(home([input(file)]), 'views.publish')?.messages).toEqual([
      '[ERROR] unsupported type: file_input [json-pointer:/view/blocks/0/element/type]',
    ]);
  });

  test('response_url_enabled is for input blocks of modals', () => {
    const follow = { type: 'conversations_select', response_url_enabled: true };
    const message = 'invalid additional property: response_url_enabled';
    expect(opened(modal([input(follow)]))).toBeNull();
    expect(opened(modal([accessory(follow)]))?.messages).toEqual([
      `[ERROR] ${message} [json-pointer:/view/blocks/0/accessory]`,
    ]);
    expect(checkView(home([input(follow)]), 'views.publish')?.messages).toEqual([
      `[ERROR] ${message} [json-pointer:/view/blocks/0/element]`,
    ]);
  });
});

describe('across the blocks of a view', () => {
  test('ids are unique', () => {
    const same = [divider({ block_id: 'a' }), divider({ block_id: 'a' })];
    expect(opened(modal(same))).toEqual(
      invalid('[ERROR] `block_id` "a" already exists [json-pointer:/view/blocks/1/block_id]'),
    );
    const pickers = actions(
      { type: 'datepicker', action_id: 'when' },
      { type: 'timepicker', action_id: 'when' },
    );
    expect(opened(modal([pickers]))).toEqual(
      invalid(
        '[ERROR] `action_id` "when" already exists [json-pointer:/view/blocks/0/elements/1/action_id]',
      ),
    );
    expect(opened(modal([input(name), input(name)]))).toBeNull();
  });

  test('one element has the focus', () => {
    const focused = input({ type: 'plain_text_input', focus_on_load: true });
    expect(opened(modal([focused]))).toBeNull();
    expect(opened(modal([focused, input(name), focused]))).toEqual(
      invalid(
        '[ERROR] only one element can have `focus_on_load` set to true [json-pointer:/view/blocks/2/element/focus_on_load]',
      ),
    );
  });
});

describe('elements of forms', () => {
  test.each([
    [
      'number without is_decimal_allowed',
      { type: 'number_input' },
      'missing required field: is_decimal_allowed',
      '',
    ],
    [
      'a number as a number',
      { type: 'number_input', is_decimal_allowed: false, min_value: 1 },
      'must provide a string',
      '/min_value',
    ],
    [
      'min over max',
      { type: 'number_input', is_decimal_allowed: false, min_value: '2', max_value: '1' },
      'must not be greater than `max_value`',
      '/min_value',
    ],
    [
      'initial value over max_length',
      { ...name, max_length: 3, initial_value: 'abcd' },
      'must be less than 4 characters',
      '/initial_value',
    ],
    [
      'max_length over 3000',
      { ...name, max_length: 3001 },
      'must be less than 3000',
      '/max_length',
    ],
    [
      'a date',
      { type: 'datepicker', initial_date: '1/2/2026' },
      'must be a date in the format YYYY-MM-DD',
      '/initial_date',
    ],
    [
      'a time',
      { type: 'timepicker', initial_time: '24:00' },
      'must be a time in the format HH:mm',
      '/initial_time',
    ],
    [
      'milliseconds',
      { type: 'datetimepicker', initial_date_time: 1_628_633_820_000 },
      'must be a Unix timestamp of 10 digits',
      '/initial_date_time',
    ],
    [
      'an empty filter',
      { type: 'conversations_select', filter: {} },
      'must provide at least one filter',
      '/filter',
    ],
    [
      'an unknown filter',
      { type: 'conversations_select', filter: { include: ['dm'] } },
      'must be a valid enum value',
      '/filter/include/0',
    ],
    [
      'options of an external_select',
      { type: 'external_select', options: [] },
      'invalid additional property: options',
      '',
    ],
    [
      'min_query_length',
      { type: 'external_select', min_query_length: 1.5 },
      'must provide an integer',
      '/min_query_length',
    ],
    [
      'rich text without action_id',
      { type: 'rich_text_input' },
      'missing required field: action_id',
      '',
    ],
    [
      'dispatch',
      { ...name, dispatch_action_config: { trigger_actions_on: ['on_blur'] } },
      'must be a valid enum value',
      '/dispatch_action_config/trigger_actions_on/0',
    ],
  ])('%s', (_, element, message, pointer) => {
    expect(opened(modal([input(element)]))).toEqual(
      invalid(`[ERROR] ${message} [json-pointer:/view/blocks/0/element${pointer}]`),
    );
  });
});
