import type { Requested } from '../scripts/requested.ts';
import type { Script } from '../scripts/script.ts';
import type { Transition } from './transition.ts';

/** What is known about how a job came to its state. */
export interface Past {
  /** When it was last known not to be in its phase, and when it was first seen in it; null if it was not followed. */
  since: { after: Date; seen: Date } | null;
  /** How it came into its phase; null if that was not seen. */
  entry: Transition | null;
  asked: AskedFor | null;
  /** The file to which it writes; null if that is not known. */
  output: string | null;
}

/** The part of a job's requests that is kept, because its card shows it. */
export type AskedFor = Pick<Requested, 'partition' | 'nodes' | 'gpus' | 'memory' | 'minutes'>;

/** What a script asks for; null for a heterogeneous job, which asks for several things at once. */
export function askedFor({ components }: Pick<Script, 'components'>): AskedFor | null {
  const [first, ...others] = components;
  if (first === undefined || others.length > 0) return null;
  const { partition, nodes, gpus, memory, minutes } = first;
  return { partition, nodes, gpus, memory, minutes };
}
