/** An answer that is asked for once in a while: at most one call at a time for each key, failures not kept. */
export function cached<T>(
  interaction: (key: string) => Promise<T>,
  { forMs, now }: { forMs: number; now: () => Date },
): (key: string) => Promise<T> {
  const known = new Map<string, { answer: Promise<T>; until: number }>();
  return (key) => {
    const time = now().getTime();
    const found = known.get(key);
    if (found !== undefined && found.until > time) return found.answer;
    const answer = interaction(key);
    known.set(key, { answer, until: time + forMs });
    answer.catch(() => known.delete(key));
    return answer;
  };
}
