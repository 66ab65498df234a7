/** How long an answer is kept, in milliseconds from when it was asked for; it may depend on the answer. */
type Life<T> = number | ((answer: T) => number);

/** Caches answers by key. There is at most one call at a time for each key, and failures are not kept. */
export function cached<T>(
  interaction: (key: string) => Promise<T>,
  { forMs, now }: { forMs: Life<T>; now: () => Date },
): (key: string) => Promise<T> {
  const known = new Map<string, { answer: Promise<T>; until: number }>();
  const forget = (time: number) => {
    for (const [key, { until }] of known) if (until <= time) known.delete(key);
  };
  return (key) => {
    const time = now().getTime();
    const found = known.get(key);
    if (found !== undefined && found.until > time) return found.answer;
    forget(time);
    const entry = { answer: interaction(key), until: Number.POSITIVE_INFINITY };
    known.set(key, entry);
    entry.answer.then(
      (answer) => {
        entry.until = time + (typeof forMs === 'number' ? forMs : forMs(answer));
      },
      () => known.delete(key),
    );
    return entry.answer;
  };
}
