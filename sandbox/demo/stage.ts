import type { LookBackEntry, MessageEntry, ModalEntry } from './entries.ts';
import { differs, type Expected, type ExpectedForm, formDiffers } from './expect.ts';
import { createOnlooker, NotAsExpected, type OnlookerOptions } from './onlooker.ts';
import { type Actor, createActor } from './person.ts';
import { createRenderer } from './render.ts';

/** Where a play is played: people act, and what Slack then shows is waited for in the ledger, and printed. */
export function createStage(options: OnlookerOptions) {
  const { slack, bot, reader, print } = options;
  const onlooker = createOnlooker(options);
  return {
    person(id: string): Actor {
      return createActor(slack, onlooker, { id, name: reader.names[id] ?? id });
    },
    /** A line of the play itself, which nobody in Slack sees. */
    async says(line: string): Promise<void> {
      await onlooker.begins(line);
      print('');
      print(line);
    },
    /** Slack fails once at this method: by default it does what was asked, and its answer is lost. */
    losesAnswer: (method: string, kind: 'lost_answer' | 'ratelimited' = 'lost_answer') =>
      slack.fault({ method, kind }),
    /** A message of the bot is shown, or changed. */
    shows: (message: Expected): Promise<MessageEntry> =>
      onlooker.expects(message, onlooker.messages, (entry) => differs(entry, message, reader)),
    /** A person sees a form. */
    showsForm: (form: ExpectedForm): Promise<ModalEntry> =>
      onlooker.expects(
        form,
        (entry) => (entry.kind === 'view' ? [entry] : []),
        (entry) => formDiffers(entry, form, reader),
      ),
    /** The bot looks whether a message arrived, after Slack's answer was lost. */
    looksFor: (message: MessageEntry, method: LookBackEntry['method']) =>
      onlooker.expects(
        method,
        (entry) => (entry.kind === 'api' && entry.seq > message.seq ? [entry] : []),
        (entry) => (entry.method === method && entry.answer.ok ? [] : [`it was ${entry.method}`]),
      ),
    /** The play is over: the bot must have posted nothing besides what was expected. */
    async ends(): Promise<void> {
      const others = await onlooker.surprises();
      if (others.length === 0) return;
      const shown = createRenderer(reader, bot)(others);
      throw new NotAsExpected(['The bot also posted:', ...shown].join('\n'));
    },
  };
}

export type Stage = ReturnType<typeof createStage>;
