import type { Requested } from '../scripts/requested.ts';
import type { Script } from '../scripts/script.ts';

/** What is kept of what a job asks for: what its card shows. */
export type AskedFor = Pick<Requested, 'partition' | 'nodes' | 'gpus' | 'memory' | 'minutes'>;

/** What a script asks for; null for a heterogeneous job, which asks for several things at once. */
export function askedFor({ components }: Pick<Script, 'components'>): AskedFor | null {
  const [first, ...others] = components;
  if (first === undefined || others.length > 0) return null;
  const { partition, nodes, gpus, memory, minutes } = first;
  return { partition, nodes, gpus, memory, minutes };
}
