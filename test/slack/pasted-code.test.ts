import { expect, test } from '@jest/globals';
import { pastedCode } from '../../src/slack/pasted-code.ts';

/** Shapes of rich_text blocks as Slack's clients make them of what people type (docs.slack.dev, rich text block). */
const typed = (text: string, style?: Record<string, boolean>) => ({
  type: 'text',
  text,
  ...(style && { style }),
});
const section = (...elements: object[]) => ({ type: 'rich_text_section', elements });
const fenced = (...elements: object[]) => ({ type: 'rich_text_preformatted', border: 0, elements });
const message = (...elements: object[]) => [{ type: 'rich_text', block_id: 'a1b2c', elements }];
const link = (url: string, text?: string) => ({ type: 'link', url, ...(text && { text }) });

test.each<[string, object[], string]>([
  ['a code block', [fenced(typed('#!/bin/sh\na “b” && c'))], '#!/bin/sh\na “b” && c'],
  [
    'links that Slack makes',
    [fenced(typed('#!/bin/sh\n'), link('http://train.sh', 'train.sh'), link('https://a.example'))],
    '#!/bin/sh\ntrain.shhttps://a.example',
  ],
  ['a block with #SBATCH', [fenced(typed('#SBATCH -n 1'))], '#SBATCH -n 1'],
  [
    'the block that is a script',
    [section(typed('Slurm said')), fenced(typed('error')), fenced(typed('#!/bin/sh\nb'))],
    '#!/bin/sh\nb',
  ],
  [
    'text after a mention',
    [section({ type: 'user', user_id: 'U1' }, typed(' #!/bin/sh\nls'))],
    '#!/bin/sh\nls',
  ],
  [
    'a colour',
    [section(typed('#!/bin/sh\n'), { type: 'color', value: '#fff' })],
    '#!/bin/sh\n#fff',
  ],
])('%s', (_what, parts, text) => {
  expect(pastedCode(message(...parts), false)).toEqual({ text });
});

test.each<[string, object[]]>([
  ['a style', [section(typed('#!/bin/sh\nls '), typed('.txt ', { bold: true }))]],
  ['an emoji', [section(typed('#!/bin/sh\n'), { type: 'emoji', name: 'x', unicode: '274c' })]],
  ['a mention', [section(typed('#!/bin/sh\n'), { type: 'user', user_id: 'U1' })]],
  ['a list', [section(typed('#!/bin/sh\n')), { type: 'rich_text_list', elements: [] }]],
])('what Slack has made %s of is no longer what was pasted', (_what, parts) => {
  expect(pastedCode(message(...parts), false)).toBe('changed by Slack');
});

test('words, a block that is no script, and what is no message are not taken for one', () => {
  const error = message(section(typed('why')), fenced(typed('sbatch: error')));
  expect(pastedCode(error, false)).toBeNull();
  expect(pastedCode(error, true)).toEqual({ text: 'sbatch: error' });
  for (const odd of [undefined, null, 'x', [1, {}], [{ type: 'rich_text', elements: 'x' }]])
    expect(pastedCode(odd, true)).toBeNull();
});
