import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { plainText, type Reader, wrapped } from '../../sandbox/demo/plain-text.ts';

const now = new Date(2026, 10, 24, 15, 0);
const reader: Reader = { names: { U1: 'Ana', C1: '#jobs' }, now: () => now };
const dated = (date: Date, format: string) =>
  `<!date^${Math.floor(date.getTime() / 1000)}^${format}|fallback>`;

describe('mrkdwn becomes the words that Slack shows', () => {
  test.each([
    ['*train* — Running', 'train — Running'],
    ['a*b*c and `*x*`', 'a*b*c and `*x*`'],
    ['<@U1> did it in <#C1>, <@U2> too', '@Ana did it in #jobs, @U2 too'],
    ['<!channel> <https://example.org|the page>', '@channel the page'],
    ['a &lt;b&gt; &amp;amp;', 'a <b> &amp;'],
    ['said\n```\none\ntwo\n```', 'said\n  | one\n  | two'],
  ])('%s', (given, shown) => {
    expect(plainText(given, reader)).toBe(shown);
  });

  test('escaped text is no mention', () => {
    expect(plainText('&lt;@U1&gt;', reader)).toBe('<@U1>');
  });

  test.each([
    [new Date(2026, 10, 24, 9, 5), 'today at 09:05'],
    [new Date(2026, 10, 23, 23, 59), 'yesterday at 23:59'],
    [new Date(2026, 0, 2, 0, 0), 'Jan 2, 2026 at 00:00'],
  ])('a date is %s', (date, shown) => {
    expect(plainText(dated(date, '{date_short_pretty} at {time}'), reader)).toBe(shown);
  });

  test('a date in a form that the demo does not know shows its fallback', () => {
    expect(plainText(dated(now, '{date_long_full}'), reader)).toBe('fallback');
  });
});

describe('long lines', () => {
  test('break between words and keep their indent', () => {
    expect(wrapped('  one two three', 9)).toEqual(['  one two', '  three']);
    expect(wrapped('  | one two', 9)).toEqual(['  | one', '  | two']);
    expect(wrapped('▸ Ana types', 7)).toEqual(['▸ Ana', '  types']);
  });

  test('are never longer than wanted and lose no word', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, (list) => {
        const lines = wrapped(list.join(' '), 20);
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(20);
        expect(lines.join(' ')).toBe(list.join(' '));
      }),
    );
  });
});
