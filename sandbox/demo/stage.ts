import { setTimeout as sleep } from 'node:timers/promises';
import type { ActResult, FieldValue, FileToSend, SlackControl } from '../slack/control.ts';
import { type Entry, type MessageEntry, type ModalEntry, readEntries } from './entries.ts';
import {
  closest,
  differs,
  type Expected,
  type ExpectedForm,
  formDiffers,
  optionsDiffer,
} from './expect.ts';
import { createRenderer } from './render.ts';
import type { Reader } from './text.ts';

/** Slack did not show what the play expects: which step, what was expected, and what came instead. */
export class NotAsExpected extends Error {
  override readonly name = 'NotAsExpected';
}

export interface StageOptions {
  slack: SlackControl;
  /** The bot's user id. */
  bot: string;
  reader: Reader;
  print(line: string): void;
  /** Milliseconds that something expected may take. */
  patienceMs: number;
}

/** Where a play is played: people act, and what Slack then shows is waited for in the ledger, and printed. */
export function createStage({ slack, bot, reader, print, patienceMs }: StageOptions) {
  const render = createRenderer(reader, bot);
  const ledger: Entry[] = [];
  let read = 0;
  let printed = 0;
  /** What came before the step that is being played. */
  let mark = 0;
  let step = 'before the first step';

  async function readOn(): Promise<void> {
    const records = await slack.ledger(read);
    read = records.at(-1)?.seq ?? read;
    ledger.push(...readEntries(records));
  }

  function printUpTo(seq: number): void {
    for (const line of render(ledger.filter((entry) => entry.seq > printed && entry.seq <= seq))) {
      print(line);
    }
    printed = Math.max(printed, seq);
  }

  async function begin(what: string): Promise<void> {
    await readOn();
    printUpTo(read);
    mark = read;
    step = what;
  }

  /** Waits for an entry of this step that does not differ, and prints all up to it. */
  async function expect<E extends Entry>(
    what: unknown,
    only: (entry: Entry) => E[],
    compare: (entry: E) => string[],
  ): Promise<E> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      await readOn();
      const now = ledger.filter(({ seq }) => seq > mark);
      const best = closest(now.flatMap(only), compare);
      if (best?.differences.length === 0) {
        printUpTo(best.entry.seq);
        return best.entry;
      }
      if (Date.now() > deadline) {
        throw notAsExpected(what, best, now);
      }
      await sleep(20);
    }
  }

  function notAsExpected(
    what: unknown,
    best: { entry: Entry; differences: string[] } | null,
    now: Entry[],
  ) {
    const came = createRenderer(reader, bot)(now);
    return new NotAsExpected(
      [
        `At this step: ${step}`,
        `expected within ${patienceMs} ms: ${sayExpected(what)}`,
        ...(best === null
          ? ['Nothing of that kind was shown.']
          : ['The nearest differs:', ...best.differences.map((each) => `  - ${each}`)]),
        'Slack showed in this step:',
        ...(came.length === 0 ? ['    (nothing)'] : came),
      ].join('\n'),
    );
  }

  const messages = (entry: Entry): MessageEntry[] =>
    entry.kind === 'message' && entry.user === bot ? [entry] : [];
  const forms = (entry: Entry): ModalEntry[] => (entry.kind === 'view' ? [entry] : []);

  /** Does something that a person does; a refusal of Slack's is a difference too. */
  async function act<T>(what: string, run: () => Promise<T>): Promise<T> {
    await begin(what);
    try {
      return await run();
    } catch (error) {
      throw new NotAsExpected(`At this step: ${what}\n${messageOf(error)}`);
    }
  }

  async function actInSlack(what: string, run: () => Promise<ActResult>): Promise<void> {
    const { ok, refused } = await act(what, run);
    if (!ok) throw new NotAsExpected(`At this step: ${what}\nSlack answered ${refused ?? 'no'}.`);
  }

  return {
    /** A line of the play itself, which nobody in Slack sees. */
    async says(line: string): Promise<void> {
      await begin(line);
      print('');
      print(line);
    },
    /** Slack fails once at this method: by default it does what was asked, and its answer is lost. */
    losesAnswer: (method: string, kind: 'lost_answer' | 'http503' = 'lost_answer') =>
      slack.fault({ method, kind }),
    /** The bot's message is shown, or changed. */
    shows: (expected: Expected): Promise<MessageEntry> =>
      expect(expected, messages, (entry) => differs(entry, expected, reader)),
    /** A person sees a form. */
    showsForm: (expected: ExpectedForm): Promise<ModalEntry> =>
      expect(expected, forms, (entry) => formDiffers(entry, expected, reader)),
    /** So many such messages have been posted since the beginning. */
    async hasShown(times: number, expected: Expected): Promise<void> {
      await readOn();
      const found = ledger
        .flatMap(messages)
        .filter((entry) => differs(entry, expected, reader).length === 0);
      if (found.length !== times) {
        throw new NotAsExpected(
          `Posted ${found.length} times, not ${times}: ${sayExpected(expected)}`,
        );
      }
    },
    /** What a person can do, each a step. */
    person(id: string) {
      const me = slack.person(id);
      const name = reader.names[id] ?? id;
      return {
        id,
        types: (channel: string, command: string) =>
          actInSlack(`${name} types ${command}`, () => me.command(channel, command)),
        /** Writes or uploads; gives the message. */
        async writes(
          channel: string,
          text: string,
          { thread, files = [] }: { thread?: MessageEntry; files?: FileToSend[] } = {},
        ): Promise<MessageEntry> {
          const what = `${name} writes “${text}” with ${files.map((file) => file.name)}`;
          const root = thread === undefined ? {} : { thread_ts: thread.thread_ts ?? thread.ts };
          const { ts } = await act(what, () => me.say(channel, text, { ...root, files }));
          await readOn();
          const mine = ledger.find((entry) => entry.kind === 'message' && entry.ts === ts);
          if (mine?.kind !== 'message') throw new NotAsExpected(`Slack lost it: ${what}`);
          return mine;
        },
        presses: ({ channel, ts }: MessageEntry, label: string) =>
          actInSlack(`${name} presses [${label}]`, () => me.click(channel, ts, label)),
        chooses: ({ channel, ts }: MessageEntry, label: string) =>
          actInSlack(`${name} chooses “${label}”`, () => me.choose(channel, ts, label)),
        takes: (shortcut: string, { channel, ts }: MessageEntry) =>
          actInSlack(`${name} takes ${shortcut}`, () => me.shortcut(shortcut, channel, ts)),
        /** Types into a menu of the form, and is offered options. */
        async searches(field: string, query: string, offered: string): Promise<void> {
          await act(`${name} searches “${query}”`, () => me.suggest(field, query));
          const suggestions = (entry: Entry) => (entry.kind === 'delivery' ? [entry] : []);
          await expect([offered], suggestions, (entry) => optionsDiffer(entry, [offered]));
        },
        fillsIn: (values: Record<string, FieldValue>) =>
          actInSlack(`${name} hands in ${Object.keys(values).join(', ')}`, () => me.submit(values)),
        closes: () => actInSlack(`${name} closes the form`, () => me.closeModal()),
      };
    },
  };
}

export type Stage = ReturnType<typeof createStage>;
export type Actor = ReturnType<Stage['person']>;

/** An expectation in one line, messages by their first words. */
function sayExpected(what: unknown): string {
  return JSON.stringify(what, (_, value: unknown) => {
    if (value instanceof RegExp) return String(value);
    const isEntry =
      typeof value === 'object' && value !== null && 'seq' in value && 'text' in value;
    return isEntry ? `the message “${String(value.text).slice(0, 60)}”` : value;
  });
}

const messageOf = (error: unknown): string =>
  Error.isError(error) ? error.message : String(error);
