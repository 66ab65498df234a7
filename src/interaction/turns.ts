import PQueue from 'p-queue';
import type { Person } from '../store/accounts.ts';
import { say } from '../views/message.ts';
import type { Interaction } from './interaction.ts';

/** What is done at a time for one person, and what waits for that; for everybody together. */
const OF_ONE = { atOnce: 2, waiting: 5 };
const OF_ALL = 32;
/** How often a person hears that too much of theirs waits, before it is done: it costs a post each time. */
const TOLD = 3;

/** The right to be worked for: given out in the order in which people asked, a few to each of them at a time. */
export interface Turn {
  /** Resolves when it has come. */
  begun: Promise<void>;
  /** Gives it back, come or not. */
  end(): void;
}

/** What keeps one person from having the whole bot. */
export interface Turns {
  /** @returns null where too much of this person's waits already */
  ask(person: Person): Turn | null;
  /** Whether to spend a message on telling a person who got no turn. */
  mayTell(person: Person): boolean;
  /**
   * A person pressed what means this.
   * @returns what ends it; null while it is being done already
   */
  press(person: Person, meaning: string): (() => void) | null;
}

export function createTurns(): Turns {
  const all = new PQueue({ concurrency: OF_ALL });
  const people = new Map<string, { own: PQueue; told: number }>();
  const pressed = new Set<string>();
  const keyOf = ({ team, user }: Person) => `${team} ${user}`;

  function ownQueue(key: string): PQueue {
    const own = new PQueue({ concurrency: OF_ONE.atOnce });
    people.set(key, { own, told: 0 });
    own.once('idle', () => people.delete(key));
    return own;
  }

  return {
    ask(person) {
      const key = keyOf(person);
      const own = people.get(key)?.own ?? ownQueue(key);
      if (own.size >= OF_ONE.waiting) return null;
      const begun = Promise.withResolvers<void>();
      const ended = Promise.withResolvers<void>();
      const hold = () => {
        begun.resolve();
        return ended.promise;
      };
      void own.add(() => all.add(hold));
      return { begun: begun.promise, end: ended.resolve };
    },
    press(person, meaning) {
      const key = `${keyOf(person)} ${meaning}`;
      if (pressed.has(key)) return null;
      pressed.add(key);
      return () => pressed.delete(key);
    },
    mayTell(person) {
      const found = people.get(keyOf(person));
      if (found === undefined) return true;
      found.told += 1;
      return found.told <= TOLD;
    },
  };
}

/** What a person is told who got no turn. */
export const busy = 'I’m still busy with your last requests. Try again when they are answered.';

const asking = 'I’m already asking.';

/** Does what a person pressed, once though they press again before it is done: then they are told so. */
export async function onePress(
  turns: Turns,
  interaction: Interaction,
  { meaning, work }: { meaning: string; work: () => Promise<void> },
): Promise<void> {
  const end = turns.press(interaction, meaning);
  if (end === null) return tell(turns, interaction, asking);
  try {
    await inTurn(turns, interaction, work);
  } finally {
    end();
  }
}

/** Does what a person asked for when it is their turn; of too much they are told that it was not taken. */
export async function inTurn(
  turns: Turns,
  interaction: Interaction,
  work: () => Promise<void>,
): Promise<void> {
  const turn = turns.ask(interaction);
  if (turn !== null) {
    try {
      await turn.begun;
      return await work();
    } finally {
      turn.end();
    }
  }
  await tell(turns, interaction, busy);
}

async function tell(turns: Turns, interaction: Interaction, text: string): Promise<void> {
  if (!turns.mayTell(interaction)) return;
  await interaction
    .answer(say(text))
    .catch((error: unknown) => interaction.log.warn('not told', { error }));
}
