import type { ActResult, FieldValue, FileToSend, SlackControl } from '../slack/control.ts';
import type { Entry, MessageEntry, SuggestionEntry } from './entries.ts';
import { optionsDiffer } from './expect.ts';
import { NotAsExpected, type Onlooker } from './onlooker.ts';

/** The thread of a person's message, and the files uploaded with it. */
interface Written {
  thread?: MessageEntry;
  files?: FileToSend[];
}

/** What one person does in a play; each act is a step, and what is expected next comes after it. */
export function createActor(
  slack: SlackControl,
  onlooker: Onlooker,
  { id, name }: { id: string; name: string },
) {
  const me = slack.person(id);

  async function step<T>(what: string, act: () => Promise<T>): Promise<T> {
    await onlooker.begins(`${name} ${what}`);
    try {
      return await act();
    } catch (error) {
      const reason = Error.isError(error) ? error.message : String(error);
      throw new NotAsExpected(`At this step: ${name} ${what}\n${reason}`);
    }
  }

  async function acked(what: string, act: () => Promise<ActResult>): Promise<void> {
    const { ok, refused } = await step(what, act);
    if (!ok) throw new NotAsExpected(`At this step: ${name} ${what}\nSlack said: ${refused}`);
  }

  return {
    types: (channel: string, command: string) =>
      acked(`types ${command}`, () => me.command(channel, command)),
    /** Writes or uploads. @returns the message */
    async writes(channel: string, text: string, more: Written = {}): Promise<MessageEntry> {
      const { thread, files = [] } = more;
      const what = `writes “${text}” with ${files.length} files`;
      const root = thread === undefined ? {} : { thread_ts: thread.thread_ts ?? thread.ts };
      const { ts } = await step(what, () => me.say(channel, text, { ...root, files }));
      const message = await onlooker.written(ts);
      if (message === undefined) throw new NotAsExpected(`Slack lost what ${name} wrote.`);
      return message;
    },
    presses: ({ channel, ts }: MessageEntry, label: string) =>
      acked(`presses [${label}]`, () => me.click(channel, ts, label)),
    chooses: ({ channel, ts }: MessageEntry, label: string) =>
      acked(`chooses “${label}”`, () => me.choose(channel, ts, label)),
    takes: (shortcut: string, { channel, ts }: MessageEntry) =>
      acked(`takes the shortcut ${shortcut}`, () => me.shortcut(shortcut, channel, ts)),
    /** Types into a menu of the form, and is offered options. */
    async searches(field: string, query: string, offered: string): Promise<void> {
      await step(`searches “${query}” in ${field}`, () => me.suggest(field, query));
      await onlooker.expects([offered], suggestions, (entry) => optionsDiffer(entry, [offered]));
    },
    fillsIn: (values: Record<string, FieldValue>) =>
      acked(`hands in the form (${Object.keys(values)})`, () => me.submit(values)),
    /** Not a step, because nothing follows from it. */
    closes: () => me.closeModal(),
  };
}

export type Actor = ReturnType<typeof createActor>;

const suggestions = (entry: Entry): SuggestionEntry[] => (entry.kind === 'delivery' ? [entry] : []);
