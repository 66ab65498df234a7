import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkMessage, checkView } from '../../sandbox/slack/blocks/index.ts';
import { type Foreign, homes, messages, modals, plainForeign } from './samples.ts';

describe('what people see', () => {
  test.each(Object.entries(messages(plainForeign)))('%s', (_, message) => {
    expect(message).toMatchSnapshot();
  });
  test.each(Object.entries(modals(plainForeign)))('the modal: %s', (_, modal) => {
    expect(modal).toMatchSnapshot();
  });
  test.each(['home', 'home without jobs', 'home to connect'])('the %s', (name) => {
    expect(homes(plainForeign)[name]).toMatchSnapshot();
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

test('Slack takes every message, modal and Home tab, whatever is in a name, a file or an error', () => {
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
      for (const [name, view] of Object.entries(homes(texts))) {
        const refusal = checkView(view, 'views.publish');
        expect({ name, refusal }).toEqual({ name, refusal: null });
      }
    }),
    { numRuns: 60 },
  );
});

test('everyone reads an error as one sentence without paths; Details has all of it', () => {
  const error = 'sbatch: error: cannot open /home/ana/key. It is secretsbatch: error: more of it';
  const told = Object.entries(messages({ ...plainForeign, error })).map(([name, message]) => ({
    name,
    text: JSON.stringify(message),
  }));
  const all = told.filter(({ text }) => /home|It is secret|more of it/.test(text));
  expect(all.map(({ name }) => name)).toEqual([
    'details',
    'details left the queue',
    'details of an array',
    'details not handed over',
    'details erred',
  ]);
  for (const name of ['card erred', 'reply not submitted']) {
    const text = told.find((each) => each.name === name)?.text;
    expect(text).toContain('Slurm refused it: cannot open …');
  }
});
