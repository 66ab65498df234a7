import type { LookBackEntry, MessageEntry, ModalEntry } from './entries.ts';
import { differs, type Expected, type ExpectedForm, formDiffers } from './expect.ts';
import { createOnlooker, NotAsExpected, type OnlookerOptions } from './onlooker.ts';
import { type Actor, createActor } from './person.ts';
import { createRenderer } from './render.ts';

/** The stage of a play: people act, and the stage waits in the ledger for what Slack then shows, and prints it. */
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
    /** Makes Slack fail once at this method. By default it does what was asked, and its answer is lost. */
    losesAnswer: (method: string, kind: 'lost_answer' | 'ratelimited' = 'lost_answer') =>
      slack.fault({ method, kind }),
    /** Expects a new or changed message of the bot. */
    shows: (message: Expected): Promise<MessageEntry> =>
      onlooker.expects(message, onlooker.messages, (entry) => differs(entry, message, reader)),
    /** Expects a person to see a form. */
    showsForm: (form: ExpectedForm): Promise<ModalEntry> =>
      onlooker.expects(
        form,
        (entry) => (entry.kind === 'view' ? [entry] : []),
        (entry) => formDiffers(entry, form, reader),
      ),
    /** Expects the bot to look for a message after Slack's answer was lost. */
    looksFor: (message: MessageEntry, method: LookBackEntry['method']) =>
      onlooker.expects(
        method,
        (entry) => (entry.kind === 'api' && entry.seq > message.seq ? [entry] : []),
        (entry) => (entry.method === method && entry.answer.ok ? [] : [`it was ${entry.method}`]),
      ),
    /** Ends the play. The bot must have posted nothing that was not expected. */
    async ends(): Promise<void> {
      const others = await onlooker.surprises();
      if (others.length === 0) return;
      const shown = createRenderer(reader, bot)(others);
      throw new NotAsExpected(['The bot also posted:', ...shown].join('\n'));
    },
  };
}

export type Stage = ReturnType<typeof createStage>;
