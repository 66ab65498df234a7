import type { AskedFor } from './asked-for.ts';
import type { Transition } from './transition.ts';

/** What is known of how a job came to its state. */
export interface Past {
  /** When it was last known not to be in its phase, and first seen in it; null where nobody looked. */
  since: { after: Date; seen: Date } | null;
  /** How it came into its phase; null where that was not seen. */
  entry: Transition | null;
  asked: AskedFor | null;
  /** The file that it writes to; null where that is not known. */
  output: string | null;
}

export const unknownPast: Past = { since: null, entry: null, asked: null, output: null };
