import { messageLines, viewButtons, viewLines } from './blocks.ts';
import type { Entry, MessageEntry, ModalEntry, SuggestionEntry } from './entries.ts';
import type { Reader } from './plain-text.ts';

/** A message that Slack has to show. Fields that are left out are not compared, except for the first three. */
export interface Expected {
  /** The only person who sees it. If left out, everybody does. */
  to?: string;
  /** The first message of its thread. If left out, it is in no thread. */
  thread?: MessageEntry;
  /** The earlier message that it changes. If left out, it is a new one. */
  is?: MessageEntry;
  in?: string;
  /** Pieces of the text that is shown. */
  says: (string | RegExp)[];
  buttons?: string[];
  /** Buttons that must not be there. */
  without?: string[];
}

/** A form that a person has to see. */
export interface ExpectedForm {
  of: string;
  title: string;
  says: (string | RegExp)[];
  buttons?: string[];
}

/** The differences between a message of the bot and an expectation; empty if there are none. */
export function differs(entry: MessageEntry, expected: Expected, reader: Reader): string[] {
  const { to, thread, is } = expected;
  const text = messageLines(entry, reader).join('\n');
  return [
    ...(entry.shown ? [] : ['it was not shown to them']),
    ...unlike('seen by', entry.to ?? 'everybody', to ?? 'everybody', reader),
    ...unlike('in the conversation', entry.channel, expected.in ?? entry.channel, reader),
    ...(is === undefined
      ? [
          ...unlike('in the thread of', entry.thread_ts ?? 'none', threadOf(thread), reader),
          ...unlike('change', entry.change, 'posted', reader),
        ]
      : unlike('message', entry.ts, is.ts, reader)),
    ...missing(text, [...expected.says, ...labels(expected.buttons)]),
    ...labels(expected.without).flatMap((label) =>
      text.includes(label) ? [`it has ${label}`] : [],
    ),
  ];
}

/** The same for a form. */
export function formDiffers(entry: ModalEntry, expected: ExpectedForm, reader: Reader): string[] {
  const { view, errors, user } = entry;
  const text = [...viewLines(view, errors, reader), viewButtons(view)].join('\n');
  const gone = entry.change === 'closed' || entry.change === 'cleared';
  return [
    ...(gone ? ['it was closed'] : []),
    ...unlike('form of', user, expected.of, reader),
    ...unlike('title', view.title.text, expected.title, reader),
    ...missing(text, [...expected.says, ...labels(expected.buttons)]),
  ];
}

/** The same for the options of a menu that is searched. */
export function optionsDiffer({ body }: SuggestionEntry, labels: string[]): string[] {
  return missing(body.options.map(({ text }) => text.text).join('\n'), labels);
}

/** The entry that was meant and its differences: the first that fits, otherwise the one that differs least. */
export function closest<E extends Entry>(
  entries: E[],
  compare: (entry: E) => string[],
): { entry: E; differences: string[] } | null {
  const compared = entries.map((entry) => ({ entry, differences: compare(entry) }));
  return compared.toSorted((a, b) => a.differences.length - b.differences.length)[0] ?? null;
}

const threadOf = (thread: MessageEntry | undefined): string =>
  thread === undefined ? 'none' : (thread.thread_ts ?? thread.ts);

const labels = (names: string[] = []): string[] => names.map((name) => `[${name}]`);

function unlike(what: string, is: string, expected: string, { names }: Reader): string[] {
  const named = (id: string) => names[id] ?? id;
  return is === expected ? [] : [`${what}: ${named(is)}, not ${named(expected)}`];
}

function missing(text: string, pieces: (string | RegExp)[]): string[] {
  const has = (piece: string | RegExp) =>
    typeof piece === 'string' ? text.includes(piece) : piece.test(text);
  return pieces.flatMap((piece) => (has(piece) ? [] : [`it does not say ${String(piece)}`]));
}

/** An expectation in one line; messages go by their first words. */
export function sayExpected(what: unknown): string {
  return JSON.stringify(what, (_, value: unknown) => {
    if (value instanceof RegExp) return String(value);
    const isEntry =
      typeof value === 'object' && value !== null && 'seq' in value && 'text' in value;
    return isEntry ? `the message “${String(value.text).slice(0, 60)}”` : value;
  });
}
