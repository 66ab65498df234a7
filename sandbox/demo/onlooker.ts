import { setTimeout as sleep } from 'node:timers/promises';
import type { SlackControl } from '../slack/control.ts';
import { type Entry, type MessageEntry, readEntries } from './entries.ts';
import { closest, sayExpected } from './expect.ts';
import type { Reader } from './plain-text.ts';
import { createRenderer } from './render.ts';

/** Slack did not show what the play expects: which step, what was expected, and what came instead. */
export class NotAsExpected extends Error {
  override readonly name = 'NotAsExpected';
}

export interface OnlookerOptions {
  slack: SlackControl;
  /** The bot's user id. */
  bot: string;
  reader: Reader;
  print(line: string): void;
  /** Milliseconds that something expected may take. */
  patienceMs: number;
}

/** The ledger's entries of one kind. */
type Only<E extends Entry> = (entry: Entry) => E[];

/** Reads Slack's ledger step by step: it waits for what is expected of a step, and prints what was shown. */
export function createOnlooker({ slack, bot, reader, print, patienceMs }: OnlookerOptions) {
  const render = createRenderer(reader, bot);
  const ledger: Entry[] = [];
  /** Places in the ledger of entries that were expected and came. */
  const expected = new Set<number>();
  let read = 0;
  let printed = 0;
  let step = { name: 'before the first step', after: 0 };

  async function readOn(): Promise<void> {
    const records = await slack.ledger(read);
    read = records.at(-1)?.seq ?? read;
    ledger.push(...readEntries(records));
  }

  function printUpTo(seq: number): void {
    const next = ledger.filter((entry) => entry.seq > printed && entry.seq <= seq);
    for (const line of render(next)) print(line);
    printed = Math.max(printed, seq);
  }

  const messages: Only<MessageEntry> = (entry) =>
    entry.kind === 'message' && entry.user === bot ? [entry] : [];

  function different(what: unknown, best: ReturnType<typeof closest>, now: Entry[]): NotAsExpected {
    const came = createRenderer(reader, bot)(now);
    const nearest =
      best === null
        ? ['Nothing of that kind was shown.']
        : ['The nearest differs:', ...best.differences.map((each) => `  - ${each}`)];
    return new NotAsExpected(
      [
        `At this step: ${step.name}`,
        `expected within ${patienceMs} ms: ${sayExpected(what)}`,
        ...nearest,
        'Slack showed in this step:',
        ...(came.length === 0 ? ['    (nothing)'] : came),
      ].join('\n'),
    );
  }

  return {
    /** Messages of the bot. */
    messages,
    /** Everything so far is printed. What is expected from now on has to come later. */
    async begins(name: string): Promise<void> {
      await readOn();
      printUpTo(read);
      step = { name, after: read };
    },
    /** Waits for an entry of this step that does not differ, and prints everything up to it. */
    async expects<E extends Entry>(
      what: unknown,
      only: Only<E>,
      compare: (entry: E) => string[],
    ): Promise<E> {
      const deadline = Date.now() + patienceMs;
      for (;;) {
        await readOn();
        const now = ledger.filter(({ seq }) => seq > step.after);
        const best = closest(now.flatMap(only), compare);
        if (best?.differences.length === 0) {
          expected.add(best.entry.seq);
          printUpTo(best.entry.seq);
          return best.entry;
        }
        if (Date.now() > deadline) throw different(what, best, now);
        await sleep(20);
      }
    },
    /** The bot's posts that nobody expected. */
    async surprises(): Promise<MessageEntry[]> {
      await readOn();
      printUpTo(read);
      const posted = ledger.flatMap(messages).filter(({ change }) => change === 'posted');
      return posted.filter(({ seq }) => !expected.has(seq));
    },
    /** A person's own message. */
    async written(ts: string): Promise<MessageEntry | undefined> {
      await readOn();
      return ledger
        .flatMap((entry) => (entry.kind === 'message' ? [entry] : []))
        .find((entry) => entry.ts === ts);
    },
  };
}

export type Onlooker = ReturnType<typeof createOnlooker>;
