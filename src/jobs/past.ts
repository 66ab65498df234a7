import type { Requested } from '../scripts/requested.ts';
import type { Script } from '../scripts/script.ts';
import type { Transition } from './transition.ts';

/** What is known of how a job came to its state. */
export interface Past {
  /** When it was last known not to be in its phase, and first seen in it; null if nobody looked. */
  since: { after: Date; seen: Date } | null;
  /** How it came into its phase; null if that was not seen. */
  entry: Transition | null;
  asked: AskedFor | null;
  /** The file that it writes to; null if that is not known. */
  output: string | null;
}

/** What is kept of what a job asks for: what its card shows. */
export type AskedFor = Pick<Requested, 'partition' | 'nodes' | 'gpus' | 'memory' | 'minutes'>;

/** What a script asks for; null for a heterogeneous job, which asks for several things at once. */
export function askedFor({ components }: Pick<Script, 'components'>): AskedFor | null {
  const [first, ...others] = components;
  if (first === undefined || others.length > 0) return null;
  const { partition, nodes, gpus, memory, minutes } = first;
  return { partition, nodes, gpus, memory, minutes };
}
