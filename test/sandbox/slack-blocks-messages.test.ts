import { describe, expect, test } from '@jest/globals';
import { checkMessage } from '../../sandbox/slack/blocks/index.ts';
import { chars, divider, plain, rows, section, times } from './slack-blocks-samples.ts';

const table = { type: 'table', rows: rows(1, 1) };
const tooLong = { error: 'msg_blocks_too_long', messages: [] };

describe('content', () => {
  test.each([
    [{}],
    [{ text: '' }],
    [{ text: ' \n' }],
    [{ text: '', blocks: [], attachments: [] }],
    [{ attachments: [{}] }],
    [{ attachments: [{ color: '#36a64f' }] }],
  ])('no_text: %j', (args) => {
    expect(checkMessage(args, 'chat.postMessage')).toEqual({ error: 'no_text', messages: [] });
  });

  test.each([
    [{ text: 'x' }],
    [{ blocks: [section()] }],
    [{ attachments: [{ fallback: 'x' }] }],
    [{ attachments: [{ color: 'good', blocks: [section()], some_old_key: 1 }] }],
    [{ text: 'x', blocks: [] }],
  ])('taken: %j', (args) => {
    expect(checkMessage(args, 'chat.postMessage')).toBeNull();
  });

  test('blocks that are no list', () => {
    const args = { text: 'x', blocks: '[{"type":' };
    expect(checkMessage(args, 'chat.postMessage')).toEqual({
      error: 'invalid_blocks_format',
      messages: ['[ERROR] must provide an array [json-pointer:/blocks]'],
    });
  });
});

describe('sizes', () => {
  test('50 blocks', () => {
    const args = (n: number) => ({ blocks: times(n, () => section()) });
    expect(checkMessage(args(50), 'chat.postMessage')).toBeNull();
    expect(checkMessage(args(51), 'chat.postMessage')).toEqual({
      error: 'invalid_blocks',
      messages: ['[ERROR] no more than 50 items allowed [json-pointer:/blocks]'],
    });
  });

  test('13,200 characters in all blocks together, but not through a response_url', () => {
    const args = (last: number) => ({
      blocks: [
        ...times(4, () => section({ text: plain(chars(3000)) })),
        section({ text: plain(chars(last)) }),
      ],
    });
    expect(checkMessage(args(1200), 'chat.postMessage')).toBeNull();
    expect(checkMessage(args(1201), 'chat.postMessage')).toEqual(tooLong);
    expect(checkMessage(args(1201), 'chat.update')).toEqual(tooLong);
    expect(checkMessage(args(1201), 'chat.postEphemeral')).toEqual(tooLong);
    expect(checkMessage(args(1201), 'response_url')).toBeNull();
  });

  test('headers and dividers cost more than their text', () => {
    const long = times(4, () => section({ text: plain(chars(3000)) }));
    const lines = (n: number) => ({ blocks: [...long, ...times(n, () => divider())] });
    expect(checkMessage(lines(12), 'chat.postMessage')).toBeNull();
    expect(checkMessage(lines(13), 'chat.postMessage')).toEqual(tooLong);
  });

  test('text over 4,000 bytes only stops chat.update', () => {
    expect(checkMessage({ text: chars(4000) }, 'chat.update')).toBeNull();
    const refused = { error: 'msg_too_long', messages: [] };
    expect(checkMessage({ text: chars(4001) }, 'chat.update')).toEqual(refused);
    expect(checkMessage({ text: '字'.repeat(1334) }, 'chat.update')).toEqual(refused);
    expect(checkMessage({ text: chars(50_000) }, 'chat.postMessage')).toBeNull();
    expect(checkMessage({ text: chars(50_000) }, 'response_url')).toBeNull();
  });

  test('100 attachments', () => {
    const args = (n: number) => ({ attachments: times(n, () => ({ text: 'x' })) });
    expect(checkMessage(args(100), 'chat.postMessage')).toBeNull();
    expect(checkMessage(args(101), 'chat.postMessage')?.error).toBe('too_many_attachments');
  });
});

describe('across blocks and attachments', () => {
  test('blocks in attachments are checked', () => {
    const args = { attachments: [{ text: 'a' }, { blocks: [divider(), { type: 'header' }] }] };
    expect(checkMessage(args, 'chat.postMessage')).toEqual({
      error: 'invalid_attachments',
      messages: ['[ERROR] missing required field: text [json-pointer:/attachments/1/blocks/1]'],
    });
  });

  test('one table a message', () => {
    expect(checkMessage({ blocks: [table] }, 'chat.postMessage')).toBeNull();
    expect(checkMessage({ blocks: [table, table] }, 'chat.postMessage')).toEqual({
      error: 'invalid_attachments',
      messages: ['[ERROR] only_one_table_allowed [json-pointer:/blocks/1]'],
    });
    const spread = { blocks: [table], attachments: [{ blocks: [table] }] };
    expect(checkMessage(spread, 'chat.postMessage')?.messages).toEqual([
      '[ERROR] only_one_table_allowed [json-pointer:/attachments/0/blocks/0]',
    ]);
  });

  test('one plan a message', () => {
    const plan = { type: 'plan', title: 'Submit' };
    expect(checkMessage({ blocks: [plan] }, 'chat.postMessage')).toBeNull();
    expect(checkMessage({ blocks: [plan, plan] }, 'chat.postMessage')?.messages).toEqual([
      '[ERROR] Cannot have more than 1 plan block [json-pointer:/blocks/1]',
    ]);
  });

  test('alerts are for modals', () => {
    const alert = { type: 'alert', text: plain('x') };
    expect(checkMessage({ blocks: [alert] }, 'chat.postMessage')?.messages).toEqual([
      '[ERROR] unsupported type: alert [json-pointer:/blocks/0/type]',
    ]);
  });
});
