import { addMilliseconds } from '../dates.ts';

/** How long an answer is kept, in milliseconds from when it was asked for; it may depend on the answer. */
type Life<T> = number | ((answer: T) => number);

interface Entry<T> {
  answer: Promise<T>;
  /** Null until it is there: everybody who asks meanwhile waits for the same one. */
  until: Date | null;
}

/** Caches answers by key. There is at most one call at a time for each key, and failures are not kept. */
export function cached<T>(
  interaction: (key: string) => Promise<T>,
  { forMs, now }: { forMs: Life<T>; now: () => Date },
): (key: string) => Promise<T> {
  const known = new Map<string, Entry<T>>();
  const forget = (time: Date) => {
    for (const [key, { until }] of known) if (until !== null && until <= time) known.delete(key);
  };
  return (key) => {
    const time = now();
    const found = known.get(key);
    if (found !== undefined && (found.until === null || found.until > time)) return found.answer;
    forget(time);
    const entry: Entry<T> = { answer: interaction(key), until: null };
    known.set(key, entry);
    entry.answer.then(
      (answer) => {
        entry.until = addMilliseconds(time, typeof forMs === 'number' ? forMs : forMs(answer));
      },
      () => known.delete(key),
    );
    return entry.answer;
  };
}
