import { differenceInMilliseconds, millisecondsInDay } from '../dates.ts';

/** Operations on a job that some Waldurs do not support, by their names on Waldur's API page. */
export const operations = ['pull', 'partial update', 'update', 'delete', 'unlink'] as const;
export type Operation = (typeof operations)[number];

/** Operations that this Waldur does not support. They are not offered. */
export type Refused = ReadonlySet<Operation>;

/** What the answers to an operation have shown about this Waldur. */
export interface Ability {
  /** Since when the operation counts as refused; null while it does not. */
  refusedAt: Date | null;
  /** When it last worked; null if it never has. */
  workedAt: Date | null;
  /** HTTP status of the last answer that looked like a refusal for good. */
  status: number;
}

/** Who would ask for an operation, and in which project: Waldur grants rights to roles in projects. */
interface Asker {
  /** Their uuid in Waldur. */
  person: string;
  projectName: string;
}

/** What this Waldur can do, learned from its answers while the bot runs. */
export interface Abilities {
  /** What is known of an operation; null if nobody has tried it. */
  of(operation: Operation): Ability | null;
  /** Operations that are not offered: to anybody, or to this person in this project. */
  refused(to?: Asker): Refused;
  /** Notes that this person may not do it in this project. */
  denied(operation: Operation, to: Asker): void;
  /** Notes that an operation worked. @returns true if that ends a refusal */
  worked(operation: Operation, at?: Date): boolean;
  /**
   * Notes that Waldur answered `person` as if it did not support the operation. The operation counts as refused only
   * after two people got such an answer and nobody succeeded in between: one person's trouble takes nothing from the
   * others.
   * @returns true if it counts as refused from now on
   */
  failed(operation: Operation, person: string, status: number): boolean;
}

/** How long a refusal counts. Then the operation is offered again, since Waldur may have been updated. */
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
