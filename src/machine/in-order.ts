/** Does one thing at a time for each key, in the order in which they were asked for. */
export interface InOrder {
  do(key: string, work: () => Promise<void>): Promise<void>;
  /** True while something is done for this key. */
  isBusy(key: string): boolean;
}

/** A key that is not busy takes no memory. */
export function createInOrder(): InOrder {
  const last = new Map<string, Promise<void>>();
  return {
    async do(key, work) {
      const mine = (last.get(key) ?? Promise.resolve()).then(work, work);
      last.set(key, mine);
      try {
        await mine;
      } finally {
        if (last.get(key) === mine) last.delete(key);
      }
    },
    isBusy: (key) => last.has(key),
  };
}
