import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { failure } from '../../src/interaction/failure.ts';
import { Problem } from '../../src/jobs/problem.ts';
import { hidesSomething, rendered } from './mrkdwn.ts';
import { type Foreign, homes, messages, modals, plainForeign } from './samples.ts';

/** The texts that a person sees in any view: mrkdwn and plain texts. */
interface Texts {
  mrkdwn: string[];
  plain: string[];
}

function textsOf(value: unknown, found: Texts = { mrkdwn: [], plain: [] }): Texts {
  if (typeof value !== 'object' || value === null) return found;
  if ('type' in value && 'text' in value && typeof value.text === 'string') {
    if (value.type === 'plain_text') {
      expect(value).toHaveProperty('emoji', false);
      found.plain.push(value.text);
    } else {
      expect(value).toMatchObject({ type: 'mrkdwn', verbatim: true });
      found.mrkdwn.push(value.text);
    }
  }
  if ('initial_value' in value) found.plain.push(String(value.initial_value));
  for (const each of Object.values(value)) textsOf(each, found);
  return found;
}

/** Every view with these foreign texts in it. */
function viewsOf(foreign: Foreign): [name: string, Texts][] {
  const said = Object.entries(messages(foreign)).map(
    ([name, { text, blocks }]): [string, Texts] => {
      const { mrkdwn, plain } = textsOf(blocks);
      return [name, { mrkdwn: [text, ...mrkdwn], plain }];
    },
  );
  const { text: words, blocks } = failure(new Problem(foreign.text), '7f3a9c');
  const failed: Texts = { mrkdwn: [words, ...textsOf(blocks).mrkdwn], plain: [] };
  const shown = Object.entries({ ...modals(foreign), ...homes(foreign) }).map(
    ([name, view]): [string, Texts] => [`modal ${name}`, textsOf(view)],
  );
  return [...said, ['failure', failed], ...shown];
}

const links =
  /^<(@U0ANA00001|@U0BEN00001|#C0JOBS0001|!date\^\d+\^[^|>]*\|[^>]*|https:\/\/[\w.]+\.example\.(?:org|com)\/files\/[^|>]*\|(?:the whole file|card))>$/;
const ours = 'https://waldur.example.org';

/** Some of our marks contain an invisible character, which says that they are shown as emoji. */
const withoutMark = (text: string) => text.replace(/^(▶️|⚠️) /gmu, '');

/** Parts of a view that did not come from us; empty if all is well. */
function foreignMarkup([name, { mrkdwn, plain }]: [string, Texts], innocent: Texts): string[] {
  const bolds = innocent.mrkdwn.flatMap((text) => rendered(text).styles).length;
  const read = mrkdwn.map((text) => rendered(text.replaceAll(ours, '')));
  const styles = read.flatMap((each) => each.styles);
  return [
    ...styles.filter((text) => !/^\*[^*]+\*$/.test(text)),
    ...(styles.length > bolds ? styles : []),
    ...read.flatMap(({ emoji, bare }) => [...emoji, ...bare]),
    ...read.flatMap((each) => each.links).filter((text) => !links.test(text)),
    ...[...mrkdwn, ...plain]
      .map(withoutMark)
      .filter(hidesSomething)
      .map((text) => JSON.stringify(text)),
  ].map((problem) => `${name}: ${problem}`);
}

const innocent = new Map(viewsOf(plainForeign));
const nothing: Texts = { mrkdwn: [], plain: [] };

function problems(text: string): string[] {
  const hostile = { name: text, error: text, file: text, text };
  return viewsOf(hostile).flatMap((view) => foreignMarkup(view, innocent.get(view[0]) ?? nothing));
}

describe('the model of mrkdwn', () => {
  test.each([
    ['a *b* c', { styles: ['*b*'] }],
    ['a _b c_, ~d~', { styles: ['~d~', '_b c_'] }],
    ['snake_case_word 2 < 3', { styles: [] }],
    ['&gt; quoted', { styles: ['&gt; quoted'] }],
    ['`*b*` ```\n_c_ `d`\n```', { styles: [] }],
    ['a `b', { styles: ['`'] }],
    [':wave: 4 : 5', { emoji: [':wave:'] }],
    ['<!channel> <https://x.example|y>', { links: ['<!channel>', '<https://x.example|y>'] }],
    ['see https://x.example or @here', { bare: ['https://x.example', '@here'] }],
  ])('%s', (text, parts) => {
    expect(rendered(text)).toMatchObject(parts);
  });
});

describe('a foreign text is read as it was written, in every view', () => {
  test.each([
    'train',
    '*bold*',
    'a *bold name* b',
    '_it_ ~struck~ `code`',
    '```\nblock\n```',
    '*',
    '`',
    '> quoted',
    ':white_check_mark:',
    ':ñandú:',
    '<!channel>',
    '<@U0EVIL0001>',
    '<#C0EVIL0001>',
    '<https://evil.example|click>',
    '<!date^0^{date}|x>',
    '@here',
    'https://evil.example/x',
    'www.evil.example',
    'mailto:eve@evil.example',
    'x\u202Ekcart\u2066y\u2069\u200F\u061C',
    'a\u200Bb\u200Dc\u2060d\u00ADe\u3164f\u{e0041}',
    ':smi\u200Ble:',
    '*\u200Bx\u200B*',
    'tab\tcr\rnul\u0000esc\u001b[31m',
    `z${'\u0301'.repeat(300)}`,
    'x'.repeat(5000),
    ' '.repeat(5000),
    '*<&>`_'.repeat(1000),
    'sbatch: error: *x* _y_ :tada: <!here>\u202E',
    'one\n> two\n*three*',
  ])('%j', (text) => {
    expect(problems(text)).toEqual([]);
  });

  test('whatever it is', () => {
    const piece = fc.oneof(
      fc.constantFrom('*', '_', '~', '`', '```', ':', '<', '>', '&', '|', '@', '#', '!', ' ', '\n'),
      fc.constantFrom(
        'here',
        'channel',
        'x',
        'tada',
        'https://',
        'www.',
        'e.example',
        'sbatch: error: ',
      ),
      fc.constantFrom(
        '\u202E',
        '\u2066',
        '\u200B',
        '\u200D',
        '\u0301',
        '\ufeff',
        '\r',
        '😀',
        '\ud83d',
      ),
      fc.string({ unit: 'grapheme', maxLength: 5 }),
    );
    const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, (hostile) => expect(problems(hostile)).toEqual([])),
      {
        numRuns: 60,
      },
    );
  });
});
