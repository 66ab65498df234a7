import PQueue from 'p-queue';
import type { Log } from '../logging/logger.ts';
import type { Person } from '../store/accounts.ts';
import { type Message, say } from '../views/message.ts';

/** Whoever waits for their turn, and can be told that there is none. */
interface Asker extends Person {
  log: Log;
  answer(message: Message): Promise<void>;
}

/** How much is done at a time for one person and how much waits (OF_ONE), and for everybody together (OF_ALL). */
const OF_ONE = { atOnce: 2, waiting: 5 };
const OF_ALL = 32;
/** How often a person is told that too much of theirs is waiting. Each time costs a message. */
const TOLD = 3;

/** A place in the queue. Turns come in the order in which people asked, a few for each person at a time. */
interface Turn {
  /** Resolves when it has come. */
  begun: Promise<void>;
  /** Gives the turn back, whether it has come or not. */
  end(): void;
}

/** Keeps one person from occupying the whole bot. */
export interface FairQueue {
  /** @returns null if too much of this person's is waiting already */
  ask(person: Person): Turn | null;
  /** True if a person who got no turn should be told so: each time costs a message. */
  mayTell(person: Person): boolean;
  /**
   * A person pressed what means this.
   * @returns what ends it; null while it is being done already
   */
  press(person: Person, meaning: string): (() => void) | null;
}

export function createFairQueue(): FairQueue {
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

/** The answer to a person who got no turn. */
export const busy = 'I’m still busy with your last requests. Try again when they are answered.';

const asking = 'I’m already asking.';

/** Does what a person pressed, once: if they press again before it is done, they are told so. */
export async function onePress(
  fairQueue: FairQueue,
  asker: Asker,
  { meaning, work }: { meaning: string; work: () => Promise<void> },
): Promise<void> {
  const end = fairQueue.press(asker, meaning);
  if (end === null) return tell(fairQueue, asker, asking);
  try {
    await inTurn(fairQueue, asker, work);
  } finally {
    end();
  }
}

/** Works for a person when it is their turn. If too much of theirs is waiting, they are told that nothing was done. */
export async function inTurn(
  fairQueue: FairQueue,
  asker: Asker,
  work: () => Promise<void>,
): Promise<void> {
  const turn = fairQueue.ask(asker);
  if (turn !== null) {
    try {
      await turn.begun;
      return await work();
    } finally {
      turn.end();
    }
  }
  await tell(fairQueue, asker, busy);
}

async function tell(fairQueue: FairQueue, asker: Asker, text: string): Promise<void> {
  if (!fairQueue.mayTell(asker)) return;
  await asker.answer(say(text)).catch((error: unknown) => asker.log.warn('not told', { error }));
}
