import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { commands } from '../../src/commands/index.ts';
import { listedPhases } from '../../src/jobs/filter.ts';
import { changeable } from '../../src/scripts/changes.ts';
import { decode, encode, type Form, form, type Intent, intent } from '../../src/views/intent.ts';
import { messages, plainForeign } from './samples.ts';

const uuid = fc.stringMatching(/^[0-9a-f]{32}$/);
const script = fc.stringMatching(/^[\w-]{22}$/);
const mark = fc.stringMatching(/^[0-9a-f]{12}$/);
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const filter = fc.record({
  mine: fc.boolean(),
  phases: fc.uniqueArray(fc.constantFrom(...listedPhases)),
  project: maybe(text),
  words: fc.array(text),
});
const move = fc.record({
  to: fc.constantFrom('newer' as const, 'older' as const),
  uuid,
  created: fc.nat(),
  rank: fc.nat(),
});
const jobWords = fc.oneof(uuid, text, fc.constant(''));
const verb = <Do extends Intent['do']>(name: Do) => fc.constant(name);
const next = fc.oneof(
  fc.record({ do: verb('list'), filter, move: maybe(move), post: fc.boolean() }),
  fc.record({
    do: verb('submit'),
    script: maybe(script),
    convert: fc.boolean(),
    seenBy: maybe(fc.constant('U0123456789A')),
  }),
  fc.record({ do: verb('retry'), mark }),
  fc.record({ do: verb('again'), job: jobWords }),
  fc.record({ do: fc.constantFrom('convert' as const, 'dismiss' as const), script }),
  fc.record({
    do: fc.constantFrom('show', 'refresh', 'edit', 'delete', 'unlink'),
    job: jobWords,
  }),
  fc.record({ do: verb('follow'), job: jobWords, direct: fc.boolean() }),
  fc.record({
    do: fc.constantFrom(
      'disconnect' as const,
      'usage' as const,
      'whoami' as const,
      'help' as const,
    ),
  }),
);
const anyIntent = fc.oneof(next, fc.record({ do: verb('connect'), next: maybe(next) }));
const changedOption = fc.constantFrom(...changeable);
const record = { user: text, uuid, name: text };
const anyForm = fc.oneof(
  fc.record({
    form: fc.constant('submit' as const),
    user: text,
    mark,
    script: maybe(script),
    sha256: text,
    convert: fc.boolean(),
    changes: fc.array(fc.record({ option: changedOption, value: text })),
    more: maybe(changedOption),
    inThread: fc.boolean(),
    again: maybe(mark),
    opened: fc.nat(),
  }),
  fc.record({ form: fc.constantFrom('edit' as const, 'delete' as const), ...record }),
  fc.record({ form: fc.constant('unlink' as const), ...record }),
  fc.record({
    form: fc.constant('connect' as const),
    user: text,
    channel: text,
    threadTs: maybe(text),
    direct: fc.boolean(),
    responseUrl: maybe(text),
    next: maybe(next),
    proposed: maybe(text),
  }),
);

describe('encoded data is read again', () => {
  test('in buttons and options', () => {
    fc.assert(
      fc.property(anyIntent, (value) => {
        expect(decode<Intent>(intent, encode(value))).toEqual(value);
      }),
    );
  });

  test('in forms', () => {
    fc.assert(
      fc.property(anyForm, (value) => {
        expect(decode<Form>(form, encode(value))).toEqual(value);
      }),
    );
  });
});

test.each([
  '',
  'submit #1',
  'list --older d2035c217d01467ba3a1309afa2bf5c3@1@10',
  'connect then submit #17',
  'null',
  '[]',
  '1',
  '{"do":"submit","script":"1"}',
  '{"do":"submit","script":17}',
  '{"do":"show"}',
  '{"do":"show","job":"1","more":1}',
  '{"do":"connect","next":{"do":"connect"}}',
  '{"do":"__proto__"}',
  `{"do":"list","filter":${'['.repeat(1500)}`,
])('%s is nothing that this version has written', (written) => {
  expect(decode<Intent>(intent, written)).toBeNull();
});

test('each intent and each form has its command', () => {
  const names = commands.map(({ name }) => name).toSorted();
  expect(intent.options.map(({ shape }) => shape.do.value).toSorted()).toEqual(names);
  const withForms = commands.flatMap(({ name, submitted }) => (submitted ? [name] : []));
  expect(form.options.map(({ shape }) => shape.form.value).toSorted()).toEqual(
    withForms.toSorted(),
  );
});

/** Actions that only a button may start, by the fields that no words may fill. */
const pressedOnly = [
  'unchanged',
  'convert',
  'seenBy',
  'direct',
  'next',
  'move',
  'post',
  'script',
  'mark',
];

test('actions that only a button may start cannot be typed', () => {
  const words = fc.oneof(
    text,
    anyIntent.map((value) => encode(value)),
    fc.constantFrom(
      '--post',
      '--direct 1',
      '--older 1@1@1',
      'then list',
      'again 0123456789ab',
      '#1',
    ),
  );
  fc.assert(
    fc.property(words, (typed) => {
      for (const { typed: how } of commands) {
        let meant: Record<string, unknown> = {};
        try {
          meant = { ...how?.parse(typed) };
        } catch {
          // Words that mean nothing are refused.
        }
        for (const field of pressedOnly) expect(meant[field] ?? false).toBe(false);
      }
    }),
  );
});

/** All options of menus in a view. */
function optionsIn(view: unknown): string[] {
  if (Array.isArray(view)) return view.flatMap(optionsIn);
  if (typeof view !== 'object' || view === null) return [];
  const own = 'options' in view && Array.isArray(view.options) ? view.options : [];
  return [...own.map(({ value }) => String(value)), ...Object.values(view).flatMap(optionsIn)];
}

test('an option fits into 75 characters, whatever its job or script', () => {
  const values = Object.values(messages(plainForeign)).flatMap(optionsIn);
  const kinds = new Set(values.map((value) => decode<Intent>(intent, value)?.do));
  expect(kinds).toEqual(new Set(['show', 'refresh', 'follow', 'edit', 'submit']));
  const job = 'd'.repeat(32);
  const longest: Intent[] = [
    ...(['show', 'refresh', 'edit', 'delete', 'unlink'] as const).map((name) => ({
      do: name,
      job,
    })),
    { do: 'follow', job, direct: false },
    { do: 'submit', script: 's'.repeat(22), convert: false, seenBy: 'U0123456789A' },
  ];
  for (const value of [...values, ...longest.map(encode)]) {
    expect({ value, fits: value.length <= 75 }).toEqual({ value, fits: true });
  }
});
