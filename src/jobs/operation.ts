import { differenceInMilliseconds } from 'date-fns';
import { millisecondsInDay } from 'date-fns/constants';

/** Operations on a job that some Waldurs refuse for good, by the names of Waldur's API page. */
export const operations = ['pull', 'partial update', 'update', 'delete', 'unlink'] as const;
export type Operation = (typeof operations)[number];

/** Operations that this Waldur was seen to refuse: they are not offered. */
export type Refused = ReadonlySet<Operation>;

/** What the answers to an operation have taught about this Waldur. */
export interface Ability {
  /** Since when it counts as refused; null while it does not. */
  refusedAt: Date | null;
  /** When it last worked; null when it was never seen to. */
  workedAt: Date | null;
  /** HTTP status of the last answer that looked like a refusal for good. */
  status: number;
}

/** Who would ask for an operation, and in which project: Waldur grants rights to roles in projects. */
export interface Asker {
  /** Their uuid in Waldur. */
  person: string;
  projectName: string;
}

/** What this Waldur can do, learned from its answers while the bot runs. */
export interface Abilities {
  /** What is known of an operation; null where nobody has tried it. */
  of(operation: Operation): Ability | null;
  /** What is not offered: to anybody, or to this person in this project. */
  refused(to?: Asker): Refused;
  /** This person may not do it in this project. */
  denied(operation: Operation, to: Asker): void;
  /** It did it. @returns whether that ends a refusal */
  worked(operation: Operation, at?: Date): boolean;
  /**
   * It answered `person` as one that cannot do it. Only when it has answered two people so, and nobody else's worked
   * between, does it count as refused: one person's trouble takes nothing from the others.
   * @returns whether it counts as refused from now on
   */
  failed(operation: Operation, person: string, status: number): boolean;
}

/** After a day a refusal is tried again: Waldur may have been updated. */
const HOLDS_MS = millisecondsInDay;

export function createAbilities(now: () => Date): Abilities {
  const known = new Map<Operation, Ability & { people: Set<string> }>();
  const denials = new Map<string, Date>();
  const keyOf = (operation: Operation, { person, projectName }: Asker) =>
    JSON.stringify([operation, person, projectName]);
  const of = (operation: Operation) => {
    const found = known.get(operation) ?? null;
    if (found?.refusedAt && differenceInMilliseconds(now(), found.refusedAt) >= HOLDS_MS) {
      found.refusedAt = null;
      found.people.clear();
    }
    return found;
  };
  return {
    of,
    refused(to) {
      const isDenied = (operation: Operation) => {
        const at = to === undefined ? undefined : denials.get(keyOf(operation, to));
        return at !== undefined && differenceInMilliseconds(now(), at) < HOLDS_MS;
      };
      return new Set(operations.filter((each) => of(each)?.refusedAt || isDenied(each)));
    },
    denied: (operation, to) => void denials.set(keyOf(operation, to), now()),
    worked(operation, at = now()) {
      const ends = of(operation)?.refusedAt != null;
      known.set(operation, { refusedAt: null, workedAt: at, status: 0, people: new Set() });
      return ends;
    },
    failed(operation, person, status) {
      const before = of(operation) ?? { refusedAt: null, workedAt: null, people: new Set() };
      const people = before.people.add(person);
      const begins = before.refusedAt === null && people.size >= 2;
      known.set(operation, { ...before, people, status, ...(begins && { refusedAt: now() }) });
      return begins;
    },
  };
}
