import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkMessage, checkView } from '../../sandbox/slack/blocks/index.ts';
import { type Foreign, messages, modals, plainForeign } from './samples.ts';

describe('what people see', () => {
  test.each(Object.entries(messages(plainForeign)))('%s', (_, message) => {
    expect(message).toMatchSnapshot();
  });
  test.each(Object.entries(modals(plainForeign)))('the modal: %s', (_, modal) => {
    expect(modal).toMatchSnapshot();
  });
});

const hostile = fc.oneof(
  fc.string({ maxLength: 200, unit: 'grapheme' }),
  fc.constantFrom(
    '<!channel>',
    '<@U0ANA00001>',
    '<https://evil.example|click>',
    '@here',
    '```',
    '`x` *b*',
  ),
  fc.constantFrom(
    '\u202Ekcart',
    'a\nb\r\nc',
    'x'.repeat(10_000),
    '<&>'.repeat(3000),
    '😀'.repeat(3000),
    '',
    ' ',
    '&lt;',
  ),
);
const foreign: fc.Arbitrary<Foreign> = fc.record({
  name: hostile,
  error: hostile,
  file: hostile,
  text: hostile,
});

test('Slack takes every message and modal, whatever is in a name, a file or an error', () => {
  fc.assert(
    fc.property(foreign, (texts) => {
      for (const [name, message] of Object.entries(messages(texts))) {
        const refusal = checkMessage({ ...message }, 'chat.postMessage');
        expect({ name, refusal }).toEqual({ name, refusal: null });
        const edited = checkMessage({ ...message }, 'chat.update');
        expect({ name, edited }).toEqual({ name, edited: null });
      }
      for (const [name, modal] of Object.entries(modals(texts))) {
        const refusal = checkView(modal, 'views.open');
        expect({ name, refusal }).toEqual({ name, refusal: null });
      }
    }),
    { numRuns: 60 },
  );
});

/** Everything in a message that Slack reads as mrkdwn. */
function mrkdwnOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnOf);
  if (typeof value !== 'object' || value === null) return [];
  if ('type' in value && value.type === 'mrkdwn' && 'text' in value) return [String(value.text)];
  return Object.values(value).flatMap(mrkdwnOf);
}

test('nothing foreign pings, links or turns the reading direction', () => {
  const evil = '<!channel> <@U0EVIL0001> <#C0JOBS0001> <https://evil.example|click> \u202Ex';
  const texts = { name: evil, error: evil, file: evil, text: evil };
  for (const view of [...Object.values(messages(texts)), ...Object.values(modals(texts))]) {
    const all = [...mrkdwnOf(view.blocks), 'text' in view ? view.text : ''].join('\n');
    const allowed = /<(@U0ANA00001|@U0BEN00001|!date\^\d+\^[^|>]*\|[^>]*)>/g;
    expect(all.replaceAll(allowed, '')).not.toMatch(/<|\u202E/);
  }
});
