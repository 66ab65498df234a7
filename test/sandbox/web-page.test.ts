import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { asLibrary } from '../../sandbox/web/page/as-library.ts';
import { unknownIn } from '../../sandbox/web/page/known.ts';
import { missing, textsIn } from '../../sandbox/web/page/said.ts';

const section = (text: string) => ({
  type: 'section',
  text: { type: 'mrkdwn', text, verbatim: true },
});

test.each([
  ['a block', { type: 'hologram' }, ['hologram']],
  ['a part', { type: 'rich_text', elements: [{ type: 'blink' }, { type: 'blink' }] }, ['blink']],
  ['an element beside a text', { ...section('x'), accessory: { type: 'dial' } }, ['dial']],
  ['nothing', section('x'), []],
])('the library would leave out: %s', (_, block, types) => {
  expect(unknownIn(block)).toEqual(types);
});

test.each([
  ['*x* is still bold', '*x* is still bold'],
  ['```\na &amp;&amp; b\n```', '```a &\u2060&\u2060 b```'],
  ['`show &lt;job&gt;`', '`show &lt;job>`'],
  [
    'at https://a.example or <https://b.example|b>',
    'at https:\u2060//a.example or <https://b.example|b>',
  ],
])('%j is worded for the library', (slack, library) => {
  expect(asLibrary(section(slack))).toEqual({
    type: 'section',
    text: { type: 'mrkdwn', text: library },
  });
});

describe('a text that was lost', () => {
  const reader = { names: { U0ANA00001: 'Ana Tamm' }, now: () => new Date(0) };
  const blocks = [
    section('*train* &amp; <@U0ANA00001>'),
    { type: 'input', element: { type: 'plain_text_input', initial_value: 'First run' } },
  ];

  test('is looked for as a person reads it', () => {
    expect(textsIn(blocks, reader)).toEqual(['train & @Ana Tamm', 'First run']);
  });

  test('is told', () => {
    const texts = textsIn(blocks, reader);
    expect(missing(texts, 'train &\u2060 @Ana Tamm\nFirst run')).toEqual([]);
    expect(missing(texts, 'train & @Ana Tamm')).toEqual(['First run']);
  });
});

test('without Chromium, the command says what to install, and fails', () => {
  const { status, stderr } = spawnSync(process.execPath, ['sandbox/web/pictures.ts'], {
    env: { PATH: '', CHROMIUM: '/nowhere' },
    encoding: 'utf8',
  });
  expect(stderr).toContain('I found no Chromium. Install it (on Debian: apt-get install chromium');
  expect(status).toBe(1);
});
