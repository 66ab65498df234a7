import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkMessage, checkOptions } from '../../sandbox/slack/blocks/index.ts';
import {
  accessory,
  actions,
  button,
  cell,
  chars,
  confirm,
  context,
  divider,
  image,
  input,
  mrkdwn,
  option,
  options,
  plain,
  richSection,
  richText,
  rows,
  section,
  select,
} from './slack-blocks-samples.ts';

const post = (...blocks: unknown[]) => checkMessage({ blocks }, 'chat.postMessage');
const messages = (...blocks: unknown[]) => post(...blocks)?.messages ?? [];

describe('keys and types', () => {
  test.each([
    ['unknown block', { type: 'sectoin' }, 'unsupported type: sectoin', '/type'],
    ['no type', { text: plain('x') }, 'missing required field: type', ''],
    ['not an object', 'divider', 'must provide an object', ''],
    ['null', null, 'must provide an object', ''],
    ['extra key', divider({ text: 'x' }), 'invalid additional property: text', ''],
    ['missing key', { type: 'header' }, 'missing required field: text', ''],
    ['text as a string', section({ text: 'x' }), 'must provide an object', '/text'],
    [
      'number as text',
      section({ text: mrkdwn('x'), block_id: 3 }),
      'must provide a string',
      '/block_id',
    ],
    ['string as flag', section({ expand: 'yes' }), 'must be a boolean', '/expand'],
    ['object as list', section({ fields: {} }), 'must provide an array', '/fields'],
    ['empty text', section({ text: plain('') }), 'must be more than 0 characters', '/text/text'],
    [
      'emoji in mrkdwn',
      section({ text: { ...mrkdwn('x'), emoji: true } }),
      'invalid additional property: emoji',
      '/text',
    ],
    [
      'verbatim in plain_text',
      section({ text: { ...plain('x'), verbatim: true } }),
      'invalid additional property: verbatim',
      '/text',
    ],
    [
      'mrkdwn in a header',
      { type: 'header', text: mrkdwn('x') },
      'unsupported type: mrkdwn',
      '/text/type',
    ],
    ['section without text', { type: 'section' }, 'missing required field: text', ''],
    ['style null', actions(button({ style: null })), 'must provide a string', '/elements/0/style'],
    [
      'style unknown',
      actions(button({ style: 'warning' })),
      'must be a valid enum value',
      '/elements/0/style',
    ],
    ['url', actions(button({ url: 'example' })), 'must be a valid URL', '/elements/0/url'],
    [
      'disabled button',
      actions(button({ disabled: true })),
      'invalid additional property: disabled',
      '/elements/0',
    ],
    [
      'confirm without deny',
      actions(button({ confirm: confirm({ deny: undefined }) })),
      'missing required field: deny',
      '/elements/0/confirm',
    ],
    [
      'image without alt_text',
      image({ alt_text: undefined }),
      'missing required field: alt_text',
      '',
    ],
    [
      'image from two places',
      image({ slack_file: { id: 'F1' } }),
      'only one of `image_url` and `slack_file` is allowed',
      '',
    ],
    [
      'image from nowhere',
      { type: 'image', alt_text: 'x' },
      'missing required field: image_url',
      '',
    ],
  ])('%s', (_, block, message, pointer) => {
    const wire: unknown = JSON.parse(JSON.stringify(block));
    expect(post(wire)).toEqual({
      error: 'invalid_blocks',
      messages: [`[ERROR] ${message} [json-pointer:/blocks/0${pointer}]`],
    });
  });

  test('all problems are told', () => {
    expect(messages(divider({ a: 1, b: 2 }), { type: 'x' })).toEqual([
      '[ERROR] invalid additional property: a [json-pointer:/blocks/0]',
      '[ERROR] invalid additional property: b [json-pointer:/blocks/0]',
      '[ERROR] unsupported type: x [json-pointer:/blocks/1/type]',
    ]);
  });

  test('any unknown key is refused at any depth', () => {
    const known = [
      'type',
      'text',
      'value',
      'url',
      'style',
      'confirm',
      'action_id',
      'accessibility_label',
    ];
    const key = fc.string({ minLength: 1 }).filter((k) => !known.includes(k) && k !== '__proto__');
    fc.assert(
      fc.property(key, (unknown) => {
        expect(messages(actions(button({ [unknown]: 1 })))).toEqual([
          `[ERROR] invalid additional property: ${unknown} [json-pointer:/blocks/0/elements/0]`,
        ]);
      }),
    );
  });

  test('any JSON gets an answer, and only an empty list of blocks is fine by itself', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (blocks) => {
        const refusal = checkMessage({ text: 'x', blocks }, 'chat.postMessage');
        const expected = Array.isArray(blocks) ? 'invalid_blocks' : 'invalid_blocks_format';
        const empty = Array.isArray(blocks) && blocks.length === 0;
        expect(refusal?.error).toBe(empty ? undefined : expected);
      }),
    );
  });
});

describe('elements in places where Slack allows them', () => {
  const multi = { type: 'multi_static_select', options: options(1) };
  const typed = { type: 'plain_text_input' };
  const date = { type: 'datetimepicker' };

  test.each([
    ['actions', 'plain_text_input', actions(typed), '/elements/0'],
    ['actions', 'multi_static_select', actions(multi), '/elements/0'],
    ['actions', 'image', actions(image()), '/elements/0'],
    ['section', 'plain_text_input', accessory(typed), '/accessory'],
    ['section', 'datetimepicker', accessory(date), '/accessory'],
    ['context', 'button', context(button()), '/elements/0'],
    ['input', 'button', input(button()), '/element'],
    ['input', 'overflow', input({ type: 'overflow', options: options(2) }), '/element'],
    ['message input', 'file_input', input({ type: 'file_input' }), '/element'],
    ['context_actions', 'button', { type: 'context_actions', elements: [button()] }, '/elements/0'],
  ])('%s refuses %s', (_, type, block, pointer) => {
    expect(messages(block)).toEqual([
      `[ERROR] unsupported type: ${type} [json-pointer:/blocks/0${pointer}/type]`,
    ]);
  });

  test('and takes them elsewhere', () => {
    expect(
      post(accessory(multi), input(multi), input(typed), input(date), actions(date)),
    ).toBeNull();
    expect(post(accessory(image()), context(image(), plain('x'), mrkdwn('y')))).toBeNull();
  });
});

describe('ids', () => {
  test('a block_id is unique in a message, also inside a container', () => {
    const id = { block_id: 'job' };
    const box = { type: 'container', title: plain('x'), child_blocks: [divider(id)] };
    expect(messages(divider(id), divider(id))).toEqual([
      '[ERROR] `block_id` "job" already exists [json-pointer:/blocks/1/block_id]',
    ]);
    expect(messages(divider(id), box)).toEqual([
      '[ERROR] `block_id` "job" already exists [json-pointer:/blocks/1/child_blocks/0/block_id]',
    ]);
  });

  test('an action_id is unique in its block only', () => {
    const show = button({ action_id: 'do:show' });
    expect(messages(actions(show, show))).toEqual([
      '[ERROR] `action_id` "do:show" already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ]);
    expect(post(actions(show), actions(show))).toBeNull();
    expect(post(actions(button(), button()))).toBeNull();
  });
});

describe('options', () => {
  const offered = [option(1), option(2)];

  test('text is plain in menus, either in checkboxes and radio buttons', () => {
    const marked = [option(1, { text: mrkdwn('*x*') })];
    expect(messages(accessory(select({ options: marked })))).toEqual([
      '[ERROR] unsupported type: mrkdwn [json-pointer:/blocks/0/accessory/options/0/text/type]',
    ]);
    expect(post(accessory({ type: 'radio_buttons', options: marked }))).toBeNull();
    expect(post(accessory({ type: 'checkboxes', options: marked }))).toBeNull();
  });

  test('a url is for overflow menus', () => {
    const linked = [option(1, { url: 'https://example.com' })];
    expect(post(accessory({ type: 'overflow', options: linked }))).toBeNull();
    expect(messages(accessory(select({ options: linked })))).toEqual([
      '[ERROR] invalid additional property: url [json-pointer:/blocks/0/accessory/options/0]',
    ]);
  });

  test('exactly one of options and option_groups', () => {
    const groups = [{ label: plain('a'), options: offered }];
    expect(post(accessory(select({ option_groups: groups })))).toBeNull();
    expect(messages(accessory(select()))).toEqual([
      '[ERROR] missing required field: options [json-pointer:/blocks/0/accessory]',
    ]);
    expect(post(accessory(select({ options: offered, option_groups: groups })))?.error).toBe(
      'invalid_blocks',
    );
  });

  test('the initial choice is one of them', () => {
    const from = (initial: object) =>
      accessory(select({ options: offered, initial_option: initial }));
    expect(post(from(option(2)))).toBeNull();
    for (const other of [option(3), option(2, { description: plain('more') })]) {
      expect(messages(from(other))).toEqual([
        '[ERROR] must exactly match one of the options [json-pointer:/blocks/0/accessory/initial_option]',
      ]);
    }
    const checked = {
      type: 'checkboxes',
      options: offered,
      initial_options: [option(1), option(9)],
    };
    expect(messages(accessory(checked))).toEqual([
      '[ERROR] must exactly match one of the options [json-pointer:/blocks/0/accessory/initial_options/1]',
    ]);
    const groups = [{ label: plain('a'), options: offered }];
    const inGroup = select({ option_groups: groups, initial_option: option(2) });
    expect(post(accessory(inGroup))).toBeNull();
  });

  test('an answer to a block_suggestion', () => {
    expect(checkOptions({ options: [] })).toBeNull();
    expect(checkOptions({ options: options(100) })).toBeNull();
    expect(checkOptions({ option_groups: [{ label: plain('a'), options: offered }] })).toBeNull();
    expect(checkOptions({ options: options(101) })).toEqual({
      error: 'invalid_arguments',
      messages: ['[ERROR] no more than 100 items allowed [json-pointer:/options]'],
    });
    expect(checkOptions({ options: [option(1, { text: plain(chars(76)) })] })?.messages).toEqual([
      '[ERROR] must be less than 76 characters [json-pointer:/options/0/text/text]',
    ]);
    expect(checkOptions({})?.messages).toEqual(['[ERROR] missing required field: options']);
    expect(checkOptions(null)?.messages).toEqual(['[ERROR] must provide an object']);
  });
});

describe('rich text and tables', () => {
  const text = (value: string) => ({ type: 'text', text: value });

  test.each([
    [
      'an empty run of text',
      richText(richSection(text(''))),
      'must be more than 0 characters',
      '/elements/0/elements/0/text',
    ],
    ['text outside a section', richText(text('x')), 'unsupported type: text', '/elements/0/type'],
    [
      'an unknown element',
      richText(richSection({ type: 'mention' })),
      'unsupported type: mention',
      '/elements/0/elements/0/type',
    ],
    [
      'an unknown style',
      richText(richSection({ ...text('x'), style: { big: true } })),
      'invalid additional property: big',
      '/elements/0/elements/0/style',
    ],
    [
      'a user in preformatted text',
      richText({ type: 'rich_text_preformatted', elements: [{ type: 'user', user_id: 'U1' }] }),
      'unsupported type: user',
      '/elements/0/elements/0/type',
    ],
    [
      'an empty cell',
      { type: 'table', rows: [[cell('')]] },
      'must be more than 0 characters',
      '/rows/0/0/text',
    ],
    [
      'an empty rich cell',
      { type: 'table', rows: [[richText(richSection())]] },
      'must be more than 0 characters',
      '/rows/0/0',
    ],
    ['no caption', { type: 'data_table', rows: rows(2, 1) }, 'missing required field: caption', ''],
    [
      'a header alone',
      { type: 'data_table', caption: 'x', rows: rows(1, 1) },
      'must provide at least 2 items',
      '/rows',
    ],
    [
      'a ragged row',
      { type: 'data_table', caption: 'x', rows: [...rows(1, 2), ...rows(1, 1)] },
      'must have as many cells as the header',
      '/rows/1',
    ],
    [
      'a rich header',
      {
        type: 'data_table',
        caption: 'x',
        rows: [[richText(richSection(text('x')))], ...rows(1, 1)],
      },
      'unsupported type: rich_text',
      '/rows/0/0/type',
    ],
  ])('%s', (_, block, message, pointer) => {
    expect(messages(block)).toEqual([`[ERROR] ${message} [json-pointer:/blocks/0${pointer}]`]);
  });

  test('a cell may hold a mention alone', () => {
    const mention = richText(richSection({ type: 'user', user_id: 'U1' }));
    expect(post({ type: 'table', rows: [[mention]] })).toBeNull();
  });

  test('empty lists of elements are fine', () => {
    expect(post(richText())).toBeNull();
    expect(post(richText(richSection()))).toBeNull();
  });
});
